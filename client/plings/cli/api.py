from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

from plings.cli.api_serve import serve
from plings.cli.app import show_help
from plings.cli.options import Json
from plings.cli.output import answering
from plings.errors import SettingsError

if TYPE_CHECKING:
    from types import ModuleType


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Tell anybody over HTTP what is indexed and registered. It changes nothing.")
    group.callback(invoke_without_command=True)(show_help)
    group.command(epilog="Example:  plings api serve --listen 127.0.0.1:8080")(serve)
    group.command(epilog="Example:  plings api openapi > openapi.json")(openapi)
    app.add_typer(group, name="api")


def openapi(as_json: Json = False) -> None:
    """Print the OpenAPI document. Needs no database."""
    with answering(as_json) as answer:
        api = loaded()
        made: dict[str, Any] = api.document(api.make_routes())
        answer.give(made, json.dumps(made, indent=2))


def loaded() -> ModuleType:
    """The package with what it needs. Raises SettingsError where that is not installed."""
    try:
        import plings.api as api
    except ImportError as error:
        raise SettingsError(f"plings api takes the package {error.name}: pip install 'plings[api]'") from None
    return api
