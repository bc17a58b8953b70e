"""Where the commands of `plings registry` meet the registry: what they all get, and the options that they all have."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from plings.cli.options import Json
from plings.cli.output import Answer, answering
from plings.cli.registry_advice import advice
from plings.cli.registry_options import Acting, Data, Database
from plings.errors import RegistryError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from plings.registry import Registry
    from plings.registry.sessions import Place


@dataclass(frozen=True)
class Desk:
    """One run of a command: the registry as who acts sees it, and where the answer goes."""

    answer: Answer
    registry: Registry

    def give(self, facts: Mapping[str, Any], shown: str | Callable[[], RenderableType]) -> None:
        """The answer: `facts` as JSON, or else what is `shown`."""
        self.answer.give(facts, shown)


def asking(function: Callable[..., None]) -> Callable[..., None]:
    """Makes a command of a function that takes a Desk and then its own arguments.

    The command has these, and --database, --data, --as and --json.
    """
    _, *own = inspect.signature(function, eval_str=True).parameters.values()
    shared = inspect.signature(_shared, eval_str=True).parameters.values()

    def command(
        *, database: str | None, data: Path | None, acting: str | None, as_json: bool, **arguments: object
    ) -> None:
        check_place(database, data)
        with answering(as_json) as answer, advised(), _opened(database, data, acting) as registry:
            function(Desk(answer, registry), **arguments)

    parameters = [*own, *shared]
    command.__name__, command.__doc__, command.__module__ = function.__name__, function.__doc__, function.__module__
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return command


def check_place(database: str | None, data: Path | None) -> None:
    """Nobody works in one database and means another. Raises BadParameter."""
    if database is not None and data is not None:
        raise typer.BadParameter("a --database is named too (or is in PLINGS_DATABASE_URL)", param_hint="--data")


@contextmanager
def opened_place(database: str | None, data: Path | None) -> Iterator[Place]:
    """Where the registry is. An own server runs until the end, whatever connections come and go."""
    from plings.registry.sessions import Place

    with ExitStack() as stack:
        if database is None:
            from plings.server import running_server

            stack.enter_context(running_server(data))
        yield Place(database, data)


@contextmanager
def advised() -> Iterator[None]:
    """What the registry refuses is told with what to do about it."""
    try:
        yield
    except RegistryError as error:
        if not getattr(error, "__notes__", ()) and (told := advice(error)):
            error.add_note(told)
        raise


@contextmanager
def _opened(database: str | None, data: Path | None, acting: str | None) -> Iterator[Registry]:
    from plings.registry import open_registry

    with open_registry(database, data_folder=data, as_user=acting) as registry:
        yield registry


def _shared(database: Database = None, data: Data = None, acting: Acting = None, as_json: Json = False) -> None:
    """Its parameters are what every command has."""
