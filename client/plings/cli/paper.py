"""stdout for what is drawn: tables, colours, the demo's page."""

from __future__ import annotations

from rich.console import Console

WIDEST = 100
"""Columns."""


class Paper(Console):
    """rich's console, with colours only on a terminal that wants them, and not silent about a closed pipe."""

    def __init__(self) -> None:
        super().__init__(highlight=False, emoji=False, markup=False)
        self.width = min(self.width, WIDEST) if self.is_terminal else WIDEST

    def on_broken_pipe(self) -> None:
        raise
