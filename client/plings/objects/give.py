"""Giving an object away, however it is owned: by its NFT, by a slot of a shared account, or by its payment log."""

from __future__ import annotations

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import Cluster, Confirmed, OnSigned
from plings.identity import ScanUrl
from plings.objects.lookup import is_ours
from plings.objects.micro import NewLeaf, transfer_micro_ownership
from plings.objects.sell import transfer_ownership
from plings.objects.slot import slot_in, transfer_slot
from plings.program.pda import batch_account_address, payment_address


async def give(
    cluster: Cluster, code: ScanUrl, owner: Keypair, new_owner: Pubkey, *, on_signed: OnSigned | None = None
) -> Confirmed | NewLeaf:
    """Gives the object to `new_owner`: its NFT where there is one, else its slot, else a leaf of its payment log.

    An object's account outranks its slot and its leaves, so which of them counts is never the caller's choice. Whoever
    paid by a leaf before somebody took the slot owns by the leaf, and is refused here (NotSlotOwner):
    `transfer_micro_ownership` is theirs. Raises what `transfer_ownership`, `transfer_slot` and
    `transfer_micro_ownership` do.
    """
    its_own, shared = await cluster.accounts([payment_address(code), batch_account_address(code.path)])
    if is_ours(its_own):
        return await transfer_ownership(cluster, code, owner, new_owner, on_signed=on_signed)
    if slot_in(shared, code):
        return await transfer_slot(cluster, code, owner, new_owner, on_signed=on_signed)
    return await transfer_micro_ownership(cluster, code, owner, new_owner, on_signed=on_signed)
