from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.app import show_help
from plings.cli.registry_class import price_text
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_options import ClassId, PointerText
from plings.cli.registry_page import facts, lines, table, when
from plings.cli.registry_pointer_collisions import detect, guidance, resolve
from plings.cli.registry_pointer_load import load

if TYPE_CHECKING:
    from plings.registry.pointers import Product

ToPointer = Annotated[
    str, typer.Argument(metavar="PATH", help="The class's path, without batch and instance, such as 2.3.2.")
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Class pointers: which class a code is of, and products found by one.")
    group.callback(invoke_without_command=True)(show_help)
    some, acting = "01890a5d-ac96-774b-bcce-b302099a8057", "--as ida@ikea.example"
    commands = {
        register: f"register 2.3.2 {some} {acting}",
        show: "show UYtaAsvd6GL",
        listing: f"list {some}",
        load: f"load 2.3 pointers.csv --streams 2 {acting}",
        verify: f"verify UYtaAsvd6GL 2.3.2 {acting}",
        detect: "detect --alert --as ada@plings.example",
        resolve: f"resolve 2.3.2 {some} {acting}",
        guidance: f"guidance 2.3 UYtaAsvd6GL {acting}",
    }
    for command, example in commands.items():
        group.command(name=example.split()[0], epilog=f"Example:  plings registry pointer {example}")(command)
    app.add_typer(group, name="pointer")


@asking
def register(desk: Desk, path: ToPointer, class_id: ClassId) -> None:
    """Register the pointer of a class, the hash of the manufacturer's key and the path. Again changes nothing."""
    from plings.registry.pointers import register_pointer

    made = register_pointer(desk.registry, path, class_id)
    rows = [("pointer", made.class_pointer), ("path", made.path_to_pointer), ("new", made.added), ("class", class_id)]
    desk.give({**facts(made), "class_id": str(class_id)}, lines(rows))


@asking
def show(desk: Desk, pointer: PointerText) -> None:
    """Show the product of a class pointer."""
    from plings.registry.pointers import find_product

    product = find_product(desk.registry, pointer)
    desk.give(facts(product), lines(product_lines(product)))


@asking
def listing(desk: Desk, class_id: ClassId) -> None:
    """List the pointers of a class, newest first: a product that was reorganised has several."""
    from plings.registry.pointers import pointers_of_class

    found = pointers_of_class(desk.registry, class_id)
    rows = [
        (one.class_pointer, one.path_to_pointer, one.wallet_version, one.status, when(one.created_at)) for one in found
    ]
    shown = table(["pointer", "path", "wallet", "status", "registered"], rows, numbers=["wallet"])
    desk.give({"class_id": str(class_id), "pointers": [facts(one) for one in found]}, shown)


@asking
def verify(
    desk: Desk,
    pointer: PointerText,
    path: ToPointer,
    key: Annotated[
        str | None, typer.Option("--public-key", metavar="KEY", help="Without it, the key that is registered.")
    ] = None,
) -> None:
    """Tell whether a pointer is the hash of that path and its manufacturer's key, and registered; notes that it was.

    Exit code 1 when it is not.
    """
    from plings.identity import ClassPath
    from plings.registry.manufacturers import manufacturer
    from plings.registry.pointers import verify_pointer

    place = ClassPath(path)
    known = key or manufacturer(desk.registry, place.prefix).ed25519_public_key or ""
    is_so = verify_pointer(desk.registry, pointer, known, path)
    rows = [("pointer", pointer), ("path", path), ("identity key", known), ("verified", is_so)]
    verdict = {"class_pointer": pointer, "path_to_pointer": path, "manufacturer_pubkey": known, "verified": is_so}
    desk.give(verdict, lines(rows))
    if not is_so:
        desk.answer.fail(f"not verified: {pointer} is not registered for that path and key")


def product_lines(one: Product) -> list[tuple[str, object]]:
    """For people."""
    return [
        ("product", one.name),
        ("price", price_text(one)),
        ("SKU", one.sku),
        ("GTIN", one.gtin),
        ("category", " > ".join(filter(None, (one.category, one.subcategory))) or None),
        ("made by", f"{one.manufacturer_name}, {one.prefix}"),
        ("pointer", f"{one.class_pointer}, of {one.path_to_pointer}"),
        ("class", one.class_id),
        (
            "status",
            f"class {one.class_status}, pointer {one.pointer_status}, manufacturer {one.manufacturer_status}, "
            f"wallet {one.wallet_status}",
        ),
    ]
