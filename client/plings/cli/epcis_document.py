"""Where events go: one document in a file, whole or not there."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from plings.cli.output import Answer
from plings.cli.replacing import replacing
from plings.interchange import ObjectEvent, epcis_document_lines

Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Write it there; replaced if there.")]
MostEpcs = Annotated[
    int, typer.Option("--most-epcs", min=1, max=1_000_000, metavar="N", help="Objects of one event at most.")
]


def give_document(answer: Answer, events: Iterable[ObjectEvent], output: Path) -> None:
    """Writes the document of `events`, and tells how many there were. Raises OSError."""
    counts = {"events": 0, "objects": 0}

    def counted() -> Iterator[ObjectEvent]:
        for event in events:
            counts["events"] += 1
            counts["objects"] += len(event.epcs)
            yield event

    with replacing(output) as file:
        for text in epcis_document_lines(counted(), int(time.time())):
            file.write(text.encode("ascii"))
    told = ", ".join(f"{number:,} {name if number != 1 else name[:-1]}" for name, number in counts.items())
    answer.give({"file": str(output), **counts}, f"wrote {output}: {told}")
