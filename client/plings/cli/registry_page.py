"""How the registry's records look, as JSON and to people."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from plings.cli.output import labelled, one_line

if TYPE_CHECKING:
    from rich.text import Text

NONE: Final = "-"
WIDEST_TABLE: Final = 1000
"""Columns: cells are never cut, so that ids can be copied, and a narrow terminal wraps."""


def facts(record: Any) -> dict[str, Any]:
    """A dataclass for JSON: exact numbers and ids as text, moments in UTC (ISO 8601)."""
    return {field.name: plain(getattr(record, field.name)) for field in dataclasses.fields(record)}


def plain(value: Any) -> Any:
    """A value of a record for JSON."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return facts(value)
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, Sequence | set | frozenset):
        return [plain(one) for one in value]
    return str(value)


def when(moment: datetime | None) -> str:
    """`2025-06-15 15:06:40 UTC`."""
    return NONE if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def yes(value: bool) -> str:
    return "yes" if value else "no"


def lines(rows: Iterable[tuple[str, object]]) -> str:
    """A label and a value per line; what is None is left out."""
    return labelled([(label, _cell(value)) for label, value in rows if value is not None])


def table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Sequence[str] = (), empty: str = "none"
) -> Callable[[], Text]:
    """A table with a head, or `empty`. Those of `numbers` are set to the right, empty ones left out."""
    content = [[_cell(value) for value in row] for row in rows]
    filled = [at for at in range(len(columns)) if any(row[at] for row in content)]

    def drawn() -> Text:
        from rich import box
        from rich.table import Table
        from rich.text import Text

        if not content:
            return Text(empty)
        made = Table(box=box.SIMPLE_HEAD, header_style="dim", pad_edge=False, show_edge=False)
        for at in filled:
            made.add_column(columns[at], justify="right" if columns[at] in numbers else "left", no_wrap=True)
        for row in content:
            made.add_row(*(Text(row[at]) for at in filled))
        return _whole(made)

    return drawn


def _whole(made: Any) -> Text:
    """What rich would fit into the terminal, as wide as it is."""
    from rich.console import Console
    from rich.text import Text

    page = Console(width=WIDEST_TABLE, highlight=False, emoji=False, markup=False)
    drawn = Text.assemble(*((part.text, part.style or "") for part in page.render(made)))
    rows = list(drawn.split("\n"))
    for row in rows:
        row.rstrip()
    return Text("\n").join(rows)


def _cell(value: object) -> str:
    if value is None:
        return NONE
    if isinstance(value, bool):
        return yes(value)
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, int):
        return f"{value:,}"
    return one_line(str(value))
