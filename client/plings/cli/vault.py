from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.app import show_help
from plings.cli.options import Json, Prefix
from plings.cli.output import answering
from plings.cli.seed import read_seed
from plings.errors import SettingsError, VaultError
from plings.identity import ClassPath, format_address

if TYPE_CHECKING:
    from plings.vaults import Secret, Vault

ANY_PREFIX = "2.2"
"""Deriving any key needs the seed, so it shows that the vault opens."""

Reference = Annotated[
    str,
    typer.Argument(
        metavar="REFERENCE",
        help="file:NAME, an encrypted file, or pkcs11:token=…;object=…, sealed by a token's key.",
    ),
]

Folder = Annotated[
    Path | None,
    typer.Option("--folder", metavar="FOLDER", envvar="PLINGS_VAULT", help="Where the encrypted files are."),
]

Module = Annotated[
    Path | None,
    typer.Option("--module", metavar="FILE", envvar="PLINGS_PKCS11_MODULE", help="The library of the PKCS#11 token."),
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Keep wallets' master seeds, which a registry only has references to.")
    group.callback(invoke_without_command=True)(show_help)
    group.command(epilog="Example:  plings vault create file:wallet-v1 --folder vaults")(create)
    group.command(epilog="Example:  plings vault restore file:wallet-v1 --folder vaults < seed.hex")(restore)
    group.command(epilog="Example:  plings vault public-key file:wallet-v1 2.3 --folder vaults")(public_key)
    group.command(epilog="Example:  plings vault node file:wallet-v1 2.3 -o node.json --folder vaults")(node)
    group.command(epilog="Example:  plings vault check file:wallet-v1 --folder vaults")(check)
    app.add_typer(group, name="vault")


def create(reference: Reference, folder: Folder = None, module: Module = None, as_json: Json = False) -> None:
    """Put a new random seed into a vault. Nobody ever sees it: for a backup, make one elsewhere and `restore` it.

    The passphrase or PIN comes from PLINGS_VAULT_PASSPHRASE or PLINGS_PKCS11_PIN, or is asked for.
    """
    with answering(as_json) as answer:
        vault = opened(reference, folder, module, new=True)
        vault.create()
        answer.give({"reference": reference, "created": True}, f"{reference} has a new seed")


def restore(reference: Reference, folder: Folder = None, module: Module = None, as_json: Json = False) -> None:
    """Put the seed on stdin, 32 to 128 hexadecimal digits, into a vault. Nothing is ever overwritten."""
    with answering(as_json) as answer:
        vault = opened(reference, folder, module, new=True)
        vault.restore(read_seed("-"))
        answer.give({"reference": reference, "restored": True}, f"{reference} has the seed")


def public_key(
    reference: Reference, prefix: Prefix, folder: Folder = None, module: Module = None, as_json: Json = False
) -> None:
    """Print the public identity key of a manufacturer's prefix, in base58."""
    with answering(as_json) as answer:
        place = ClassPath(prefix)
        key = format_address(opened(reference, folder, module).public_key(place))
        answer.give({"reference": reference, "prefix": place.text, "public_key": key}, key)


def node(
    reference: Reference,
    prefix: Prefix,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file to make, mode 0600.")],
    folder: Folder = None,
    module: Module = None,
    as_json: Json = False,
) -> None:
    """Write a manufacturer's own node into a file, with which it prints and signs: delegation `full`.

    Whoever has the file makes genuine codes of this manufacturer, and of no other. No file is ever overwritten.
    """
    with answering(as_json) as answer:
        from plings.vaults.node_file import write_node_file

        place = ClassPath(prefix)
        identity = opened(reference, folder, module).identity(place)
        write_node_file(output, identity)
        key = format_address(identity.public_key)
        facts = {"reference": reference, "prefix": place.text, "file": str(output), "public_key": key}
        answer.give(facts, f"{output} has the node of {place}, whose public key is {key}")


def check(reference: Reference, folder: Folder = None, module: Module = None, as_json: Json = False) -> None:
    """Tell whether a vault is there and opens."""
    with answering(as_json) as answer:
        vault = opened(reference, folder, module)
        if not vault.exists():
            raise VaultError(f"{reference}: nothing is there (plings vault create makes it)")
        vault.public_key(ClassPath(ANY_PREFIX))
        answer.give({"reference": reference, "opens": True}, f"{reference} opens")


def asking_at_terminal(reference: str, *, new: bool = False) -> Secret:
    """The passphrase or PIN of the environment or, at a terminal, what is typed; asked for once.

    Raises SettingsError when it is asked where there is neither.
    """
    from plings.vaults import PASSPHRASE_VARIABLE, PIN_VARIABLE

    is_file = reference.startswith("file:")
    variable, name = (PASSPHRASE_VARIABLE, "passphrase") if is_file else (PIN_VARIABLE, "PIN")
    typed: list[str] = []

    def secret() -> str:
        if variable in os.environ:
            return os.environ[variable]
        if not typed:
            typed.append(_typed(f"{name} for {reference}", variable, twice=new and is_file))
        return typed[0]

    return secret


def _typed(name: str, variable: str, *, twice: bool) -> str:
    from getpass import getpass

    if not sys.stderr.isatty():
        raise SettingsError(f"no {name}: set {variable}")
    first = getpass(f"{name}: ", sys.stderr)
    if twice and getpass(f"{name}, again: ", sys.stderr) != first:
        raise SettingsError(f"the {name} was typed in two ways")
    return first


def opened(reference: str, folder: Path | None, module: Path | None, *, new: bool = False) -> Vault:
    from plings.vaults import open_vault

    return open_vault(reference, secret=asking_at_terminal(reference, new=new), folder=folder, module=module)
