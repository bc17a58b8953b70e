from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from plings.cli.app import show_help
from plings.cli.qr_read import read
from plings.cli.qr_write import write


class WritesByDefault(TyperGroup):
    """`plings qr URL -o FILE` is `plings qr write URL -o FILE`: what people mean who name no command."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["write", *args]
        return super().parse_args(ctx, args)


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(cls=WritesByDefault, help="Write codes as QR pictures, and read them from pictures.")
    group.callback(invoke_without_command=True)(show_help)
    group.command(epilog="Example:  plings qr write 'https://s.plings.io?t=q&p=…' -o code.png")(write)
    group.command(epilog="Example:  plings qr read photos --keys keys.json")(read)
    app.add_typer(group, name="qr")
