"""`plings epcis sales`: of a log that was indexed, each object's first payment, and nothing that can be undone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path as File
from typing import Any

import pytest

from cli.command import json_answer, refused
from indexer.traffic import happenings
from plings.cli.epcis_sales import _gtins
from plings.identity import Path, format_address, make_code
from plings.indexer import Batch, index
from plings.indexer.reading import leaves
from plings.interchange import sale_event, sale_of
from plings.proofs import Leaf
from plings.registry import Registry, connect
from plings.registry.classes import add_class
from plings.registry.pointers import register_pointer
from proofs.made import RECEIPT
from registry.world import World, identity

RAWS = [each.raw() for each in happenings(11, 120)]
HALF = next(at for at in range(60, len(RAWS)) if RAWS[at].slot != RAWS[at - 1].slot)


@pytest.fixture
def registry(bare_url: str) -> Iterator[Registry]:
    with connect(bare_url) as connection:
        yield Registry(connection)


def logs(registry: Registry) -> list[bytes]:
    return [row["address"] for row in registry.rows("SELECT address FROM payment_logs ORDER BY address")]


def sales(url: str, log: bytes, out: File, *options: object) -> list[dict[str, Any]]:
    asked = ["epcis", "sales", format_address(log), "-o", out, "--database", url, *options]
    count = json_answer(*asked)["events"]
    events: list[dict[str, Any]] = json.loads(out.read_text())["epcisBody"]["eventList"]
    assert len(events) == count
    return events


def firsts(found: list[Leaf]) -> list[Leaf]:
    """By hand: the first payment of each object."""
    seen: dict[tuple[str, bytes, bytes], Leaf] = {}
    for leaf in found:
        if leaf.kind.is_payment:
            seen.setdefault((leaf.path.text, leaf.class_pointer.value, leaf.address), leaf)
    return sorted(seen.values(), key=lambda leaf: leaf.number)


def test_each_object_is_sold_once(
    bare_url: str, registry: Registry, tmp_path: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plings.cli.epcis_sales.PAGE", 3)
    index(registry, Batch(RAWS))
    sold = 0
    for log in logs(registry):
        all_leaves = [one.leaf for one in leaves(registry, log, limit=1000).leaves]
        wanted = [sale_event(sale_of(leaf)).id for leaf in firsts(all_leaves)]
        assert [event["eventID"] for event in sales(bare_url, log, tmp_path / "sold.jsonld")] == wanted
        sold += len(wanted) < len(all_leaves)
        later = [event.id for event in map(sale_event, map(sale_of, firsts(all_leaves))) if event.id in wanted[1:]]
        after = firsts(all_leaves)[0].number
        assert [one["eventID"] for one in sales(bare_url, log, tmp_path / "later", "--after", after)] == later
    assert sold  # some leaves are none


def test_what_can_be_undone_is_left_out(bare_url: str, registry: Registry, tmp_path: File) -> None:
    index(registry, Batch(RAWS[:HALF]))
    before = {log: sales(bare_url, log, tmp_path / "sold.jsonld") for log in logs(registry)}
    index(registry, Batch(RAWS[HALF:], commitment="confirmed"))
    assert {log: sales(bare_url, log, tmp_path / "sold.jsonld") for log in before} == before


def test_a_log_with_a_gap_is_refused(bare_url: str, registry: Registry, tmp_path: File) -> None:
    index(registry, Batch([*RAWS[: HALF - 9], *RAWS[HALF:]]))
    gaps = registry.rows("SELECT address FROM payment_logs JOIN log_gaps USING (log_no) LIMIT 1")
    asked = ["epcis", "sales", format_address(gaps[0]["address"]), "-o", tmp_path / "sold", "--database", bare_url]
    assert "[gap]" in refused(*asked)
    assert list(tmp_path.iterdir()) == []
    unknown = ["epcis", "sales", format_address(bytes([7]) * 32), "-o", tmp_path / "sold", "--database", bare_url]
    assert "unknown_log" in refused(*unknown)


def test_objects_are_named_by_the_gtin_of_their_class(registry_world: World) -> None:
    path, gtin = "2.3.4F.2aB", "9506000134352"
    for name, given, place in (("BILLY", gtin, path), ("KALLAX", None, "2.3.4F.3")):
        made = add_class(registry_world.ida, name, organization="IKEA", gtin=given)
        register_pointer(registry_world.ida, place, made.id)
    known, unknown, nameless = (
        replace(RECEIPT.leaf, path=code.path, class_pointer=code.class_pointer)
        for code in (make_code(identity("2.3"), Path(text)) for text in (f"{path}.5.3j", "2.3.9.2.2", "2.3.4F.3.2.2"))
    )
    assert _gtins(registry_world.nobody, [known, unknown, nameless]) == {(known.class_pointer.text, path): gtin}
    stranger = replace(known, path=Path("2.3.4F.2aC.5.3j"))  # the same pointer, and another path
    assert (stranger.class_pointer.text, stranger.path.path_to_pointer) not in _gtins(registry_world.nobody, [stranger])
