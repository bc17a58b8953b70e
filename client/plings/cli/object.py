from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from plings.cli.amounts import both, percent, sol
from plings.cli.clusters import on_cluster
from plings.cli.options import DEFAULT_CLUSTER, ClusterName, Host, Json, Url
from plings.cli.output import answering, labelled
from plings.cli.times import moment
from plings.identity import DEFAULT_HOST, ScanUrl

if TYPE_CHECKING:
    from plings.chain import Cluster
    from plings.objects import FoundObject, Standing, Terms
    from plings.program.accounts import Slot


def add_to(app: typer.Typer) -> None:
    app.command(name="object", epilog="Example:  plings object 'https://s.plings.io?t=q&p=…' --cluster devnet")(show)


def show(
    url: Url,
    cluster: ClusterName = DEFAULT_CLUSTER,
    host: Host = DEFAULT_HOST,
    as_json: Json = False,
) -> None:
    """Show what the cluster knows of a code: where it is paid, who owns it, and on which terms."""
    with answering(as_json, cluster=cluster) as answer:
        code = ScanUrl.parse(url, host)
        standing, slot, now_unix = on_cluster(cluster, lambda chain: _look_up(chain, code))
        found = _slot_facts(code, slot) if slot else _object_facts(standing.found, now_unix)
        facts = {**_code_facts(code), **found, "terms": _terms_facts(standing.terms)}
        answer.give(facts, labelled(_lines(facts)))


async def _look_up(cluster: Cluster, code: ScanUrl) -> tuple[Standing, Slot | None, int]:
    """The slot is asked for where the object has no account, which would outrank it."""
    from plings.objects import find_slot, find_standing

    standing = await find_standing(cluster, code)
    slot = None if standing.found else await find_slot(cluster, code)
    return standing, slot, await cluster.clock_unix()


def _code_facts(code: ScanUrl) -> dict[str, Any]:
    from plings.program.pda import payment_address

    return {"path": code.path.text, "url": code.text, "payment_address": str(payment_address(code))}


def _object_facts(found: FoundObject | None, now_unix: int) -> dict[str, Any]:
    if found is None:
        return {"paid": False}
    instance = found.instance
    for_sale = found.is_for_sale(now_unix)
    return {
        "paid": True,
        "owner": str(instance.owner),
        "holder": str(found.holder) if found.holder else None,
        "for_sale": for_sale,
        "asking_price_lamports": instance.asking_price_lamports if for_sale else None,
        "offer_ends_at_unix": instance.offer_ends_at_unix if for_sale else None,
        "mint": str(instance.mint),
        "created_at_unix": instance.created_at_unix,
    }


def _slot_facts(code: ScanUrl, slot: Slot) -> dict[str, Any]:
    from plings.program.pda import BATCH_SLOTS, batch_account_address

    place = {"batch_account": str(batch_account_address(code.path)), "slot": code.path.instance % BATCH_SLOTS}
    owner = {"owner": str(slot.owner), "holder": None, "for_sale": False, "asking_price_lamports": None}
    return {"paid": True, **owner, "slot": {**place, "leaf_number": slot.leaf_number}}


def _terms_facts(terms: Terms) -> dict[str, Any]:
    return {
        "identity_key": str(terms.manufacturer.identity_key),
        "status": terms.manufacturer.status.name.lower(),
        "paused": terms.config.paused,
        "price_floor_lamports": terms.price_floor_lamports,
        "platform_fee_bps": terms.config.platform_fee_bps,
        "royalty_bps": terms.manufacturer.royalty_bps,
        "signed_tag": terms.signed_tag,
    }


def _lines(facts: dict[str, Any]) -> list[tuple[str, object]]:
    terms = facts["terms"]
    lines: list[tuple[str, object]] = [("object", facts["path"]), ("pay at", facts["payment_address"])]
    if "slot" in facts:
        lines += _slot_lines(facts)
    else:
        lines += _owner_lines(facts) if facts["paid"] else [("owner", "nobody: it was not paid yet")]
    lines += [
        ("manufacturer", f"{terms['identity_key']}, {terms['status']}"),
        ("floor", both(terms["price_floor_lamports"])),
        ("platform fee", percent(terms["platform_fee_bps"])),
        ("royalty", percent(terms["royalty_bps"])),
        ("signed tag", "needed" if terms["signed_tag"] else "not needed"),
    ]
    return lines + ([("payments", "paused")] if terms["paused"] else [])


def _owner_lines(facts: dict[str, Any]) -> list[tuple[str, object]]:
    price = facts["asking_price_lamports"]
    until = "" if price is None else f" until {moment(facts['offer_ends_at_unix'])}"
    return [
        ("owner", facts["owner"]),
        ("holder", facts["holder"] or "another account: the NFT left the owner's"),
        ("for sale", "no" if price is None else f"at {sol(price)} ({price:,} lamports){until}"),
        ("mint", facts["mint"]),
        ("created", moment(facts["created_at_unix"])),
    ]


def _slot_lines(facts: dict[str, Any]) -> list[tuple[str, object]]:
    slot = facts["slot"]
    return [
        ("owner", facts["owner"]),
        ("slot", f"{slot['slot']} of batch account {slot['batch_account']}"),
        ("leaf", f"{slot['leaf_number']:,} of its payment log: a payment for it before that leaf would outrank it"),
    ]
