"""Paying for, and giving away, an object that has no account: leaves of its manufacturer's payment log."""

from __future__ import annotations

from dataclasses import dataclass

from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import Cluster, Confirmed, OnSigned
from plings.commitments import ItemProof
from plings.identity import ScanUrl
from plings.objects.lookup import find_manufacturer, find_standing
from plings.objects.pay import after_tag_check, log_of, micro_payment, send_to_log
from plings.objects.printed import after_proof
from plings.program import instructions
from plings.program.accounts import Manufacturer
from plings.program.events import Event, decode_events
from plings.program.leaves import leaf_of
from plings.proofs import Leaf


@dataclass(frozen=True)
class NewLeaf:
    """A leaf that was written. `leaf` is None where the node kept no record of the transaction."""

    code: ScanUrl
    payment_log: Pubkey
    leaf: Leaf | None
    confirmed: Confirmed
    events: tuple[Event, ...]

    @property
    def number(self) -> int | None:
        """Its place in the log, from 0."""
        return self.leaf.number if self.leaf else None


async def micro_pay(
    cluster: Cluster,
    code: ScanUrl,
    buyer: Keypair,
    amount_lamports: int,
    *,
    item: ItemProof | None = None,
    on_signed: OnSigned | None = None,
) -> NewLeaf:
    """Pays `amount_lamports` into the payment log of the code's object; no account is made and no rent paid.

    The buyer of an object's first payment owns it; a later one is a payment and changes nothing. Raises NotRegistered
    (also where the log was never opened), ClusterError, and TransactionError as `pay` does, which says what `item` is.
    """
    standing = await find_standing(cluster, code)
    payment = micro_payment(standing, code, buyer.pubkey(), amount_lamports)
    sent = after_proof(code, standing, item, after_tag_check(code, standing.terms, payment))
    return await append_leaf(cluster, code, standing.terms.manufacturer, sent, buyer, on_signed)


async def transfer_micro_ownership(
    cluster: Cluster, code: ScanUrl, owner: Keypair, new_owner: Pubkey, *, on_signed: OnSigned | None = None
) -> NewLeaf:
    """Writes down that `owner` gave the object to `new_owner`. It counts if `owner` owned it then, in the log's order.

    Raises AlreadyOwner, NotRegistered (also where the log was never opened) and the cluster's errors.
    """
    manufacturer = await find_manufacturer(cluster, code.path.prefix)
    gift = _gift(code, manufacturer, owner.pubkey(), new_owner)
    return await append_leaf(cluster, code, manufacturer, [gift], owner, on_signed)


async def micro_gift_of(cluster: Cluster, code: ScanUrl, owner: Pubkey, new_owner: Pubkey) -> Instruction:
    """The instruction of that gift. Raises NotRegistered, ClusterError."""
    return _gift(code, await find_manufacturer(cluster, code.path.prefix), owner, new_owner)


def _gift(code: ScanUrl, manufacturer: Manufacturer, owner: Pubkey, new_owner: Pubkey) -> Instruction:
    return instructions.transfer_micro_ownership(
        owner=owner,
        code=code,
        new_owner=new_owner,
        identity_key=manufacturer.identity_key,
        shards=manufacturer.shards,
    )


async def append_leaf(
    cluster: Cluster,
    code: ScanUrl,
    manufacturer: Manufacturer,
    leaf: list[Instruction],
    signer: Keypair,
    on_signed: OnSigned | None,
) -> NewLeaf:
    """Sends what writes one leaf to the object's payment log. Raises NotRegistered where that log is not open."""
    log = log_of(code, manufacturer)
    confirmed = await send_to_log(cluster, code, manufacturer, leaf, signer, on_signed)
    events = tuple(decode_events(confirmed.logs))
    written = [one for event in events if (one := leaf_of(event)) and one.payment_log == bytes(log)]
    return NewLeaf(code, log, written[-1] if written else None, confirmed, events)
