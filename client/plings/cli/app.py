"""The application: its name, its help, and how a process of it ends."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from plings import __version__
from plings.cli.output import settle_stdout, tell

WrongUsage: Any = typer.BadParameter.__base__
"""The base of all errors of usage, of which typer names this one alone."""


class Commands(TyperGroup):
    """typer's group, but wrong usage is one line on stderr (exit code 2), and output is never cut short silently."""

    def main(self, *args: Any, **extra: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):  # an ASCII terminal gets escapes and no traceback
                stream.reconfigure(errors="backslashreplace")
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
        except WrongUsage as error:
            tell(_usage(error))
            code = 2
        settle_stdout()
        sys.exit(code if isinstance(code, int) else 0)


def _usage(error: Any) -> str:
    command = error.ctx.command_path if error.ctx else "plings"
    return f"{str(error.format_message()).rstrip('.')} (see {command} --help)"


def show_help(ctx: typer.Context) -> None:
    """For a group without a command."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help(), nl=False)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"plings {__version__}")
        raise typer.Exit


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    epilog="Start here:  plings demo",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def plings(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print it.")
    ] = False,
) -> None:
    """Printed codes that anyone can check offline, pay on the spot and prove they own.

    Exit codes: 0 done, 1 refused or failed (one line on stderr says why), 2 wrong usage.
    """
    show_help(ctx)
