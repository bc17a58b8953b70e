"""That objects came to be: what a manufacturer tells its partners of a printed batch.

With a GTIN an object is named by its canonical GS1 link. Without one its name is its code, the URL that is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from plings.commitments import BatchCommitment
from plings.errors import EventError
from plings.identity import Path, ScanUrl, format_segment
from plings.interchange.digital_link import epc_uri
from plings.interchange.event import MOST_EPCS, ObjectEvent


def commission_batch(commitment: BatchCommitment, gtin: str, *, most_epcs: int = MOST_EPCS) -> Iterator[ObjectEvent]:
    """Events of a printed batch, `most_epcs` objects in each, in the order of instances, at the batch's own time.

    Whoever checks the commitment's signature first knows whose word it is. Raises GtinError.
    """
    numbers = (number for first, last in commitment.instances.ranges for number in range(first, last + 1))
    paths = (Path(f"{commitment.batch}.{format_segment(number)}") for number in numbers)
    facts = {
        "batch": commitment.batch,
        "class": f"{commitment.path_to_pointer}:{commitment.class_pointer}",
        "root": f"sha256:{commitment.root.hex()}",
    }
    epcs = (epc_uri(path, gtin) for path in paths)
    return _events(epcs, commitment.created_at_unix, facts, most_epcs)


def commission_codes(
    codes: Iterable[ScanUrl], at_unix: int, *, gtin: str | None = None, most_epcs: int = MOST_EPCS
) -> Iterator[ObjectEvent]:
    """Events of printed codes, which come batch by batch. Raises GtinError, and EventError with rule `batch_again`."""
    told: set[str] = set()
    batch, some = None, list[ScanUrl]()
    for code in codes:
        its = code.path.text.rpartition(".")[0]
        if some and (its != batch or len(some) == most_epcs):
            yield _event_of(some, at_unix, gtin)
            some = []
        if its != batch:
            if its in told:
                raise EventError(its, "batch_again", "its codes are not one after the other")
            told.add(its)
            batch = its
        some.append(code)
    if some:
        yield _event_of(some, at_unix, gtin)


def _event_of(codes: list[ScanUrl], at_unix: int, gtin: str | None) -> ObjectEvent:
    path = codes[0].path
    facts = {
        "batch": path.text.rpartition(".")[0],
        "class": f"{path.path_to_pointer}:{codes[0].class_pointer}",
    }
    return _event(tuple(name_of(code, gtin) for code in codes), at_unix, facts)


def name_of(code: ScanUrl, gtin: str | None) -> str:
    """What an object is called in events. Raises GtinError."""
    return code.text if gtin is None else epc_uri(code.path, gtin)


def _events(epcs: Iterator[str], at_unix: int, facts: dict[str, str], most_epcs: int) -> Iterator[ObjectEvent]:
    while some := tuple(islice(epcs, most_epcs)):
        yield _event(some, at_unix, facts)


def _event(epcs: tuple[str, ...], at_unix: int, facts: dict[str, str]) -> ObjectEvent:
    return ObjectEvent("ADD", "commissioning", "active", epcs, at_unix, ilmd=facts)
