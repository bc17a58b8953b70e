"""Who has an object's NFT, also when it moved without the program: found by its history, believed by its account.

Anybody may say in which account an NFT is; the account itself then shows it, as there is one of each NFT.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from solders.pubkey import Pubkey

from plings.chain import Account, Cluster
from plings.errors import ClusterError
from plings.objects import FoundObject
from plings.program.accounts import TokenAccount
from plings.program.interface import TOKEN_PROGRAM_ID
from plings.program.pda import token_account_address

MOST_TRANSACTIONS: Final = 50
"""Of one account, the newest."""
MOST_ACCOUNTS: Final = 400
"""That are looked at in all."""
MOST_STEPS: Final = 12
"""Accounts whose history is read."""

_SUPPLY: Final = slice(36, 44)


@dataclass(frozen=True)
class Holder:
    """Where an NFT is: the token account and whose that is; both None where it was not found."""

    owner: Pubkey | None
    token_account: Pubkey | None
    is_burnt: bool = False


async def find_holder(cluster: Cluster, found: FoundObject, wallet: Pubkey) -> Holder:
    """Who has the NFT of a paid object: its last known owner, else `wallet`, else whoever its history leads to.

    Raises ClusterError.
    """
    mint = found.instance.mint
    usual = [token_account_address(owner, mint) for owner in (found.instance.owner, wallet)]
    minted, *accounts = await cluster.accounts([mint, *usual])
    if minted and int.from_bytes(minted.data[_SUPPLY], "little") == 0:
        return Holder(None, None, is_burnt=True)
    if holder := _holder_among(zip(usual, accounts, strict=True), mint):
        return holder
    return await _followed(cluster, mint, usual)


async def _followed(cluster: Cluster, mint: Pubkey, usual: list[Pubkey]) -> Holder:
    """Step by step: what was done with the mint and with each account that once had the NFT names others."""
    to_read, seen = deque([mint, *usual]), {mint, *usual}
    for _ in range(MOST_STEPS):
        if not to_read or len(seen) > MOST_ACCOUNTS:
            break
        named = [one for one in await _named_with(cluster, to_read.popleft()) if one not in seen]
        seen.update(named)
        accounts = list(zip(named, await cluster.accounts(named), strict=True))
        if holder := _holder_among(accounts, mint):
            return holder
        to_read.extend(address for address, account in accounts if _tokens(account, mint))
    return Holder(None, None)


async def _named_with(cluster: Cluster, address: Pubkey) -> list[Pubkey]:
    """The accounts that the token program was given, together with `address`, in the newest transactions."""
    named, left = dict[Pubkey, None](), MOST_TRANSACTIONS
    async for past in cluster.history(address):
        for ran in past.instructions:
            if ran.program_id == TOKEN_PROGRAM_ID:
                named.update(dict.fromkeys(ran.accounts))
        left -= 1
        if not left:
            break
    return list(named)[:MOST_ACCOUNTS]


def _holder_among(accounts: Iterable[tuple[Pubkey, Account | None]], mint: Pubkey) -> Holder | None:
    for address, account in accounts:
        if (tokens := _tokens(account, mint)) and tokens.amount == 1:
            return Holder(tokens.owner, address)
    return None


def _tokens(account: Account | None, mint: Pubkey) -> TokenAccount | None:
    """What the account holds of the NFT, if it is a token account for it."""
    if account is None or account.owner != TOKEN_PROGRAM_ID or account.data[:32] != bytes(mint):
        return None
    try:
        return TokenAccount.decode(account.data)
    except ClusterError:
        return None
