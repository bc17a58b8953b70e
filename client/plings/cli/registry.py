"""`plings registry`: its commands, each loaded when it is called, as most people never call any."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_group

from plings.cli.app import show_help

PARTS: Final = {
    "Set up": {"migrate": "migrate", "status": "status", "distribute": "distribute"},
    "People": {"user": "user", "organization": "organization", "approval": "approval"},
    "Wallets and manufacturers": {
        "wallet": "wallet",
        "manufacturer": "manufacturer",
        "transfer-manufacturer": "transfer",
        "lineage": "lineage",
        "drill": "drill",
    },
    "Paths and classes": {
        "path": "path",
        "words": "words",
        "decode": "decode",
        "class": "class",
        "pointer": "pointer",
        "instances": "instances",
        "printed": "printed",
    },
    "What was, and is wrong": {
        "audit": "audit",
        "operations": "operations",
        "usage": "usage",
        "alerts": "alerts",
    },
}
"""By the panel of the help that they are in: each command's name and the `registry_…` module that adds it."""

_MODULES: Final = {name: (module, panel) for panel, parts in PARTS.items() for name, module in parts.items()}


class LoadedWhenCalled(TyperGroup):
    """A group of the commands in PARTS."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(_MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in _MODULES:
            return None
        module, panel = _MODULES[cmd_name]
        part = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown")
        part.callback()(_nothing)
        import_module(f"plings.cli.registry_{module}").add_to(part)
        command: Any = get_group(part).commands[cmd_name]
        command.rich_help_panel = panel
        return command


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        cls=LoadedWhenCalled,
        help="Keep the registry: who may print what, and what every code means.",
        epilog="Start here:  plings registry user add ada@plings.example --super-admin",
    )
    group.callback(invoke_without_command=True)(show_help)
    app.add_typer(group, name="registry")


def _nothing() -> None:
    pass
