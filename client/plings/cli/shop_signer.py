"""Whose key signs a bundle: that of a key file, or the identity key of a prefix in a vault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from plings.cli.keyfile import read_keypair
from plings.cli.vault import Folder, Module, opened
from plings.identity import ClassPath

KeyFile = Annotated[
    Path | None,
    typer.Option("--key", metavar="FILE", help="Key file of the publisher (64 numbers, as solana-keygen writes)."),
]
VaultReference = Annotated[
    str | None, typer.Option("--vault", metavar="REFERENCE", help="Instead of it, a vault: see plings vault.")
]
Signing = Annotated[
    str | None, typer.Option("--signing", metavar="PREFIX", help="Whose identity key in the vault signs, such as 2.1.")
]
VaultFolder = Folder
VaultModule = Module


def signer(
    key: Path | None, vault: str | None, prefix: str | None, folder: Path | None, module: Path | None
) -> tuple[bytes, Callable[[bytes], bytes]]:
    """The publisher's 32-byte key, and what signs by it. Raises BadParameter unless exactly one is named."""
    if (key is None) == (vault is None) or (vault is None) != (prefix is None):
        raise typer.BadParameter("name the publisher's key: --key, or --vault and --signing")
    if key is not None:
        pair = read_keypair(key)
        return bytes(pair.pubkey()), lambda message: bytes(pair.sign_message(message))
    assert vault is not None and prefix is not None
    place = ClassPath(prefix)
    opened_vault = opened(vault, folder, module)
    return opened_vault.public_key(place), lambda message: opened_vault.sign(place, message)
