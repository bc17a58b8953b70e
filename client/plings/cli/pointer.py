from __future__ import annotations

from typing import Annotated

import typer

from plings.cli.options import Json
from plings.cli.output import answering
from plings.identity import ClassPath, Path, class_pointer, format_address, parse_address


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings pointer 2.3.4F.2aB.5.3j --manufacturer KEY")(pointer)


def pointer(
    path: Annotated[str, typer.Argument(metavar="PATH", help="The path of an object, or of a class.")],
    manufacturer: Annotated[
        str, typer.Option(metavar="KEY", help="The manufacturer's public identity key, in base58.")
    ],
    is_class: Annotated[bool, typer.Option("--class", help="PATH is a class's own, whatever its length.")] = False,
    as_json: Json = False,
) -> None:
    """Print the class pointer of a path: the 11 characters of `cp`.

    PATH is the whole path of an object (4 segments or more), whose class it is. With --class, or with fewer segments,
    it is the path to the pointer itself.
    """
    with answering(as_json) as answer:
        key = parse_address(manufacturer)
        whole = not is_class and path.count(".") + 1 >= Path.FEWEST
        class_path = Path(path).class_path if whole else ClassPath(path)
        text = class_pointer(key, class_path).text
        facts = {"class_pointer": text, "path_to_pointer": class_path.text, "manufacturer": format_address(key)}
        answer.give(facts, text)
