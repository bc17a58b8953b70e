"""Giving an object away, however it is owned: by its NFT, by a slot of a shared account, or by its payment log."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import Cluster, Confirmed, OnSigned
from plings.identity import ScanUrl
from plings.objects.lookup import is_ours
from plings.objects.micro import NewLeaf, micro_gift_of, transfer_micro_ownership
from plings.objects.sell import transfer_ownership
from plings.objects.slot import slot_gift_of, slot_in, transfer_slot
from plings.program import instructions
from plings.program.pda import batch_account_address, payment_address


async def gift_of(cluster: Cluster, code: ScanUrl, owner: Pubkey, new_owner: Pubkey) -> Instruction:
    """The instruction with which `owner` gives the object to `new_owner`, in the way that `give` finds.

    Raises NotRegistered, ClusterError.
    """
    its_own, shared = await cluster.accounts([payment_address(code), batch_account_address(code.path)])
    if is_ours(its_own):
        return instructions.transfer_ownership(owner=owner, payment=payment_address(code), new_owner=new_owner)
    if slot_in(shared, code):
        return await slot_gift_of(cluster, code, owner, new_owner)
    return await micro_gift_of(cluster, code, owner, new_owner)


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
