from __future__ import annotations

from pathlib import Path as File
from typing import Annotated

import typer

from plings.cli.options import Json
from plings.cli.output import answering
from plings.identity import Path


def proof(
    folder: Annotated[File, typer.Argument(metavar="FOLDER", help="Where a job was printed.")],
    path: Annotated[str, typer.Argument(metavar="PATH", help="The path of one of its codes.")],
    output: Annotated[File, typer.Option("--output", "-o", metavar="FILE", help="The file to write.")],
    as_json: Json = False,
) -> None:
    """Write the proof that a code was printed in its batch: a small file, good offline. Needs no key and no network."""
    with answering(as_json) as answer:
        from plings.durable import write_whole
        from plings.printing import prove_item

        made = prove_item(folder, Path(path))
        write_whole(output, made.text.encode("ascii"))
        facts = {"file": str(output), "path": path, "index": made.index, "hashes": len(made.proof)}
        answer.give(facts, f"wrote {output}")
