"""EPCIS events: what they say, their ids, and what GS1's schema and another implementation say of them."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest

from fixtures.fix_epcis import Epcis
from identity.frozen import vectors
from plings.commitments import BatchCommitment, InstanceRanges
from plings.errors import EventError
from plings.identity import ClassPath, Identity, Path, ScanUrl, format_address, make_code
from plings.interchange import (
    ObjectEvent,
    Sale,
    commission_batch,
    commission_codes,
    epcis_document,
    epcis_document_lines,
    sale_event,
    sale_of,
)
from plings.interchange.event import NAMESPACE, PREFIX
from plings.interchange.event_hash import canonical_text
from plings.proofs import Kind
from proofs.made import RECEIPT

MAKER = Identity.from_seed(bytes(range(32)), ClassPath("2.3"))
GTIN = "9506000134352"
AT = 1_700_000_000
CODES = [make_code(MAKER, Path(f"2.3.2.{batch}.{one}")) for batch in "GH" for one in "23456"]
BATCH = BatchCommitment.make(
    batch="2.3.2.G",
    instances=InstanceRanges(((1, 5), (8, 9))),
    root=bytes(32),
    created_at_unix=AT,
    identity_key=MAKER.public_key,
    sign=MAKER.node.sign,
)
LONG = make_code(MAKER, Path("2.3.2.3.4.5.6.7.8.9.A"))


def frozen_event(row: dict[str, Any]) -> ObjectEvent:
    code, gtin = ScanUrl.parse(row["url"]), GTIN if row["named_by"] == "gtin" else None
    if row["what"] == "commissioning":
        return next(commission_codes([code], AT, gtin=gtin))
    address = format_address(code.address)
    return sale_event(Sale(code, address, 7, AT, 250_000, address), gtin=gtin)


@pytest.mark.parametrize("row", vectors("gs1", "events"), ids=lambda row: f"{row['what']}-{row['named_by']}")
def test_a_frozen_event_has_its_id(row: dict[str, Any]) -> None:
    event = frozen_event(row)
    assert canonical_text(event.body, {PREFIX: NAMESPACE}) == row["text"]
    assert event.id == event.members["eventID"] == row["id"]


def every_event() -> list[ObjectEvent]:
    return [
        *map(frozen_event, vectors("gs1", "events")),
        *commission_batch(BATCH, GTIN, most_epcs=3),
        *commission_codes(CODES, AT, most_epcs=2),
        *commission_codes([*CODES, LONG], AT, gtin=GTIN),
        sale_event(sale_of(RECEIPT.leaf), gtin=GTIN),
        sale_event(sale_of(RECEIPT.leaf)),
    ]


def test_documents_are_valid_by_gs1_s_schema(epcis: Epcis) -> None:
    document = epcis_document(every_event(), AT)
    assert epcis.faults(document) == []
    document["epcisBody"]["eventList"][0]["bizStep"] = "selling"
    assert epcis.faults(document) != []


def test_ids_are_those_that_others_make(epcis: Epcis) -> None:
    events = every_event()
    assert epcis.ids(epcis_document(events, AT)) == [event.id for event in events]


def test_a_document_is_written_as_it_is() -> None:
    for events in ([], every_event()):
        assert json.loads("".join(epcis_document_lines(events, AT))) == epcis_document(events, AT)


def test_a_document_is_made_as_it_is_written() -> None:
    def endless() -> Any:
        while True:
            yield make_code(MAKER, Path("2.3.2.G.2"))
            raise AssertionError("more was asked for than was written")

    lines = epcis_document_lines(commission_codes(chain(CODES, endless()), AT, most_epcs=2), AT)
    assert '"epcisBody"' in next(lines)
    assert CODES[1].text in next(lines)


def test_a_batch_s_events_hold_each_object_once() -> None:
    events = list(commission_batch(BATCH, GTIN, most_epcs=3))
    assert [len(event.epcs) for event in events] == [3, 3, 1]
    names = [epc.rpartition(".")[2] for event in events for epc in event.epcs]
    assert names == ["2", "3", "4", "5", "6", "9", "A"]
    assert all(event.ilmd["root"] == f"sha256:{'00' * 32}" for event in events)
    assert len({event.id for event in events}) == 3


def test_codes_of_two_batches_are_in_events_of_their_own() -> None:
    events = list(commission_codes(CODES, AT))
    assert [event.ilmd["batch"] for event in events] == ["2.3.2.G", "2.3.2.H"]


def refusal(attempt: Any) -> str:
    with pytest.raises(EventError) as caught:
        attempt()
    return caught.value.rule


def test_what_is_no_event_is_refused() -> None:
    event = next(commission_codes(CODES, AT))
    assert refusal(lambda: list(commission_codes([*CODES, CODES[0]], AT))) == "batch_again"
    assert refusal(lambda: list(commission_codes([CODES[0], CODES[0]], AT))) == "repeated_epc"
    assert refusal(lambda: replace(event, epcs=())) == "no_epcs"
    assert refusal(lambda: replace(event, at_unix=-1)) == "time"
    assert refusal(lambda: replace(event, at_unix=253_402_300_800)) == "time"
    assert refusal(lambda: replace(event, ilmd={"batch": "1e5"})) == "numeric_text"
    assert refusal(lambda: canonical_text({**event.body, "quantityList": []}, {})) == "unknown_member"
    gift = replace(RECEIPT.leaf, kind=Kind.TRANSFER)
    assert refusal(lambda: sale_of(gift)) == "no_sale"
