"""Objects whose owner a slot of a shared account keeps: who that is, and giving them away."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import Account, Cluster, OnSigned
from plings.identity import ScanUrl
from plings.objects.lookup import find_manufacturer, is_ours
from plings.objects.micro import NewLeaf, append_leaf
from plings.program import instructions
from plings.program.accounts import BatchAccount, Manufacturer, Slot
from plings.program.pda import batch_account_address


async def find_slot(cluster: Cluster, code: ScanUrl) -> Slot | None:
    """The slot of the code's object; None where its account is not there, or the slot is free or another object's.

    Its owner is the object's unless a micro-payment came before leaf `leaf_number`, or the object has an account of
    its own: that one is the owner then. Says nothing of whether the code is genuine. Raises ClusterError.
    """
    return slot_in(await cluster.account(batch_account_address(code.path)), code)


def slot_in(account: Account | None, code: ScanUrl) -> Slot | None:
    """The slot of the code's object in `account`, which is what is at its batch account's address."""
    return BatchAccount.decode(account.data).slot_of(code.path, code.address) if is_ours(account) else None


async def transfer_slot(
    cluster: Cluster, code: ScanUrl, owner: Keypair, new_owner: Pubkey, *, on_signed: OnSigned | None = None
) -> NewLeaf:
    """Gives the object in the slot to `new_owner`; the gift is a leaf of the object's payment log, too.

    Raises NotSlotOwner (also for an object that got an account of its own), AlreadyOwner, NotRegistered and the
    cluster's errors.
    """
    manufacturer = await find_manufacturer(cluster, code.path.prefix)
    gift = _gift(code, manufacturer, owner.pubkey(), new_owner)
    return await append_leaf(cluster, code, manufacturer, [gift], owner, on_signed)


async def slot_gift_of(cluster: Cluster, code: ScanUrl, owner: Pubkey, new_owner: Pubkey) -> Instruction:
    """The instruction of that gift. Raises NotRegistered, ClusterError."""
    return _gift(code, await find_manufacturer(cluster, code.path.prefix), owner, new_owner)


def _gift(code: ScanUrl, manufacturer: Manufacturer, owner: Pubkey, new_owner: Pubkey) -> Instruction:
    return instructions.transfer_batch_slot(
        owner=owner,
        code=code,
        new_owner=new_owner,
        identity_key=manufacturer.identity_key,
        shards=manufacturer.shards,
    )
