"""How a resolved dispute looks, as JSON and to people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from plings.cli.output import labelled, one_line
from plings.cli.registry_page import table
from plings.cli.times import moment
from plings.identity import format_address

if TYPE_CHECKING:
    from rich.text import Text

    from plings.disputes import ChainSaid, IndexSaid, NodeSaid, Resolution, Testimony


def facts_of(resolution: Resolution) -> dict[str, Any]:
    """For JSON. Keys are base58, times unix seconds by this machine's clock, but for the chain's own."""
    from plings.disputes import evidence_of

    verdict, claim = resolution.verdict, resolution.claim
    return {
        "path": claim.code.path.text,
        "url": claim.code.text,
        "wallet": format_address(claim.wallet),
        "verdict": verdict.standing.value,
        "grade": verdict.grade.value,
        "by": verdict.by,
        "owner": _key(verdict.owner),
        "reasons": list(verdict.reasons),
        "cautions": list(verdict.cautions),
        "to_settle": list(verdict.to_settle),
        "proof": evidence_of(resolution),
        "quorum": resolution.quorum,
        "operators": len(set(resolution.operators.values())),
        "liars": list(resolution.liars),
        "asked_at_unix": round(resolution.asked_at_unix, 3),
        "seconds": round(resolution.seconds, 3),
        "sources": [
            {**_common("index", resolution.index), **_index_facts(resolution.index.said)},
            {**_common("chain", resolution.chain), **_chain_facts(resolution.chain.said)},
            *(
                {**_common("node", node), "operator": resolution.operators.get(node.source), **_node_facts(node)}
                for node in resolution.nodes
            ),
        ],
    }


def lines_of(resolution: Resolution) -> Callable[[], Text]:
    """For people: the verdict with its reasons, and a table of what was said."""

    def drawn() -> Text:
        from rich.text import Text

        return Text.assemble(labelled(_rows(resolution)), "\n\n", _sources(resolution)())

    return drawn


def _rows(resolution: Resolution) -> Iterator[tuple[str, object]]:
    verdict, claim = resolution.verdict, resolution.claim
    yield "object", claim.code.path
    yield "wallet", format_address(claim.wallet)
    grade = f", {verdict.grade.value}" if verdict.is_resolved else ""
    yield "verdict", f"{verdict.standing.value}{grade}"
    for label, texts in (
        ("because", verdict.reasons),
        ("caution", verdict.cautions),
        ("to settle it", verdict.to_settle),
    ):
        for at, text in enumerate(texts):
            yield "" if at else label, one_line(text)
    operators = len(set(resolution.operators.values()))
    if operators:
        yield "quorum", f"{resolution.quorum} of {operators} operators of {len(resolution.operators)} nodes"
    yield "asked", f"{moment(int(resolution.asked_at_unix))}, for {resolution.seconds:.1f} s"


def _sources(resolution: Resolution) -> Callable[[], Text]:
    rows = []
    for facts in facts_of(resolution)["sources"]:
        wrong = [f"{'lies: ' if one['is_lie'] else ''}{one['text']}" for one in facts["faults"]]
        faults = "; ".join([*wrong, *filter(None, [facts.get("log_failure")])])
        slot = facts.get("slot")
        proved = ", ".join(f"leaf {number:,}" for number in facts.get("proved_leaves", ()))
        said = facts.get("owner") or ("nobody" if facts.get("is_nobody_s") else None)
        rows.append((facts["source"], said, proved or None, slot, f"{facts['seconds']:.2f}", faults or None))
    columns = ["source", "says", "proves", "slot", "seconds", "what is wrong"]
    return table(columns, rows, numbers=["slot", "seconds"])


def _common(kind: str, source: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "source": source.source,
        "asked_at_unix": round(source.asked_at_unix, 3),
        "seconds": round(source.seconds, 3),
        "answered": source.said is not None,
        "faults": [{"rule": fault.rule, "text": fault.text, "is_lie": fault.is_lie} for fault in source.faults],
    }


def _chain_facts(said: ChainSaid | None) -> dict[str, Any]:
    if said is None:
        return {}
    log, account, slot, promotion = said.log, said.account, said.slot_account, said.promotion
    return {
        "slot": said.slot,
        "clock_unix": said.clock_unix,
        "is_counterfeit": said.is_counterfeit,
        "owner": _key(said.owner),
        "is_nobody_s": said.is_nobody_s,
        "account": _key(account.address) if account else None,
        "slot_owner": _key(slot.owner) if slot else None,
        "promotion": {"owner": _key(promotion.owner), "final_at_unix": promotion.final_at_unix} if promotion else None,
        "payment_log": _key(log.address) if log else None,
        "leaf_count": log.head.count if log else None,
        "root": log.head.root.hex() if log else None,
        "log_failure": log.failure.text if log and log.failure else None,
        "told_by": log.told_by if log else None,
        "proved_leaves": [proof.leaf.number for proof in log.claim or ()] if log else [],
    }


def _index_facts(said: IndexSaid | None) -> dict[str, Any]:
    if said is None:
        return {}
    head = said.log
    return {
        "slot": said.slot,
        "age_seconds": said.age_seconds,
        **_owner_facts(said),
        "leaf_count": head.count if head else None,
        "root": head.root.hex() if head else None,
    }


def _node_facts(node: Testimony[NodeSaid]) -> dict[str, Any]:
    if node.said is None:
        return {}
    proved = {"proved_leaves": sorted(leaf.number for leaf in node.shown)}
    return {"slot": node.said.slot, **_owner_facts(node.said), **proved}


def _owner_facts(said: IndexSaid | NodeSaid) -> dict[str, Any]:
    current = said.current
    return {
        "owner": _key(current.owner) if current else None,
        "is_nobody_s": current is None,
        "how": current.how if current else None,
        "since_unix": current.since_unix if current else None,
        "payment_log": _key(current.payment_log) if current else None,
        "number": current.number if current else None,
        "is_gapless": said.is_gapless,
        "is_provisional": said.is_provisional,
    }


def _key(key: bytes | None) -> str | None:
    return format_address(key) if key else None
