"""Options that the commands of `plings shop` share, and the shop's folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from plings.shop import ShopFolder

Shop = Annotated[
    Path | None,
    typer.Option(
        "--shop",
        metavar="FOLDER",
        envvar="PLINGS_SHOP",
        show_default=False,
        help="The shop's folder. Without it: the user's own folder for data.",
    ),
]


def shop_folder(folder: Path | None) -> ShopFolder:
    """Raises SettingsError when there is neither."""
    from plings.shop import ShopFolder, default_folder

    return ShopFolder(folder or default_folder())
