"""What the drill does on chain: manufacturers of a compromised wallet take no payments there any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plings.cli.clusters import on_cluster
from plings.errors import SettingsError

if TYPE_CHECKING:
    from solders.keypair import Keypair

    from plings.chain import Cluster, OnSigned


@dataclass(frozen=True)
class PlatformOnChain:
    """The cluster of a name, changed as the platform's authority: a `ChainStatus` of `plings.registry.drill`.

    `on_signed` is called before anything is sent. Without an authority it can only be asked.
    """

    cluster: str
    authority: Keypair | None
    on_signed: OnSigned

    def status(self, public_key: bytes) -> str | None:
        """The status of the manufacturer with this identity key: `active`, …; None for one that is not there.

        Raises ClusterError, SettingsError.
        """

        async def asked(chain: Cluster) -> str | None:
            from solders.pubkey import Pubkey

            from plings.program import PROGRAM_ID
            from plings.program.accounts import Manufacturer
            from plings.program.pda import manufacturer_address

            account = await chain.account(manufacturer_address(Pubkey(public_key)))
            if account is None or account.owner != PROGRAM_ID:
                return None
            return Manufacturer.decode(account.data).status.name.lower()

        return on_cluster(self.cluster, asked)

    def mark_compromised(self, public_key: bytes) -> None:
        """Sets its status; it is confirmed then. Raises TransactionErrors, ClusterError, SettingsError."""
        authority = self.authority
        if authority is None:
            raise SettingsError("the platform's authority is not named: --authority FILE")

        async def changed(chain: Cluster) -> None:
            from solders.pubkey import Pubkey

            from plings.program.accounts import Status
            from plings.program.instructions import update_manufacturer

            change = update_manufacturer(
                authority=authority.pubkey(), identity_key=Pubkey(public_key), status=Status.COMPROMISED
            )
            await chain.send([change], [authority], on_signed=self.on_signed)

        on_cluster(self.cluster, changed)
