from __future__ import annotations

from typing import Annotated

import typer

from plings.cli.migrate_dash_page import DryRun, Problems, give_done, noting
from plings.cli.options import Prefix
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_page import lines


def add_to(app: typer.Typer) -> None:
    acting = "--as abe@acme.example"
    app.command(epilog=f"Example:  plings migrate-dash classes 2.G {acting}")(classes)
    app.command(epilog=f"Example:  plings migrate-dash place 2.G.2.2.-3 2.G.2.2.9 {acting}")(place)
    app.command(epilog=f"Example:  plings migrate-dash pointers 2.G {acting}")(pointers)


@asking
def classes(desk: Desk, prefix: Prefix, dry_run: DryRun = False, problems: Problems = None) -> None:
    """Phase 2: give each legacy class its place, and each marker its product.

    The product is the class whose SKU is the marker (-3): add it before, and it keeps its name.
    """
    from plings.dash import make_classes

    with noting(problems):
        done = make_classes(desk.registry, prefix, dry_run=dry_run)
    give_done(desk, prefix, done, dry_run, f"plings migrate-dash pointers {prefix}")


@asking
def place(
    desk: Desk,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The legacy class, such as 2.G.2.2.-3.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The class path that it goes to, such as 2.G.2.2.9.")],
) -> None:
    """Choose by hand where a legacy class goes, for one that has no place of its own."""
    from plings.dash import choose_place

    choose_place(desk.registry, old, new)
    desk.give({"old_path": old, "new_path": new}, lines([("legacy class", old), ("goes to", new)]))


@asking
def pointers(desk: Desk, prefix: Prefix, dry_run: DryRun = False, problems: Problems = None) -> None:
    """Phase 3: register the class pointers and hold the batches. From then on old codes resolve."""
    from plings.dash import register_pointers

    with noting(problems):
        done = register_pointers(desk.registry, prefix, dry_run=dry_run)
    give_done(desk, prefix, done, dry_run, f"plings migrate-dash addresses {prefix} --seed -")
