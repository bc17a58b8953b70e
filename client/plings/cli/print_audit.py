from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from plings.cli.maker_node import MaybeNode, MaybeSeed, MaybeVault, NodeSource
from plings.cli.options import Host, Json, Prefix
from plings.cli.output import Answer, answering
from plings.cli.registry_progress import progress
from plings.cli.vault import Folder, Module
from plings.identity import DEFAULT_HOST

if TYPE_CHECKING:
    from plings.printing import Finding

SHOWN: Final = 20
"""Findings that are printed; --findings has them all."""


def audit(
    prefix: Prefix,
    codes: Annotated[
        Path, typer.Argument(metavar="FILE", help="A .csv, .jsonl or .parquet of codes, or one URL a line.")
    ],
    seed: MaybeSeed = None,
    vault: MaybeVault = None,
    node: MaybeNode = None,
    printed: Annotated[
        list[Path] | None,
        typer.Option(metavar="FOLDER", help="A job that was printed; what is in none of these is found, too."),
    ] = None,
    findings: Annotated[Path | None, typer.Option(metavar="FILE", help="Write all findings there, as .jsonl.")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=1024, metavar="N", help="Processes; without it, one a core.")
    ] = None,
    host: Host = DEFAULT_HOST,
    folder: Folder = None,
    module: Module = None,
    as_json: Json = False,
) -> None:
    """Derive a manufacturer's codes anew and find in a file what is not its own. Needs no network.

    Each finding has a line and a reason: malformed, contradiction, foreign, counterfeit_class, made_up_address,
    bad_signature, not_printed. Exit code 0 when there is none.
    """
    source = NodeSource(seed, vault, node, folder, module)
    with answering(as_json) as answer, ExitStack() as stack:
        from plings.printing import Auditor, audit_codes, read_codes

        identity = source.identity(prefix)
        auditor = Auditor(identity, host=host, printed=_printed(printed) if printed else None)
        out = stack.enter_context(findings.open("x", encoding="ascii")) if findings else None
        count, rules = 0, Counter[str]()
        first: list[Finding] = []
        with progress(answer, f"looking at {codes.name}", codes.stat().st_size // 150, "codes") as told:
            for audited in audit_codes(auditor, read_codes(codes), workers=workers):
                count += audited.codes
                rules.update(finding.rule for finding in audited.findings)
                first += audited.findings[: SHOWN - len(first)]
                if out:
                    out.writelines(json.dumps(finding._asdict()) + "\n" for finding in audited.findings)
                told(count)
        _give(answer, count, rules, first)


def _printed(folders: Iterable[Path]) -> dict[str, tuple[Any, ...]]:
    """What the manifests of finished jobs say that was printed, by batch."""
    from plings.printing import finished

    printed: dict[str, tuple[Any, ...]] = {}
    for folder in folders:
        for batch in finished(folder).batches:
            known = printed.get(batch.commitment.batch, ())
            printed[batch.commitment.batch] = (*known, batch.commitment.instances)
    return printed


def _give(answer: Answer, count: int, rules: Counter[str], first: list[Finding]) -> None:
    total = rules.total()
    facts = {"codes": count, "found": total, "rules": dict(rules), "findings": [each._asdict() for each in first]}
    lines = [f"line {each.line}: {each.reason}" for each in first]
    if total > len(first):
        lines.append(f"and {total - len(first):,} more")
    by_rule = ", ".join(f"{number:,} {rule.replace('_', ' ')}" for rule, number in rules.most_common())
    lines.append(f"{count:,} codes, {total:,} found: {by_rule}" if total else f"{count:,} codes, all its own")
    answer.give(facts, "\n".join(lines))
    if total:
        answer.fail(f"{total:,} of {count:,} codes are not the manufacturer's own, or not as it printed them")
