from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.amounts import both
from plings.cli.options import Host, Url
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_options import Limit
from plings.cli.registry_page import lines
from plings.cli.times import moment
from plings.errors import NotInRegistry
from plings.identity import DEFAULT_HOST, ScanUrl, format_address

if TYPE_CHECKING:
    from plings.indexer.reading import Ownership, Tenure


def add_to(group: typer.Typer) -> None:
    group.command(epilog="Example:  plings indexer owner 'https://s.plings.io?t=q&p=…'")(owner)


@asking
def owner(
    desk: Desk,
    url: Url,
    after: Annotated[
        int, typer.Option("--after", min=0, metavar="NUMBER", help="The last one of the page before.")
    ] = 0,
    limit: Limit = 100,
    host: Host = DEFAULT_HOST,
) -> None:
    """Tell whose an object is by what is indexed, how and since when, and who had it before.

    No node is asked; plings log owner asks one.
    """
    from plings.indexer.reading import ownership_of

    code = ScanUrl.parse(url, host)
    found = ownership_of(desk.registry, code, after=after, limit=limit)
    if found is None:
        raise NotInRegistry(f"nothing is indexed of {code.path.text}: see plings indexer status", "unknown_object")
    desk.give({"path": code.path.text, "url": code.text, **_facts(found)}, lines(_rows(found)))


def _facts(found: Ownership) -> dict[str, Any]:
    account = found.account
    return {
        "owner": format_address(found.owner) if found.owner else None,
        "is_gapless": found.is_gapless,
        "is_provisional": found.is_provisional,
        "account": format_address(account.address) if account else None,
        "account_state": account.state if account else None,
        "mint": account.mint if account else None,
        "asking_price_lamports": account.asking_price_lamports if account else None,
        "history": [_tenure_facts(tenure) for tenure in found.history],
        "next_after": found.next_after,
    }


def _tenure_facts(tenure: Tenure) -> dict[str, Any]:
    return {
        "ordinal": tenure.ordinal,
        "owner": format_address(tenure.owner),
        "how": tenure.how.value,
        "since_unix": tenure.since_unix,
        "slot": tenure.slot,
        "signature": _signature(tenure),
        "payment_log": format_address(tenure.payment_log) if tenure.payment_log else None,
        "number": tenure.number,
        "is_provisional": tenure.is_provisional,
    }


def _rows(found: Ownership) -> list[tuple[str, object]]:
    account, price = found.account, found.account.asking_price_lamports if found.account else None
    return [
        ("object", found.path),
        ("owner", format_address(found.owner) if found.owner else "nobody that is known of"),
        ("provisional", "it is confirmed and not final yet" if found.is_provisional else None),
        ("gaps", None if found.is_gapless else "leaves are missing that may say otherwise: see plings indexer gaps"),
        ("account", f"{format_address(account.address)}, {account.state}" if account else None),
        ("for sale", both(price) if price else None),
        *((f"owner {tenure.ordinal}", _tenure(tenure)) for tenure in found.history),
        ("more", f"--after {found.next_after}" if found.next_after is not None else None),
    ]


def _tenure(tenure: Tenure) -> str:
    by = tenure.how.value.replace("_", " ")
    leaf = "" if tenure.number is None else f", leaf {tenure.number:,}"
    return f"{format_address(tenure.owner)}, by {by}{leaf} on {moment(tenure.since_unix)}"


def _signature(tenure: Tenure) -> str:
    from plings.indexer.store import signature_text

    return signature_text(tenure.signature)
