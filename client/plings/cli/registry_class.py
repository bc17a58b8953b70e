from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from plings.cli.app import show_help
from plings.cli.registry_class_picture import picture, picture_facts, picture_text
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_options import ClassId, IdOnly, Limit, MaybeOfOrganization, OfOrganization
from plings.cli.registry_page import facts, lines, table

if TYPE_CHECKING:
    from plings.registry.classes import ObjectClass

Description = Annotated[str | None, typer.Option("--description", metavar="TEXT", help="For people.")]
Sku = Annotated[str | None, typer.Option("--sku", metavar="SKU", help="The manufacturer's own number of it.")]
Gtin = Annotated[str | None, typer.Option("--gtin", metavar="GTIN", help="8, 12, 13 or 14 digits (GS1).")]
Parent = Annotated[UUID | None, typer.Option("--parent", metavar="CLASS", help="The class that it is a kind of.")]
Category = Annotated[str | None, typer.Option("--category", metavar="NAME", help="Such as Furniture.")]
Subcategory = Annotated[str | None, typer.Option("--subcategory", metavar="NAME", help="Such as Bookcases.")]
Price = Annotated[str | None, typer.Option("--price", metavar="AMOUNT", help="With a currency: '49.95 EUR'.")]
Weight = Annotated[int | None, typer.Option("--weight-grams", min=0, metavar="NUMBER", help="What it weighs.")]
Dimensions = Annotated[str | None, typer.Option("--dimensions-cm", metavar="TEXT", help="Such as 80x28x202.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Object classes: products as their manufacturers sell them.")
    group.callback(invoke_without_command=True)(show_help)
    some, acting = "01890a5d-ac96-774b-bcce-b302099a8057", "--as ida@ikea.example"
    commands = {
        add: f"add 'BILLY bookcase, white' --organization IKEA --sku 002.638.50 --price '49.95 EUR' {acting}",
        change: f"change {some} --price '59.95 EUR' {acting}",
        listing: "list --organization IKEA",
        show: f"show {some}",
        picture: f"picture {some} billy.jpg {acting}",
    }
    for command, example in commands.items():
        group.command(name=example.split()[0], epilog=f"Example:  plings registry class {example}")(command)
    app.add_typer(group, name="class")


@asking
def add(
    desk: Desk,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What customers call it.")],
    organization: OfOrganization,
    sku: Sku = None,
    gtin: Gtin = None,
    price: Price = None,
    category: Category = None,
    subcategory: Subcategory = None,
    description: Description = None,
    parent: Parent = None,
    weight_grams: Weight = None,
    dimensions_cm: Dimensions = None,
    id_only: IdOnly = False,
) -> None:
    """Add a class. Its codes come with its pointer: `plings registry pointer register`."""
    from plings.registry.classes import add_class

    given = _given(sku, gtin, price, category, subcategory, description, parent, weight_grams, dimensions_cm)
    made = add_class(desk.registry, name, organization=organization, **given)
    if id_only and not desk.answer.as_json:
        desk.give({}, str(made.id))
    else:
        _give(desk, made)


@asking
def change(
    desk: Desk,
    class_id: ClassId,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="What customers call it.")] = None,
    status: Annotated[
        str | None, typer.Option(metavar="STATUS", help="active, discontinued (no longer made) or archived.")
    ] = None,
    sku: Sku = None,
    gtin: Gtin = None,
    price: Price = None,
    category: Category = None,
    subcategory: Subcategory = None,
    description: Description = None,
    parent: Parent = None,
    weight_grams: Weight = None,
    dimensions_cm: Dimensions = None,
) -> None:
    """Change what is given of a class; an empty text takes it away ('' as --sku: none)."""
    from plings.registry.classes import change_class

    given = _given(sku, gtin, price, category, subcategory, description, parent, weight_grams, dimensions_cm)
    named = {label: value for label, value in (("name", name), ("status", status)) if value is not None}
    _give(desk, change_class(desk.registry, class_id, **named, **given))


@asking
def listing(
    desk: Desk,
    organization: MaybeOfOrganization = None,
    sku: Annotated[str | None, typer.Option(metavar="SKU", help="Only this one.")] = None,
    limit: Limit = 1000,
) -> None:
    """List classes, by name."""
    from plings.registry.classes import classes

    found = classes(desk.registry, organization=organization, sku=sku, limit=limit)
    rows = [(one.name, one.sku, one.gtin, price_text(one), one.status, one.id) for one in found]
    shown = table(["name", "SKU", "GTIN", "price", "status", "class"], rows, numbers=["price"])
    desk.give({"classes": [facts(one) for one in found]}, shown)


@asking
def show(desk: Desk, class_id: ClassId) -> None:
    """Show a class, and what picture it has."""
    from plings.registry.class_pictures import picture_of_class
    from plings.registry.classes import object_class

    with desk.registry.transaction():
        found = object_class(desk.registry, class_id)
        seen = picture_of_class(desk.registry, class_id)
    desk.give({**facts(found), "picture": picture_facts(seen)}, lines([*_rows(found), ("picture", picture_text(seen))]))


def price_text(one: Any) -> str | None:
    """`49.95 EUR` of what has a `price_amount` and `price_currency`."""
    if one.price_amount is None:
        return None
    whole, _, cents = f"{one.price_amount:f}".partition(".")
    return f"{whole}.{cents.rstrip('0'):0<2} {one.price_currency}"


def _given(
    sku: str | None,
    gtin: str | None,
    price: str | None,
    category: str | None,
    subcategory: str | None,
    description: str | None,
    parent: UUID | None,
    weight_grams: int | None,
    dimensions_cm: str | None,
) -> dict[str, Any]:
    texts = {
        "sku": sku,
        "gtin": gtin,
        "category": category,
        "subcategory": subcategory,
        "description": description,
        "dimensions_cm": dimensions_cm,
    }
    found: dict[str, Any] = {name: text or None for name, text in texts.items() if text is not None}
    if parent is not None:
        found["parent_class_id"] = parent
    if weight_grams is not None:
        found["weight_grams"] = weight_grams
    return found if price is None else {**found, **_price(price)}


def _price(text: str) -> dict[str, Any]:
    """Amount and currency. Raises BadParameter."""
    from decimal import Decimal, InvalidOperation

    if not text:
        return {"price_amount": None, "price_currency": None}
    amount, _, currency = text.partition(" ")
    try:
        number = Decimal(amount)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not currency.strip():
        raise typer.BadParameter(f"{text!a} is not an amount and a currency, such as '49.95 EUR'", param_hint="--price")
    return {"price_amount": number, "price_currency": currency.strip()}


def _give(desk: Desk, one: ObjectClass) -> None:
    desk.give(facts(one), lines(_rows(one)))


def _rows(one: ObjectClass) -> list[tuple[str, object]]:
    kind = " > ".join(filter(None, (one.category, one.subcategory)))
    return [
        ("class", one.id),
        ("name", one.name),
        ("status", one.status),
        ("SKU", one.sku),
        ("GTIN", one.gtin),
        ("price", price_text(one)),
        ("category", kind or None),
        ("description", one.description),
        ("kind of", one.parent_class_id),
        ("weight", None if one.weight_grams is None else f"{one.weight_grams:,} g"),
        ("dimensions", None if one.dimensions_cm is None else f"{one.dimensions_cm} cm"),
    ]
