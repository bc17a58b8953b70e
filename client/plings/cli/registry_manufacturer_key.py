"""Registering a manufacturer and noting its identity key, which a person gives or the wallet's vault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.options import Prefix
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_options import OfOrganization
from plings.cli.registry_page import facts, lines, when
from plings.cli.vault import Folder, Module, asking_at_terminal
from plings.identity import ClassPath, parse_address

if TYPE_CHECKING:
    from plings.registry.manufacturers import Manufacturer
    from plings.registry.wallets import Wallet

PublicKey = Annotated[
    str | None, typer.Option("--public-key", metavar="KEY", help="The identity key, 32 bytes in base58.")
]

FromVault = Annotated[
    bool, typer.Option("--from-vault", help="Derive the identity key from the wallet's seed, in its vault.")
]


@asking
def register(
    desk: Desk,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The manufacturer's name, one in all wallets.")],
    organization: OfOrganization,
    wallet: Annotated[
        str | None, typer.Option(metavar="WALLET", help="Where; without it in the default wallet.")
    ] = None,
    index: Annotated[
        int | None, typer.Option(min=1, metavar="NUMBER", help="Its number there; without it the next free one.")
    ] = None,
    public_key: PublicKey = None,
    from_vault: FromVault = False,
    folder: Folder = None,
    module: Module = None,
) -> None:
    """Register a manufacturer in an active wallet. Plings is 1 in each.

    Without --public-key and --from-vault its key is not known yet: `plings registry manufacturer key` notes it.
    """
    refuse_both(public_key, from_vault)
    from plings.registry.manufacturers import register_manufacturer, set_public_key
    from plings.registry.wallets import default_wallet
    from plings.registry.wallets import wallet as wallet_of

    place = default_wallet(desk.registry) if wallet is None else wallet_of(desk.registry, wallet)
    given = None if public_key is None else parse_address(public_key)
    key_of = vault_keys(place, folder, module) if from_vault else None
    with desk.registry.transaction():  # both or nothing: the index, and so the key's path, is known only inside
        made = register_manufacturer(
            desk.registry, place.version_id, name, organization=organization, index=index, public_key=given
        )
        if key_of is not None:
            made = set_public_key(desk.registry, made.prefix, key_of(made.prefix))
    give_manufacturer(desk, made)


@asking
def key(
    desk: Desk,
    prefix: Prefix,
    public_key: PublicKey = None,
    from_vault: FromVault = False,
    folder: Folder = None,
    module: Module = None,
) -> None:
    """Note a manufacturer's identity key, which never changes then."""
    refuse_both(public_key, from_vault)
    from plings.registry.manufacturers import manufacturer, set_public_key
    from plings.registry.wallets import wallet as wallet_of

    if public_key is not None:
        found = parse_address(public_key)
    elif from_vault:
        made = manufacturer(desk.registry, prefix)
        found = vault_keys(wallet_of(desk.registry, made.wallet_version), folder, module)(prefix)
    else:
        raise typer.BadParameter("one of --public-key and --from-vault is needed", param_hint="--public-key")
    give_manufacturer(desk, set_public_key(desk.registry, prefix, found))


def give_manufacturer(desk: Desk, one: Manufacturer) -> None:
    """The answer of every command that changes or shows one."""
    unknown = f"not known yet: plings registry manufacturer key {one.prefix}"
    moved = None if one.transferred_from_wallet is None else f"from wallet {one.transferred_from_wallet}"
    rows = [
        ("manufacturer", f"{one.manufacturer_name}, prefix {one.prefix}"),
        ("status", one.status),
        ("wallet, index", f"{one.wallet_version}, {one.manufacturer_index}"),
        ("identity key", one.ed25519_public_key or unknown),
        ("delegated", one.key_delegation_level),
        ("registered", when(one.registered_at)),
        ("transferred", moved),
        ("compromised", when(one.compromised_at) if one.compromised_at else None),
        ("organisation", one.organization_id),
        ("id", one.id),
    ]
    desk.give(facts(one), lines(rows))


def vault_keys(wallet: Wallet, folder: Path | None, module: Path | None) -> Callable[[str], bytes]:
    """The identity keys of the wallet's prefixes. Asks for the passphrase now, and not while others wait."""
    from plings.vaults import open_vault

    secret = asking_at_terminal(wallet.master_key_id)
    vault = open_vault(wallet.master_key_id, secret=secret, folder=folder, module=module)
    secret()
    return lambda prefix: vault.public_key(ClassPath(prefix))


def refuse_both(public_key: str | None, from_vault: bool) -> None:
    if public_key is not None and from_vault:
        raise typer.BadParameter("the key comes from one of them", param_hint="--public-key, --from-vault")
