"""`plings migrate-dash`: from paths with dash class markers to those of today, in three phases, and back."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_group

from plings.cli.app import show_help

COMMANDS: Final = {
    "take": "take",
    "classes": "phases",
    "place": "phases",
    "pointers": "phases",
    "addresses": "addresses",
    "status": "status",
    "report": "report",
    "resolve": "resolve",
    "undo": "undo",
}
"""Each command, and the `migrate_dash_…` module that adds it when it is called."""


class LoadedWhenCalled(TyperGroup):
    """A group of COMMANDS."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        part = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown")
        part.callback()(_nothing)
        import_module(f"plings.cli.migrate_dash_{COMMANDS[cmd_name]}").add_to(part)
        return get_group(part).commands[cmd_name]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        cls=LoadedWhenCalled,
        help="Move legacy paths with dash class markers to classes, pointers and paths of today.",
        epilog="Start here:  plings migrate-dash take 2.G legacy.csv --dry-run --as abe@acme.example",
    )
    group.callback(invoke_without_command=True)(show_help)
    app.add_typer(group, name="migrate-dash")


def _nothing() -> None:
    pass
