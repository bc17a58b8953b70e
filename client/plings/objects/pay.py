"""Paying for a scanned object, whatever it costs: the first payment owns it, a later one buys it from its owner."""

from __future__ import annotations

from dataclasses import dataclass

from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import Cluster, Confirmed, OnSigned
from plings.commitments import ItemProof
from plings.errors import NotRegistered, PaymentInVain, TransactionError
from plings.identity import ScanUrl
from plings.objects.lookup import Standing, Terms, find_standing, is_ours
from plings.objects.printed import after_proof, is_proof_needed
from plings.objects.route import Route, route_of
from plings.program import instructions
from plings.program.accounts import Manufacturer, Tier
from plings.program.events import Event, decode_events
from plings.program.leaves import leaf_of
from plings.program.pda import manufacturer_address, mint_address, payment_address, payment_log_address
from plings.proofs import Leaf, shard_of

_OWN = ("ObjectCreated", "ObjectPurchased")


@dataclass(frozen=True)
class Payment:
    """A payment that took effect.

    `kind` is first_payment, purchase, batch_payment or micro_payment. The first two have a mint; the others a leaf of
    the payment log, None where the node kept no record of the transaction.
    """

    kind: str
    code: ScanUrl
    payment_address: Pubkey
    owner: Pubkey
    mint: Pubkey | None
    payment_log: Pubkey | None
    leaf: Leaf | None
    amount_lamports: int
    confirmed: Confirmed
    events: tuple[Event, ...]


async def pay(
    cluster: Cluster,
    code: ScanUrl,
    buyer: Keypair,
    amount_lamports: int,
    *,
    tier: Tier = Tier.BY_VALUE,
    item: ItemProof | None = None,
    on_signed: OnSigned | None = None,
) -> Payment:
    """Pays `amount_lamports` for the code's object, in the tier that its value asks for, or in `tier`.

    As an object of its own, and in a batch, `buyer` owns it when this returns; of micro-payments the first one's buyer
    does. What rent comes on top, `quote` tells. `item` is the proof that the code was printed, which a class may demand
    of first payments; where none is needed it is not looked at. Raises NotRegistered (nobody's code, a counterfeit
    class, or a log that is not open), PaymentInVain (a micro or batch payment for an object that has an account),
    CommitmentInvalid (a proof of another code, or that does not hold), ClusterError, and of TransactionError:
    TransactionRefused and TransactionFailed with the program's own class (BelowFloor, NotForSale, BelowAskingPrice,
    SlotTaken, PrintedProofMissing, ItemClaimed, Paused, …), TransactionExpired, TransactionUnresolved.
    """
    standing = await find_standing(cluster, code)
    route = route_of(standing, code, amount_lamports)
    sent = payment_of(standing, code, buyer.pubkey(), amount_lamports, tier=tier, item=item)
    confirmed = await send_to_log(cluster, code, standing.terms.manufacturer, sent, buyer, on_signed)
    events = tuple(decode_events(confirmed.logs))
    kind = next((str(event.fields["transaction_type"]) for event in events if "transaction_type" in event.fields), "")
    kind = kind or _kind_of(tier, route.kind, standing)
    is_own = kind in ("first_payment", "purchase")
    payment_at = payment_address(code)
    return Payment(
        kind=kind,
        code=code,
        payment_address=payment_at,
        owner=buyer.pubkey(),
        mint=mint_address(payment_at) if is_own else None,
        payment_log=None if is_own else log_of(code, standing.terms.manufacturer),
        leaf=next(filter(None, map(leaf_of, events)), None),
        amount_lamports=amount_lamports,
        confirmed=confirmed,
        events=events,
    )


def payment_of(
    standing: Standing,
    code: ScanUrl,
    buyer: Pubkey,
    amount_lamports: int,
    *,
    tier: Tier = Tier.BY_VALUE,
    item: ItemProof | None = None,
) -> list[Instruction]:
    """The instructions of a payment as `pay` makes it, the last one the payment itself.

    Raises PaymentInVain, CommitmentInvalid.
    """
    if standing.found and tier in (Tier.MICRO, Tier.BATCH):
        raise PaymentInVain(f"{code.path.text} has an account of its own, which outranks every leaf and slot: buy it")
    if tier is Tier.BY_VALUE:
        payment = _by_value(standing, route_of(standing, code, amount_lamports), code, buyer, amount_lamports)
    else:
        payment = _BUILDERS[tier](standing, code, buyer, amount_lamports)
    return after_proof(code, standing, item, after_tag_check(code, standing.terms, payment))


def _kind_of(tier: Tier, by_value: str, standing: Standing) -> str:
    """What a payment was of which the node kept no record."""
    own = "purchase" if standing.found else "first_payment"
    kinds = {Tier.BY_VALUE: by_value, Tier.OBJECT: own, Tier.BATCH: "batch_payment", Tier.MICRO: "micro_payment"}
    return kinds[tier]


def _by_value(standing: Standing, route: Route, code: ScanUrl, buyer: Pubkey, lamports: int) -> Instruction:
    """Only what its tier needs is given, so that it cannot become dearer than it is now."""
    terms = standing.terms
    treasuries = instructions.Treasuries(terms.manufacturer.treasury, terms.config.platform_treasury)
    return instructions.process_payment(
        buyer=buyer,
        code=code,
        amount_lamports=lamports,
        identity_key=terms.manufacturer.identity_key,
        shards=terms.manufacturer.shards,
        with_log=route.tier is not Tier.OBJECT,
        with_batch=route.tier is Tier.BATCH,
        with_pool=route.sponsor_lamports > 0,
        treasuries=treasuries if route.tier is Tier.OBJECT else None,
        seller=_seller(standing),
        with_tag=terms.signed_tag,
        with_proof=is_proof_needed(standing),
    )


def _own(standing: Standing, code: ScanUrl, buyer: Pubkey, lamports: int) -> Instruction:
    terms = standing.terms
    return instructions.handle_payment(
        buyer=buyer,
        code=code,
        amount_lamports=lamports,
        identity_key=terms.manufacturer.identity_key,
        manufacturer_treasury=terms.manufacturer.treasury,
        platform_treasury=terms.config.platform_treasury,
        seller=_seller(standing),
        with_tag=terms.signed_tag,
        with_proof=is_proof_needed(standing),
    )


def _batch(standing: Standing, code: ScanUrl, buyer: Pubkey, lamports: int) -> Instruction:
    maker = standing.terms.manufacturer
    return instructions.handle_batch_payment(
        buyer=buyer,
        code=code,
        amount_lamports=lamports,
        identity_key=maker.identity_key,
        shards=maker.shards,
        with_tag=standing.terms.signed_tag,
        with_proof=is_proof_needed(standing),
    )


def micro_payment(standing: Standing, code: ScanUrl, buyer: Pubkey, lamports: int) -> Instruction:
    """The instruction of a payment into the log, for a code of this standing."""
    maker = standing.terms.manufacturer
    return instructions.handle_micro_payment(
        buyer=buyer,
        code=code,
        amount_lamports=lamports,
        identity_key=maker.identity_key,
        shards=maker.shards,
        with_tag=standing.terms.signed_tag,
        with_proof=is_proof_needed(standing),
    )


_BUILDERS = {Tier.OBJECT: _own, Tier.BATCH: _batch, Tier.MICRO: micro_payment}


def _seller(standing: Standing) -> Pubkey | None:
    found = standing.found
    return found.instance.owner if found and found.holder else None


def after_tag_check(code: ScanUrl, terms: Terms, payment: Instruction) -> list[Instruction]:
    """`payment` and, where a signed tag is demanded, its check just before. A code without one is left to the
    program, which refuses it in its own words."""
    if not terms.signed_tag or code.signature is None:
        return [payment]
    return [instructions.check_tag(code=code, identity_key=terms.manufacturer.identity_key), payment]


def log_of(code: ScanUrl, manufacturer: Manufacturer) -> Pubkey:
    """The payment log that all leaves of the code's object are in."""
    shard = shard_of(code.address, manufacturer.shards)
    return payment_log_address(manufacturer_address(manufacturer.identity_key), shard)


async def send_to_log(
    cluster: Cluster,
    code: ScanUrl,
    manufacturer: Manufacturer,
    sent: list[Instruction],
    signer: Keypair,
    on_signed: OnSigned | None,
) -> Confirmed:
    """Sends what may write to the object's payment log. Raises NotRegistered where that log is not open."""
    try:
        return await cluster.send(sent, [signer], on_signed=on_signed)
    except TransactionError as error:
        await check_log(cluster, code, manufacturer, sent, error)
        raise


async def check_log(
    cluster: Cluster, code: ScanUrl, manufacturer: Manufacturer, sent: list[Instruction], error: TransactionError
) -> None:
    """Whether that is why `sent` failed: raises NotRegistered where it writes to a log that is not open.

    Asked only when it failed, as a log that is open stays open: who pays does not wait for the question.
    """
    log = log_of(code, manufacturer)
    writes_log = any(meta.pubkey == log for instruction in sent for meta in instruction.accounts)
    if error.signature or not writes_log or is_ours(await cluster.account(log)):
        return
    shard = shard_of(code.address, manufacturer.shards)
    raise NotRegistered(f"payment log {shard} of {manufacturer.prefix} is not open on this cluster") from error
