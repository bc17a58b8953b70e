from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.options import Json
from plings.cli.output import answering
from plings.identity import Path

if TYPE_CHECKING:
    from rich.console import RenderableType


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings path 2.3.4F.2aB.5.3j")(path)


def path(
    text: Annotated[str, typer.Argument(metavar="PATH", help="The whole path of an object.")],
    as_json: Json = False,
) -> None:
    """Show the parts of a path and the numbers that they stand for."""
    with answering(as_json) as answer:
        parts = _parts(Path(text))
        answer.give(parts, lambda: _table(parts))


def _parts(path: Path) -> dict[str, Any]:
    segments = [{"text": text, "number": number} for text, number in zip(path.segments, path.numbers, strict=True)]
    return {
        "text": path.text,
        "wallet": segments[0],
        "manufacturer": segments[1],
        "levels": segments[2:-2],
        "batch": segments[-2],
        "instance": segments[-1],
        "prefix": path.prefix,
        "path_to_pointer": path.path_to_pointer,
    }


def _table(parts: dict[str, Any]) -> RenderableType:
    from rich import box
    from rich.console import Group
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, header_style="dim", pad_edge=False, show_edge=False)
    table.add_column("part")
    table.add_column("segment", style="bold")
    table.add_column("number", justify="right")
    levels = [(f"class level {position}", level) for position, level in enumerate(parts["levels"], 1)]
    ends = [(name, parts[name]) for name in ("wallet", "manufacturer", "batch", "instance")]
    for name, segment in ends[:2] + levels + ends[2:]:
        table.add_row(name, segment["text"], f"{segment['number']:,}")
    return Group(table, f"\nprefix           {parts['prefix']}\npath to pointer  {parts['path_to_pointer']}")
