"""Options and arguments that several commands of `plings registry` have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        envvar="PLINGS_DATABASE_URL",
        show_default=False,
        help="The PostgreSQL (17 or newer) that holds the registry. Without it: an own one, in --data. "
        "Others see command lines: a password belongs in the variable, or in ~/.pgpass.",
    ),
]

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="FOLDER",
        show_default=False,
        help="Where the own PostgreSQL keeps its data. Without it: PLINGS_DATA, or the user's own folder.",
    ),
]

Acting = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="EMAIL",
        envvar="PLINGS_USER",
        show_default=False,
        help="Who acts. Changes need somebody who may make them; each is noted with the name.",
    ),
]

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="Whose: user@host, in lower case.")]

Organization = Annotated[str, typer.Argument(metavar="ORGANIZATION", help="The organisation's name.")]

OfOrganization = Annotated[
    str, typer.Option("--organization", metavar="NAME", help="The organisation that it belongs to.")
]

MaybeOfOrganization = Annotated[
    str | None, typer.Option("--organization", metavar="NAME", help="Only those of this organisation.")
]

WalletName = Annotated[str, typer.Argument(metavar="WALLET", help="The wallet's name (v1) or number (1).")]

MaybeOfWallet = Annotated[str | None, typer.Option("--wallet", metavar="WALLET", help="Only those of this wallet.")]

AnyPath = Annotated[str, typer.Argument(metavar="PATH", help="The path of a class, a batch or an object.")]

ClassId = Annotated[UUID, typer.Argument(metavar="CLASS", help="The class's id: plings registry class list.")]

PointerText = Annotated[str, typer.Argument(metavar="POINTER", help="The class pointer, 11 characters.")]

IdOnly = Annotated[bool, typer.Option("--id-only", help="Print its id and nothing else.")]

Limit = Annotated[int, typer.Option("--limit", min=1, metavar="NUMBER", help="How many are shown at most.")]
