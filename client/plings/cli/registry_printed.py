from __future__ import annotations

from pathlib import Path as File
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.app import show_help
from plings.cli.options import Host, Quiet
from plings.cli.output import tell
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_options import Limit
from plings.cli.registry_page import facts, lines, table, when
from plings.cli.registry_progress import progress
from plings.identity import DEFAULT_HOST

if TYPE_CHECKING:
    from plings.commitments import ItemProof
    from plings.registry import Registry
    from plings.registry.printed import AddedBatch


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Printed batches: lists of printed codes, by which a code's page proves that it is on one."
    )
    group.callback(invoke_without_command=True)(show_help)
    commands = {
        add: "add job --as ida@ikea.example",
        listing: "list 2.3",
        proof: "proof 2.3.2.G.3j -o proof.json",
    }
    for command, example in commands.items():
        group.command(name=example.split()[0], epilog=f"Example:  plings registry printed {example}")(command)
    app.add_typer(group, name="printed")


@asking
def add(
    desk: Desk,
    folder: Annotated[File, typer.Argument(metavar="FOLDER", help="Where a job was printed.")],
    quiet: Quiet = False,
) -> None:
    """Add the batches of a printed job, so that whoever has nothing but a code can prove that it was printed.

    Every code is read, and its batch's root compared with the signed one. A batch is added whole or not at all; what is
    there already is left as it is, so do it again if it was interrupted.
    """
    from plings.printing import finished
    from plings.registry.printed import add_job

    desk.answer.quiet = quiet
    with progress(desk.answer, f"adding {folder.name}", finished(folder).codes, "codes") as told:
        added = list(add_job(desk.registry, folder, on_progress=told))
    for one in added:
        if one.others:
            tell(_warning(one))
    rows = [(one.batch, f"{one.item_count:,} codes, {'added' if one.is_new else 'there before'}") for one in added]
    desk.give({"folder": str(folder), "batches": [facts(one) for one in added]}, lines(rows))


@asking
def listing(
    desk: Desk,
    prefix: Annotated[
        str | None, typer.Argument(metavar="PREFIX", help="Only those at or below this path, such as 2.3.")
    ] = None,
    limit: Limit = 1000,
) -> None:
    """List printed batches by path. One that was printed in several jobs is there several times."""
    from plings.registry.printed import printed_batches

    found = printed_batches(desk.registry, prefix, limit=limit)
    rows = [(one.batch, one.item_count, one.root[:16], when(one.added_at), one.added_by) for one in found]
    shown = table(["batch", "codes", "root", "added", "by"], rows, numbers=["codes"])
    desk.give({"batches": [facts(one) for one in found]}, shown)


@asking
def proof(
    desk: Desk,
    code: Annotated[
        str,
        typer.Argument(metavar="CODE|PATH", help="The scanned code, or its path where the registry noted the code."),
    ],
    output: Annotated[File, typer.Option("--output", "-o", metavar="FILE", help="The file to write.")],
    host: Host = DEFAULT_HOST,
) -> None:
    """Write the proof that a code was printed, the same file as `plings print proof` makes from a job's folder.

    It is verified by the registry's key of the manufacturer before it is written.
    """
    from plings.durable import write_whole

    made = _proof(desk.registry, code, host)
    write_whole(output, made.text.encode("ascii"))
    told = {"file": str(output), "path": made.path.text, "index": made.index, "hashes": len(made.proof)}
    desk.give(told, f"wrote {output}")


def _proof(registry: Registry, text: str, host: str) -> ItemProof:
    from plings.errors import CommitmentInvalid, NotInRegistry
    from plings.identity import Path, ScanUrl
    from plings.registry.printed import identity_key
    from plings.registry.printed_proofs import find_proofs, find_proofs_at

    code = ScanUrl.parse(text, host) if "?" in text else None
    found = find_proofs_at(registry, Path(text)) if code is None else find_proofs(registry, code)
    refused: Exception | None = None
    for made in found:
        try:
            made.verify(identity_key(registry, made.path.prefix), code)
        except CommitmentInvalid as error:
            refused = refused or error
        else:
            return made
    raise refused or NotInRegistry(f"no printed batch that is kept here has the code of {text}", "not_printed")


def _warning(one: AddedBatch) -> str:
    have = "another commitment has" if one.others == 1 else f"{one.others:,} other commitments have"
    return f"warning: {have} codes of batch {one.batch}, too: one alone can be anchored, as plings print anchor does"
