from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.app import show_help
from plings.cli.options import Prefix
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_page import facts, lines, table

if TYPE_CHECKING:
    from plings.registry.words import Level, LevelValue

CLASS = "class"

PlaceText = Annotated[
    str,
    typer.Argument(
        metavar="LEVEL", help="The place in the path: 3 to 14, after wallet and manufacturer, or class (999)."
    ),
]

Description = Annotated[str | None, typer.Option("--description", metavar="TEXT", help="For people.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="What the segments of a manufacturer's paths mean, so that they can be decoded.")
    group.callback(invoke_without_command=True)(show_help)
    acting = "--as ida@ikea.example"
    commands = {
        level: f"level 2.3 3 category --description 'What the product is' {acting}",
        value: f"value 2.3 3 2 Furniture --segment {acting}",
        listing: "list 2.3 --level 3",
    }
    for command, example in commands.items():
        group.command(name=example.split()[0], epilog=f"Example:  plings registry words {example}")(command)
    app.add_typer(group, name="words")


@asking
def level(
    desk: Desk,
    prefix: Prefix,
    place: PlaceText,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Such as category, or product line.")],
    description: Description = None,
    gs1: Annotated[
        str | None, typer.Option("--gs1", metavar="TEXT", help="What its values' GS1 codes are: GTIN, (01), (414), …")
    ] = None,
    optional: Annotated[bool, typer.Option("--optional", help="Not every path has it.")] = False,
    sort_order: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Where it is shown, if not in the order of the path.")
    ] = None,
) -> None:
    """Say what one level of a manufacturer's paths is for, or say it anew."""
    from plings.registry.words import define_level

    made = define_level(
        desk.registry,
        prefix,
        _level(place),
        name,
        description=description,
        gs1_mapping=gs1,
        required=not optional,
        sort_order=sort_order,
    )
    rows = [
        ("level", made.path_level),
        ("name", made.level_name),
        ("description", made.level_description),
        ("GS1", made.gs1_mapping),
        ("required", made.is_required),
    ]
    desk.give({"prefix": prefix, **facts(made)}, lines(rows))


@asking
def value(
    desk: Desk,
    prefix: Prefix,
    place: PlaceText,
    number: Annotated[str, typer.Argument(metavar="VALUE", help="The number; with --segment, as it is in paths.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it means, such as Furniture.")],
    segment: Annotated[bool, typer.Option("--segment", help="VALUE is a segment: G for 15.")] = False,
    description: Description = None,
    gs1_code: Annotated[str | None, typer.Option(metavar="CODE", help="Its GS1 code, such as a GTIN.")] = None,
    sku: Annotated[str | None, typer.Option(metavar="SKU", help="The manufacturer's own number of it.")] = None,
    inactive: Annotated[bool, typer.Option("--inactive", help="Out of use; printed codes still mean it.")] = False,
) -> None:
    """Say what a number on a level means, or say it anew. The level comes first: `plings registry words level`."""
    from plings.registry.words import define_value

    made = define_value(
        desk.registry,
        prefix,
        _level(place),
        _number(number, segment),
        name,
        description=description,
        gs1_code=gs1_code,
        sku=sku,
        active=not inactive,
    )
    rows = [
        ("level", made.path_level),
        ("segment", f"{made.segment}, number {made.level_value}"),
        ("name", made.value_name),
        ("description", made.value_description),
        ("GS1 code", made.gs1_code),
        ("SKU", made.sku_reference),
        ("in use", made.is_active),
    ]
    desk.give({"prefix": prefix, "segment": made.segment, **facts(made)}, lines(rows))


@asking
def listing(
    desk: Desk,
    prefix: Prefix,
    place: Annotated[str | None, typer.Option("--level", metavar="LEVEL", help="Only this level.")] = None,
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help="Only values in use, or out of it.")
    ] = None,
) -> None:
    """List a manufacturer's levels and values."""
    from plings.registry.words import level_values, levels

    only = None if place is None else _level(place)
    known = [one for one in levels(desk.registry, prefix) if only in (None, one.path_level)]
    found = level_values(desk.registry, prefix, level=only, active=active)
    told = {
        "prefix": prefix,
        "levels": [facts(one) for one in known],
        "values": [{**facts(one), "segment": one.segment} for one in found],
    }
    desk.give(told, table(["level", "segment", "number", "name", "GS1", "SKU", ""], _rows(known, found)))


def _rows(levels: list[Level], values: list[LevelValue]) -> list[tuple[object, ...]]:
    """Each level, with its values below it."""
    rows: list[tuple[object, ...]] = []
    for one in levels:
        note = "" if one.is_required else "optional"
        rows.append((f"{one.path_level} {one.level_name}", "", "", "", one.gs1_mapping or "", "", note))
        rows += [
            ("", each.segment, each.level_value, each.value_name, each.gs1_code or "", each.sku_reference or "", note)
            for each in values
            if each.path_level == one.path_level
            for note in ["" if each.is_active else "out of use"]
        ]
    return rows


def _level(text: str) -> int:
    """The number of a level. Raises BadParameter."""
    from plings.registry.words import CLASS_LEVEL

    if text == CLASS:
        return CLASS_LEVEL
    return _decimal(text, "LEVEL")


def _number(text: str, is_segment: bool) -> int:
    """The number of a value. Raises SegmentError, BadParameter."""
    from plings.identity import parse_segment

    return parse_segment(text) if is_segment else _decimal(text, "VALUE")


def _decimal(text: str, name: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 11 and int(text) < 2**31):
        raise typer.BadParameter(f"{text!a} is no number from 0 to 2^31 - 1", param_hint=name)
    return int(text)
