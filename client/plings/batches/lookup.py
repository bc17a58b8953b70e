"""What a cluster knows of batch accounts."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from plings.chain import Cluster
from plings.errors import NotRegistered
from plings.identity import Path
from plings.objects import is_ours
from plings.program.accounts import BatchAccount
from plings.program.pda import batch_account_address


@dataclass(frozen=True)
class FoundBatchAccount:
    """A batch account and the lamports on it: its rent, what a sweep hands back, and whatever somebody sent there."""

    address: Pubkey
    batch: BatchAccount
    lamports: int


async def find_batch_account(cluster: Cluster, path: Path) -> FoundBatchAccount:
    """The account that the object of `path` shares. Raises NotRegistered when it is not open, ClusterError."""
    address = batch_account_address(path)
    account = await cluster.account(address)
    if not is_ours(account):
        raise NotRegistered(f"no batch account is open for {path.text} on this cluster")
    return FoundBatchAccount(address, BatchAccount.decode(account.data), account.lamports)
