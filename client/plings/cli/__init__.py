"""The `plings` command: one file per command, and what they share in files named after it.

Offline commands import nothing of Solana and open no socket; the others import it when they run.
"""

from plings.cli import (
    api,
    batch,
    cancel,
    dispute,
    epcis,
    graph,
    gs1,
    indexer,
    keeper,
    key,
    log,
    migrate_dash,
    monitor,
    object,
    path,
    pay,
    pointer,
    promotion,
    qr,
    quote,
    receipt,
    registry,
    serve,
    shop,
    sponsor,
    status,
    transfer,
    url,
    vault,
)
from plings.cli import demo as demonstration
from plings.cli import list as listing
from plings.cli import print as printing
from plings.cli.app import app

__all__ = ["app", "main"]

for command in (
    demonstration,
    pointer,
    path,
    key,
    url,
    qr,
    printing,
    gs1,
    epcis,
    receipt,
    quote,
    pay,
    object,
    listing,
    cancel,
    transfer,
    log,
    batch,
    sponsor,
    promotion,
    registry,
    migrate_dash,
    shop,
    indexer,
    keeper,
    dispute,
    graph,
    monitor,
    api,
    serve,
    vault,
    status,
):
    command.add_to(app)


def main() -> None:
    """What the `plings` script runs."""
    app(prog_name="plings")
