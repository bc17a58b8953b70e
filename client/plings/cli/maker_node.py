"""Where a command that prints gets a manufacturer's node: a node file, a vault, or the wallet's seed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from plings.cli.seed import read_seed
from plings.cli.vault import asking_at_terminal
from plings.errors import PathError, SettingsError
from plings.identity import ClassPath, Identity

MaybeSeed = Annotated[
    str | None,
    typer.Option("--seed", metavar="HEX|-", help="The wallet's seed; without it PLINGS_SEED. - reads it from stdin."),
]
MaybeVault = Annotated[
    str | None,
    typer.Option("--vault", metavar="REFERENCE", help="The vault of the wallet's seed: file:NAME or pkcs11:…"),
]
MaybeNode = Annotated[
    Path | None,
    typer.Option("--node", metavar="FILE", help="The manufacturer's own node, as plings vault node writes it."),
]


@dataclass(frozen=True, slots=True)
class NodeSource:
    """What was said of it. At most one of the first three is given; with none, it is PLINGS_SEED."""

    seed: str | None
    vault: str | None
    node: Path | None
    folder: Path | None
    module: Path | None

    def __post_init__(self) -> None:
        if sum(each is not None for each in (self.seed, self.vault, self.node)) > 1:
            raise typer.BadParameter("the key comes from one of them", param_hint="--seed, --vault, --node")

    def identity(self, prefix: str) -> Identity:
        """The manufacturer of a prefix. Raises PathError, SeedError, VaultError and SettingsError."""
        place = ClassPath(prefix)
        if self.node is not None:
            return _of_node_file(self.node, place)
        if self.vault is not None:
            from plings.vaults import open_vault

            secret = asking_at_terminal(self.vault)
            return open_vault(self.vault, secret=secret, folder=self.folder, module=self.module).identity(place)
        seed = self.seed if self.seed is not None else os.environ.get("PLINGS_SEED")
        if seed is None:
            raise SettingsError("no key to print with: give --node, --vault or --seed, or set PLINGS_SEED")
        return Identity.from_seed(read_seed(seed), place)


def _of_node_file(file: Path, prefix: ClassPath) -> Identity:
    from plings.vaults.node_file import read_node_file

    identity = read_node_file(file)
    if identity.prefix != prefix:
        raise PathError(prefix.text, "foreign", f"the node file is the one of {identity.prefix}")
    return identity
