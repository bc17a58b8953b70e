from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.epcis_document import Output, give_document
from plings.cli.registry_desk import Desk, asking
from plings.errors import StateRefused
from plings.identity import parse_address
from plings.interchange import ObjectEvent, sale_event, sale_of

if TYPE_CHECKING:
    from plings.indexer.reading import LeafPage
    from plings.proofs import Leaf
    from plings.registry import Registry

PAGE = 1000


@asking
def sales(
    desk: Desk,
    log: Annotated[str, typer.Argument(metavar="LOG", help="The payment log's address.")],
    output: Output,
    after: Annotated[int, typer.Option(metavar="N", min=-1, help="Only payments after this leaf.")] = -1,
) -> None:
    """Write the sales of a payment log that was indexed: an event each, with the GTIN that the registry has.

    Of what can no longer be undone on chain. Gifts, and payments for what somebody had bought before, are no sales.
    """
    give_document(desk.answer, _sales(desk.registry, parse_address(log), after), output)


def _sales(registry: Registry, log: bytes, after: int) -> Iterator[ObjectEvent]:
    from plings.indexer.reading import first_payments, leaves

    while True:
        page = leaves(registry, log, after=after, limit=PAGE)
        final = _final(page, after)
        firsts = first_payments(registry, log, first=after + 1, last=after + len(final))
        paid = [leaf for leaf in final if leaf.number in firsts]
        gtins = _gtins(registry, paid)
        for leaf in paid:
            yield sale_event(sale_of(leaf), gtin=gtins.get((leaf.class_pointer.text, leaf.path.path_to_pointer)))
        if page.next_after is None or len(final) < len(page.leaves):
            return
        after = page.next_after


def _final(page: LeafPage, after: int) -> list[Leaf]:
    """The leaves up to the first that can be undone. Raises StateRefused where one is missing."""
    final = []
    for number, one in enumerate(page.leaves, after + 1):
        if one.leaf.number != number:
            raise StateRefused(f"leaf {number:,} of the log is missing: plings indexer fills the gaps", "gap")
        if one.is_provisional:
            break
        final.append(one.leaf)
    return final


def _gtins(registry: Registry, leaves: list[Leaf]) -> dict[tuple[str, str], str]:
    """GTINs by class pointer and path to it: a pointer alone may be another's."""
    from plings.registry.gs1 import gtin_of
    from plings.registry.pointers import find_products

    found = find_products(registry, sorted({leaf.class_pointer.text for leaf in leaves}))
    gtins = {(one.class_pointer, one.path_to_pointer): gtin_of(one.gtin) for one in found}
    return {of: gtin for of, gtin in gtins.items() if gtin is not None}
