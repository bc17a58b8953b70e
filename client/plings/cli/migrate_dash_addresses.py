from __future__ import annotations

import typer

from plings.cli.options import Prefix, Quiet, Seed
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_page import lines
from plings.cli.registry_progress import progress
from plings.cli.seed import read_seed


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings migrate-dash addresses 2.G --seed - --as abe@acme.example < seed.hex")(
        addresses
    )


@asking
def addresses(desk: Desk, prefix: Prefix, seed: Seed, quiet: Quiet = False) -> None:
    """Note the addresses of new paths, by the manufacturer's key: old codes then resolve to whole codes of today.

    Only what has none yet, so it goes on where it was stopped.
    """
    from plings.dash import note_addresses, standing
    from plings.identity import ClassPath, Identity

    desk.answer.quiet = quiet
    identity = Identity.from_seed(read_seed(seed), ClassPath(prefix))
    stands = standing(desk.registry, prefix)
    with progress(desk.answer, "deriving", stands.objects - stands.addressed, "addresses") as tell:
        noted = note_addresses(desk.registry, identity, on_progress=tell)
    desk.give({"prefix": prefix, "noted": noted}, lines([("manufacturer", prefix), ("noted", f"{noted:,}")]))
