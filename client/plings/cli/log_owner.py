from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plings.cli.clusters import on_cluster
from plings.cli.options import DEFAULT_CLUSTER, ClusterName, Host, Json, Url
from plings.cli.output import answering, labelled
from plings.identity import DEFAULT_HOST, ScanUrl, format_address

if TYPE_CHECKING:
    from plings.logs import FoundOwner


def owner(
    url: Url,
    cluster: ClusterName = DEFAULT_CLUSTER,
    host: Host = DEFAULT_HOST,
    as_json: Json = False,
) -> None:
    """Tell who owns an object, and who did before, by all leaves of its payment log. Its account outranks the log."""
    with answering(as_json, cluster=cluster) as answer:
        code = ScanUrl.parse(url, host)
        from plings.logs import find_owner

        found = on_cluster(cluster, lambda chain: find_owner(chain, code))
        facts = {"path": code.path.text, "url": code.text, **_facts(found)}
        answer.give(facts, labelled([("object", code.path), *_lines(found)]))


def _facts(found: FoundOwner) -> dict[str, Any]:
    return {
        "owner": str(found.owner) if found.owner else None,
        "by": "account" if found.account else "log",
        "holder": str(found.account.holder) if found.account and found.account.holder else None,
        "promotion_open": found.found is not None and found.account is None,
        "log_owner": str(found.log_owner) if found.log_owner else None,
        "payment_log": str(found.payment_log),
        "history": [
            {
                "number": leaf.number,
                "kind": leaf.kind.name.lower(),
                "owner": format_address(tenure.owner),
                "timestamp": leaf.timestamp,
            }
            for tenure, leaf in zip(found.history, found.claim, strict=True)
        ],
    }


def _lines(found: FoundOwner) -> list[tuple[str, object]]:
    history = [
        (f"leaf {leaf.number:,}", f"{format_address(tenure.owner)}, by {leaf.kind.name.lower().replace('_', ' ')}")
        for tenure, leaf in zip(found.history, found.claim, strict=True)
    ]
    by = "by its account, which outranks the payment log" if found.account else "by the payment log"
    owner = f"{found.owner}, {by}" if found.owner else "nobody: it was not paid yet"
    return [("owner", owner), *_account_lines(found), ("payment log", found.payment_log), *history]


def _account_lines(found: FoundOwner) -> list[tuple[str, object]]:
    if found.account:
        return [("holder", found.account.holder or "another account: the NFT left the owner's")]
    return [("promotion", "open: what it says is not final, see plings promotion show")] if found.found else []
