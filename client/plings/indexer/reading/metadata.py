"""Metadata of an object's NFT, as wallets and marketplaces read it (Metaplex JSON): virtual where there is no NFT.

An object whose owner is kept in a leaf or a slot has no mint that says anything. Its name, symbol and URI are those
that the program writes into a mint when there is one, so that a promotion does not change what a thing is called.
"""

from __future__ import annotations

from typing import Any, Final

from plings.errors import NotInRegistry
from plings.identity import DEFAULT_HOST, ClassPointer, Path, ScanUrl, format_address
from plings.indexer.lines import address_text
from plings.indexer.reading.ownership import How, Ownership, Tenure, ownership
from plings.pictures import qr_data_uri
from plings.registry import Registry
from plings.registry.decoded import Decoded
from plings.registry.decoding import decode

SYMBOL: Final = "PLINGS"
URI: Final = "https://s.plings.io/nft"
"""What the program writes into mints, whatever host codes name."""
LONGEST_TEXT: Final = 1_000
"""Characters of a description."""

_PLACES: Final = {
    How.PAYMENT: "leaf",
    How.TRANSFER: "leaf",
    How.SLOT_PAYMENT: "slot",
    How.SLOT_TRANSFER: "slot",
}
_SAFE: Final = str.maketrans({"<": "‹", ">": "›", '"': "”", "'": "’", "`": "‘", "\\": "/"})
"""Names are strangers', and pages have put them between tags and quotation marks unescaped."""


def metadata(
    registry: Registry, *, path: str, class_pointer: bytes | str, address: bytes, host: str = DEFAULT_HOST
) -> dict[str, Any]:
    """The metadata of an object that somebody owns, fit for JSON. `host` is the one that codes name.

    What the registry knows of class and manufacturer is told where the class pointer is the hash of their key and path;
    no text of it holds markup. Raises NotInRegistry with rule `unknown_object` or `nobody_owns`; IdentityErrors for a
    code that is none; StateRefused (`rebuilding`); other RegistryErrors.
    """
    found = ownership(registry, path=path, class_pointer=class_pointer, address=address, limit=1)
    if found is None:
        raise NotInRegistry("nothing is indexed of that object", "unknown_object")
    if found.current is None:
        raise NotInRegistry("nobody owns that object", "nobody_owns")
    code = ScanUrl("q", Path(found.path), ClassPointer.parse(found.class_pointer), address, host=host)
    said = decode(registry, found.path)
    is_genuine = said.class_pointer == found.class_pointer
    image = qr_data_uri(code.text)
    return {
        "name": found.path,
        "symbol": SYMBOL,
        "description": _description(said, found) if is_genuine else _bare_description(found),
        "image": image,
        "external_url": code.text,
        "attributes": [*(_of_registry(said) if is_genuine else ()), *_of_code(said, found)],
        "properties": {
            "category": "image",
            "files": [{"uri": image, "type": "image/svg+xml"}],
            "uri": uri_of(code),
            "is_virtual": found.is_virtual,
            "is_class_known": is_genuine,
            **_object_facts(found),
            **_owner_facts(found.current, found),
        },
    }


def uri_of(code: ScanUrl) -> str:
    """The URI that the program writes into the mint of a code's object."""
    return f"{URI}?p={code.path.text}&cp={code.class_pointer.text}&i={format_address(code.address)}"


def plain(text: str, longest: int = 200) -> str:
    """A name on one line, without what could end a tag, an attribute or a string; cut at `longest` characters."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split()).translate(_SAFE)
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _description(said: Decoded, found: Ownership) -> str:
    what = said.product.name if said.product else " ".join(word.value_name or "" for word in said.words).strip()
    named = f"{plain(what)} by {plain(said.manufacturer.name or '?')}" if what else plain(said.manufacturer.name or "?")
    text = f"{named}, instance {_number(said.instance)} of batch {_number(said.batch)}. {_kept(found)}"
    return text[:LONGEST_TEXT]


def _bare_description(found: Ownership) -> str:
    return f"Object {found.path}, of a class that this registry does not know. {_kept(found)}"


def _kept(found: Ownership) -> str:
    assert found.current
    place = _PLACES.get(found.current.how)
    if place is None:
        return "Whoever holds its NFT owns it."
    log = address_text(found.current.payment_log or b"")
    where = f"leaf {found.current.number} of payment log {log}"
    return f"Its owner is kept in {where}{' and a slot' if place == 'slot' else ''}; there is no NFT yet."


def _number(one: Any) -> str:
    return "?" if one is None else str(one.number)


def _of_registry(said: Decoded) -> list[dict[str, str]]:
    product, maker = said.product, said.manufacturer
    traits: list[tuple[str, str | None]] = [("Manufacturer", maker.name)]
    if product is not None:
        traits += [("Product", product.name), ("Category", product.category), ("Subcategory", product.subcategory)]
    traits += [("SKU", said.sku), ("GTIN", said.gtin)]
    traits += [(word.level_name or f"Level {word.level}", word.value_name) for word in said.words]
    for name, status in _statuses(said):
        traits.append((name, None if status == "active" else status))
    return [{"trait_type": plain(name), "value": plain(value)} for name, value in traits if value]


def _statuses(said: Decoded) -> list[tuple[str, str | None]]:
    product = said.product
    of_product = [("Class status", product.class_status), ("Pointer status", product.pointer_status)] if product else []
    return [("Manufacturer status", said.manufacturer.status), *of_product]


def _of_code(said: Decoded, found: Ownership) -> list[dict[str, str]]:
    assert found.current
    traits = [
        ("Batch", _number(said.batch)),
        ("Instance", _number(said.instance)),
        ("Class pointer", found.class_pointer),
        ("Owner kept in", _PLACES.get(found.current.how, "NFT")),
    ]
    return [{"trait_type": name, "value": value} for name, value in traits]


def _object_facts(found: Ownership) -> dict[str, Any]:
    account = found.account
    return {
        "path": found.path,
        "class_pointer": found.class_pointer,
        "address": format_address(found.address),
        "account": account and address_text(account.address),
        "mint": account and account.mint,
    }


def _owner_facts(current: Tenure, found: Ownership) -> dict[str, Any]:
    return {
        "owner": address_text(current.owner),
        "how": current.how.value,
        "since_unix": current.since_unix,
        "payment_log": current.payment_log and address_text(current.payment_log),
        "number": current.number,
        "is_gapless": found.is_gapless,
        "is_provisional": found.is_provisional,
    }
