"""Metadata of NFTs that are not there yet: what the program would write, what the registry knows, and no markup."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from pathlib import Path as File

import pytest

from cli.market import PRICE, open_market
from indexer.made import START_UNIX, transaction_of
from plings.errors import NotInRegistry
from plings.identity import Path, ScanUrl, format_address, make_code
from plings.indexer import Batch, index
from plings.indexer.reading import How, metadata, ownership
from plings.indexer.reading.metadata import plain
from plings.indexer.sources.embedded import EmbeddedSource
from plings.objects import pay
from plings.pictures import qr_data_uri
from plings.program import pda
from plings.proofs import Kind, Leaf
from plings.registry import Registry
from plings.registry.classes import add_class
from plings.registry.pointers import register_pointer
from plings.registry.words import define_level, define_value
from registry.world import World, identity

LOG, BUYER = b"L" * 32, b"B" * 32
CODE = make_code(identity("2.3"), Path("2.3.2.G.3j"), signed=False)


def described(registry: Registry, code: ScanUrl, **settings: str) -> dict[str, object]:
    found = metadata(
        registry, path=code.path.text, class_pointer=code.class_pointer.value, address=code.address, **settings
    )
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]


def traits(found: dict[str, object]) -> dict[str, str]:
    return {one["trait_type"]: one["value"] for one in found["attributes"]}  # type: ignore[attr-defined]


def bought(registry: Registry, code: ScanUrl = CODE, kind: Kind = Kind.PAYMENT) -> None:
    leaf = Leaf(kind, LOG, 0, START_UNIX, BUYER, BUYER, 10_000, code.class_pointer, code.address, code.path)
    index(registry, Batch([transaction_of(leaf, 10)]))


def sells(world: World, name: str, **facts: str) -> None:
    """IKEA's class 2.3.2."""
    made = add_class(world.ida, name, organization="IKEA", **facts)
    register_pointer(world.ida, "2.3.2", made.id)


def test_what_the_registry_knows_is_told(registry_world: World) -> None:
    sells(registry_world, "BILLY", sku="00263850", gtin="4006381333931", category="Furniture", subcategory="Bookcases")
    define_level(registry_world.ida, "2.3", 3, "series")
    define_value(registry_world.ida, "2.3", 3, 1, "Living room")
    bought(registry_world.ada)
    found = described(registry_world.ada, CODE)
    assert (found["name"], found["symbol"], found["external_url"]) == ("2.3.2.G.3j", "PLINGS", CODE.text)
    assert found["description"] == (
        "BILLY by IKEA, instance 158 of batch 15. "
        f"Its owner is kept in leaf 0 of payment log {format_address(LOG)}; there is no NFT yet."
    )
    assert traits(found) == {
        "Manufacturer": "IKEA",
        "Product": "BILLY",
        "Category": "Furniture",
        "Subcategory": "Bookcases",
        "SKU": "00263850",
        "GTIN": "4006381333931",
        "series": "Living room",
        "Batch": "15",
        "Instance": "158",
        "Class pointer": CODE.class_pointer.text,
        "Owner kept in": "leaf",
    }
    properties = found["properties"]
    assert isinstance(properties, dict)
    owned = ownership(
        registry_world.ada, path=CODE.path.text, class_pointer=CODE.class_pointer.text, address=CODE.address
    )
    assert owned and owned.current and owned.current.how is How.PAYMENT
    assert properties["is_virtual"] and properties["is_class_known"] and properties["is_gapless"]
    assert (properties["how"], properties["number"], properties["mint"]) == ("payment", 0, None)
    assert properties["since_unix"] == owned.current.since_unix == START_UNIX


def test_the_picture_is_the_code(registry_world: World) -> None:
    bought(registry_world.ada)
    found = described(registry_world.ada, CODE, host="codes.example")
    assert found["external_url"] == CODE.text.replace("s.plings.io", "codes.example")
    assert found["image"] == qr_data_uri(str(found["external_url"]))
    svg = b64decode(str(found["image"]).removeprefix("data:image/svg+xml;base64,")).decode("ascii")
    assert svg.startswith("<svg ") and "script" not in svg
    assert found["properties"]["files"] == [{"uri": found["image"], "type": "image/svg+xml"}]  # type: ignore[index]


def test_an_unknown_class_is_said_to_be_one(registry_world: World) -> None:
    """Its path is IKEA's; its pointer is not the one of IKEA's key."""
    sells(registry_world, "BILLY")
    code = ScanUrl("q", CODE.path, make_code(identity("2.4"), Path("2.4.2.G.3j")).class_pointer, CODE.address)
    bought(registry_world.ada, code)
    found = described(registry_world.ada, code)
    assert "class that this registry does not know" in str(found["description"])
    assert "BILLY" not in json.dumps(found) and "IKEA" not in json.dumps(found)
    assert set(traits(found)) == {"Batch", "Instance", "Class pointer", "Owner kept in"}
    assert found["properties"]["is_class_known"] is False  # type: ignore[index]


def test_names_hold_no_markup(registry_world: World) -> None:
    nasty = """</title><img src=x onerror='alert("1")'>`${1}`\\u003cscript>"""
    sells(registry_world, nasty, category='" onmouseover="x', description="<b>")
    define_level(registry_world.ida, "2.3", 3, "<level>")
    define_value(registry_world.ida, "2.3", 3, 1, "<value>'")
    bought(registry_world.ada)
    found = described(registry_world.ada, CODE)
    texts = [found["name"], found["description"], *traits(found), *traits(found).values()]
    assert any("alert" in str(text) for text in texts)
    for text in texts:
        assert not set("<>\"'`\\") & set(str(text)), text


def test_a_text_is_one_plain_line() -> None:
    assert plain("a\n b\u202ec\t\x00d") == "a b c d"
    assert plain("x" * 300) == "x" * 199 + "…"
    assert plain("Levi's <1>") == "Levi’s ‹1›"


def test_what_is_nobody_s_has_none(registry: Registry) -> None:
    with pytest.raises(NotInRegistry) as refused:
        described(registry, CODE)
    assert refused.value.rule == "unknown_object"


async def test_the_program_writes_the_same_into_a_mint(registry: Registry, tmp_path: File) -> None:
    """Name, symbol and URI before there is an NFT are those that its mint has then."""
    market = await open_market(tmp_path)
    cluster, code = market.cluster, market.code
    await pay(cluster, code, market.actors.first_buyer, amount_lamports=PRICE)
    mint = await cluster.account(pda.mint_address(pda.payment_address(code)))
    assert mint
    async for batch in EmbeddedSource(cluster).batches(None):
        index(registry, batch)
    found = described(registry, code)
    properties = found["properties"]
    assert isinstance(properties, dict)
    strings = (str(found["name"]), str(found["symbol"]), str(properties["uri"]))
    written = b"".join(len(text).to_bytes(4, "little") + text.encode() for text in strings)
    assert written in mint.data
    assert (properties["is_virtual"], properties["mint"]) == (
        False,
        str(pda.mint_address(pda.payment_address(code))),
    )
    assert traits(found)["Owner kept in"] == "NFT"
    assert re.search("holds its NFT", str(found["description"]))
