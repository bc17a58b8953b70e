"""One journey through every instruction, with actors by name: on any cluster, always the same addresses and figures.

The cluster must have the program with `PLATFORM` as its upgrade authority, no Config yet, and test money to give.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any

from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import TransferParams, transfer

from chain.people import SOL, keypair_for
from plings.chain import Cluster, Confirmed
from plings.identity import ClassPath, Identity, Path, ScanUrl, format_segment, make_code
from plings.program import PROGRAM_ID, pda
from plings.program import instructions as ix
from plings.program.accounts import PrintedDemand, Status, TagDemand
from plings.program.events import decode_events
from plings.program.interface import ASSOCIATED_TOKEN_PROGRAM_ID, TOKEN_PROGRAM_ID
from plings.proofs import Leaf, Tree
from program.leaves import leaf_of
from program.printed_items import PrintedItems

PLATFORM = keypair_for("platform authority")
HEIR = keypair_for("platform heir")
PLATFORM_TREASURY = keypair_for("platform treasury")
ALICE, BOB, CAROL = (keypair_for(name) for name in ("alice", "bob", "carol"))

PRICE = SOL
LONGEST_PATH = "2.3" + ".222222" * 9 + ".22222" * 5
"""16 segments and 96 bytes."""

_CONSUMED = re.compile(rf"Program {PROGRAM_ID} consumed (\d+) of \d+ compute units")


@dataclass(frozen=True)
class Maker:
    """A manufacturer whose keys all come from its name."""

    name: str
    prefix: str

    @cached_property
    def identity(self) -> Identity:
        return Identity.from_seed(hashlib.sha256(f"{self.name} seed".encode()).digest(), ClassPath(self.prefix))

    @cached_property
    def identity_keypair(self) -> Keypair:
        return Keypair.from_seed(self.identity.node.key)

    @cached_property
    def identity_key(self) -> Pubkey:
        return self.identity_keypair.pubkey()

    @cached_property
    def authority(self) -> Keypair:
        return keypair_for(self.name)

    @cached_property
    def treasury(self) -> Keypair:
        return keypair_for(f"{self.name} treasury")

    @property
    def account(self) -> Pubkey:
        return pda.manufacturer_address(self.identity_key)

    def code(self, below_prefix: str, signed: bool = True) -> ScanUrl:
        """The code of the object at `below_prefix` (classes, batch and instance)."""
        return make_code(self.identity, Path(f"{self.prefix}.{below_prefix}"), signed=signed)


MAKER = Maker("maker", "2.3")


def address_bumps(code: ScanUrl, buyer: Pubkey) -> tuple[int, int, int]:
    """The bumps of the three addresses that a first payment searches: payment, mint, token account."""
    payment = pda.payment_address(code)
    mint = pda.mint_address(payment)
    path = code.path.text.encode()
    pieces = [path[at : at + 32] for at in range(0, len(path), 32)]
    seeds = [b"plings_payment", *pieces, code.class_pointer.text.encode(), code.address]
    token_seeds = [bytes(buyer), bytes(TOKEN_PROGRAM_ID), bytes(mint)]
    return (
        Pubkey.find_program_address(seeds, PROGRAM_ID)[1],
        Pubkey.find_program_address([b"mint", bytes(payment)], PROGRAM_ID)[1],
        Pubkey.find_program_address(token_seeds, ASSOCIATED_TOKEN_PROGRAM_ID)[1],
    )


def plain_code(maker: Maker = MAKER, buyer: Keypair = ALICE, below: str = "2.G") -> ScanUrl:
    """The first instance of a batch whose addresses are all found at the first try."""
    codes = (maker.code(f"{below}.{format_segment(number)}") for number in count(1))
    return next(code for code in codes if address_bumps(code, buyer.pubkey()) == (255, 255, 255))


def consumed(logs: Sequence[str]) -> int:
    """What the program took as the one top-level instruction of ours in a transaction."""
    (units,) = consumed_each(logs)
    return units


def consumed_each(logs: Sequence[str]) -> list[int]:
    """What the program took as each of a transaction's instructions of ours."""
    return [int(found[1]) for line in logs if (found := _CONSUMED.fullmatch(line))]


def deposit(source: Keypair, to: Pubkey, lamports: int) -> Instruction:
    """A plain transfer, such as a wallet that takes an object's address for somebody's makes."""
    return transfer(TransferParams(from_pubkey=source.pubkey(), to_pubkey=to, lamports=lamports))


@dataclass
class Traveller:
    """Sends the journey's transactions and notes what each took."""

    cluster: Cluster
    figures: dict[str, int]

    async def does(self, case: str | None, *instructions: Instruction, by: Sequence[Keypair]) -> Confirmed:
        confirmed = await self.cluster.send(instructions, by)
        if case:
            assert case not in self.figures, case
            self.figures[case] = consumed(confirmed.logs)
        return confirmed

    async def waits(self, seconds: int) -> None:
        """Until the cluster's own clock has gone on so far."""
        until = await self.cluster.clock_unix() + seconds
        if advance := getattr(self.cluster, "advance_clock", None):
            advance(seconds)
        while await self.cluster.clock_unix() < until:
            await asyncio.sleep(0.5)

    async def funds(self, *actors: Keypair) -> None:
        for actor in actors:
            await self.cluster.airdrop(actor.pubkey(), 20 * SOL)

    async def pays(self, case: str | None, code: ScanUrl, buyer: Keypair, seller: Keypair | None = None) -> None:
        await self.does(case, payment_of(code, buyer, seller), by=[buyer])

    async def offers(self, case: str | None, code: ScanUrl, owner: Keypair) -> None:
        await self.does(case, offer_of(code, owner), by=[owner])


def payment_of(
    code: ScanUrl, buyer: Keypair, seller: Keypair | None = None, with_tag: bool = False, lamports: int = PRICE
) -> Instruction:
    return ix.handle_payment(
        buyer=buyer.pubkey(),
        code=code,
        amount_lamports=lamports,
        identity_key=MAKER.identity_key,
        manufacturer_treasury=MAKER.treasury.pubkey(),
        platform_treasury=PLATFORM_TREASURY.pubkey(),
        seller=seller.pubkey() if seller else None,
        with_tag=with_tag,
    )


WINDOW_SECONDS = 20
"""Long enough to show two leaves on a busy validator, short enough to wait for."""

OFFER_ENDS = 4_000_000_000
"""Far ahead of any cluster's clock."""


def offer_of(code: ScanUrl, owner: Keypair, lamports: int = PRICE) -> Instruction:
    return ix.list_for_sale(
        owner=owner.pubkey(),
        payment=pda.payment_address(code),
        identity_key=MAKER.identity_key,
        asking_price_lamports=lamports,
        ends_at_unix=OFFER_ENDS,
    )


async def travel(cluster: Cluster) -> dict[str, int]:
    """Compute units of every case of the journey, by `instruction` or `instruction/case`."""
    traveller = await settle(cluster)
    await _object_from_hand_to_hand(traveller)
    await _deposits(traveller)
    await _other_first_payments(traveller)
    shown = await _micro_payments(traveller)
    await _promotion(traveller, shown)
    await _batches(traveller)
    await _sponsors(traveller)
    await _by_value(traveller)
    await _printed_batches(traveller)
    return dict(sorted(traveller.figures.items()))


async def settle(cluster: Cluster) -> Traveller:
    """The journey's start: everybody has money, the platform its settings, and MAKER is registered."""
    traveller = Traveller(cluster, {})
    await traveller.funds(PLATFORM, HEIR, PLATFORM_TREASURY, MAKER.authority, MAKER.treasury, ALICE, BOB, CAROL)
    await _platform(traveller)
    await _manufacturer(traveller)
    return traveller


async def _platform(traveller: Traveller) -> None:
    authority, heir = PLATFORM.pubkey(), HEIR.pubkey()
    treasury = PLATFORM_TREASURY.pubkey()
    await traveller.does(
        "initialize_config",
        ix.initialize_config(authority=authority, platform_treasury=treasury, platform_fee_bps=900),
        by=[PLATFORM],
    )
    await traveller.does("update_config", ix.update_config(authority=authority, platform_fee_bps=1_000), by=[PLATFORM])
    await traveller.does(
        "transfer_authority", ix.transfer_authority(authority=authority, new_authority=heir), by=[PLATFORM]
    )
    await traveller.does("accept_authority", ix.accept_authority(new_authority=heir), by=[HEIR])
    await traveller.does(None, ix.transfer_authority(authority=heir, new_authority=authority), by=[HEIR])
    await traveller.does(None, ix.accept_authority(new_authority=authority), by=[PLATFORM])
    await traveller.does("pause", ix.pause(authority=authority), by=[PLATFORM])
    await traveller.does("unpause", ix.unpause(authority=authority), by=[PLATFORM])


def registration(maker: Maker = MAKER) -> Instruction:
    """Floor 1,000 lamports, royalty 5 %; the platform's authority pays the rent."""
    return ix.register_manufacturer(
        payer=PLATFORM.pubkey(),
        platform_authority=PLATFORM.pubkey(),
        identity_key=maker.identity_key,
        prefix=maker.prefix,
        authority=maker.authority.pubkey(),
        treasury=maker.treasury.pubkey(),
        price_floor_lamports=1_000,
        royalty_bps=500,
    )


async def _manufacturer(traveller: Traveller) -> None:
    await traveller.does("register_manufacturer", registration(), by=[PLATFORM, MAKER.identity_keypair])
    change = ix.update_manufacturer(
        authority=MAKER.authority.pubkey(), identity_key=MAKER.identity_key, status=Status.ACTIVE, royalty_bps=600
    )
    await traveller.does("update_manufacturer", change, by=[MAKER.authority])


async def _object_from_hand_to_hand(traveller: Traveller) -> None:
    code = plain_code()
    payment = pda.payment_address(code)
    await traveller.pays("handle_payment/first", code, ALICE)
    await traveller.offers("list_for_sale", code, ALICE)
    await traveller.pays("handle_payment/purchase", code, BOB, seller=ALICE)
    await traveller.offers(None, code, BOB)
    await traveller.pays("handle_payment/purchase/token_account_there", code, ALICE, seller=BOB)
    await traveller.offers(None, code, ALICE)
    await traveller.does("cancel_listing", ix.cancel_listing(owner=ALICE.pubkey(), payment=payment), by=[ALICE])
    for case, new_owner in (("transfer_ownership", CAROL), ("transfer_ownership/token_account_there", BOB)):
        old_owner = ALICE if new_owner is CAROL else CAROL
        gift = ix.transfer_ownership(owner=old_owner.pubkey(), payment=payment, new_owner=new_owner.pubkey())
        await traveller.does(case, gift, by=[old_owner])


def refund_of(code: ScanUrl, recipient: Keypair, lamports: int) -> Instruction:
    return ix.refund_deposit(
        authority=MAKER.authority.pubkey(),
        identity_key=MAKER.identity_key,
        code=code,
        recipient=recipient.pubkey(),
        amount_lamports=lamports,
    )


async def _deposits(traveller: Traveller) -> None:
    code = MAKER.code("2.G.dep")
    payment = pda.payment_address(code)
    await traveller.does(None, deposit(BOB, payment, 2 * SOL), by=[BOB])
    await traveller.does("refund_deposit", refund_of(code, BOB, SOL), by=[MAKER.authority])
    await traveller.pays("handle_payment/first/deposit", code, ALICE)
    await traveller.does("refund_deposit/after_payment", refund_of(code, BOB, SOL), by=[MAKER.authority])


def terms_of(
    path_to_pointer: str, floor: int, demand: TagDemand, printed: PrintedDemand = PrintedDemand.NONE
) -> Instruction:
    return ix.set_class_terms(
        payer=MAKER.authority.pubkey(),
        authority=MAKER.authority.pubkey(),
        identity_key=MAKER.identity_key,
        path_to_pointer=path_to_pointer,
        price_floor_lamports=floor,
        tag_demand=demand,
        printed_demand=printed,
    )


async def _other_first_payments(traveller: Traveller) -> None:
    await traveller.pays("handle_payment/first/long_path", longest_code(), ALICE)
    await _demand_tags(traveller, True)
    signed = MAKER.code("2.G.sig")
    tag = ix.check_tag(code=signed, identity_key=MAKER.identity_key)
    payment = payment_of(signed, ALICE, with_tag=True)
    await traveller.does("handle_payment/first/signed_tag", tag, payment, by=[ALICE])
    await _demand_tags(traveller, False)
    for case, floor in (("set_class_terms", 500), ("set_class_terms/again", 600)):
        await traveller.does(case, terms_of("2.3.2", floor, TagDemand.WAIVED), by=[MAKER.authority])
    for case, path in (("class_terms", "2.G.term"), ("class_terms_elsewhere", "3.G.term")):
        await traveller.pays(f"handle_payment/first/{case}", MAKER.code(path), ALICE)


async def _micro_payments(traveller: Traveller) -> list[ix.ProvedLeaf]:
    """Alice pays twice for an object and gives it to Bob: returns these three leaves, proved."""
    maker, log = MAKER.identity_key, pda.payment_log_address(MAKER.account, 0)
    opening = ix.open_payment_log(payer=BOB.pubkey(), identity_key=maker)
    await traveller.does("open_payment_log", opening, by=[BOB])
    code, tree, leaves = MAKER.code("3.G.mic"), Tree(), []
    of_class_with_terms, long = MAKER.code("2.G.mic"), longest_code()
    cases = {"": code, "/second_leaf": code, "/class_terms": of_class_with_terms, "/long_path": long}
    for case, paid in cases.items():
        leaves.append(await _micro_payment(traveller, f"handle_micro_payment{case}", paid))
    gift = ix.transfer_micro_ownership(owner=ALICE.pubkey(), code=code, new_owner=BOB.pubkey(), identity_key=maker)
    confirmed = await traveller.does("transfer_micro_ownership", gift, by=[ALICE])
    leaves += [leaf_of(event) for event in decode_events(confirmed.logs)]
    for leaf in leaves:
        tree.append(leaf.hash)
    await traveller.does(
        None, ix.update_config(authority=PLATFORM.pubkey(), checkpoint_payments=len(leaves)), by=[PLATFORM]
    )
    checkpoint = ix.create_checkpoint(payer=BOB.pubkey(), payment_log=log, checkpoint_id=0)
    await traveller.does("create_checkpoint", checkpoint, by=[BOB])
    replay = ix.replay_ownership_proof(
        leaf=leaves[1], proof=tree.inclusion_proof(1), checkpoint_id=0, original_transaction=Signature.default()
    )
    await traveller.does("replay_ownership_proof", replay, by=[CAROL])
    sweep = ix.sweep_payment_log(
        identity_key=maker,
        manufacturer_treasury=MAKER.treasury.pubkey(),
        platform_treasury=PLATFORM_TREASURY.pubkey(),
    )
    await traveller.does("sweep_payment_log", sweep, by=[CAROL])
    return [ix.ProvedLeaf(leaves[at], 0, tuple(tree.inclusion_proof(at))) for at in (0, 1, len(leaves) - 1)]


async def _promotion(traveller: Traveller, shown: Sequence[ix.ProvedLeaf]) -> None:
    """Alice shows her second payment, then her first is shown, then that she gave the object to Bob, who gets it."""
    first, second, gift = shown
    code, maker = MAKER.code("3.G.mic"), MAKER.identity_key
    await _challenge_seconds(traveller, WINDOW_SECONDS)
    claim = ix.promote_to_object(
        payer=ALICE.pubkey(), claimant=ALICE.pubkey(), code=code, identity_key=maker, shown=second
    )
    await traveller.does("promote_to_object", claim, by=[ALICE])
    for case, leaf in (("", first), ("/transfer", gift)):
        await traveller.waits(1)  # so that each challenge gives time, on every cluster
        challenge = ix.challenge_promotion(payer=CAROL.pubkey(), code=code, identity_key=maker, shown=leaf)
        await traveller.does(f"challenge_promotion{case}", challenge, by=[CAROL])
    await traveller.waits(WINDOW_SECONDS + 1)
    await _finalize(traveller, "finalize_promotion", code, BOB)
    await _challenge_seconds(traveller, 0)


async def _challenge_seconds(traveller: Traveller, seconds: int) -> None:
    await traveller.does(None, ix.update_config(authority=PLATFORM.pubkey(), challenge_seconds=seconds), by=[PLATFORM])


async def _finalize(traveller: Traveller, case: str, code: ScanUrl, owner: Keypair) -> None:
    final = ix.finalize_promotion(
        payer=owner.pubkey(), owner=owner.pubkey(), code=code, identity_key=MAKER.identity_key
    )
    await traveller.does(case, final, by=[owner])


async def _batches(traveller: Traveller) -> None:
    code, maker = MAKER.code("5.G.3j"), MAKER.identity_key
    opening = ix.create_shared_batch_account(payer=BOB.pubkey(), path=code.path, identity_key=maker)
    await traveller.does("create_shared_batch_account", opening, by=[BOB])
    for case, paid in (("", code), ("/second_slot", MAKER.code("5.G.3k"))):
        payment = ix.handle_batch_payment(
            buyer=ALICE.pubkey(), code=paid, amount_lamports=12_000_000, identity_key=maker
        )
        await traveller.does(f"handle_batch_payment{case}", payment, by=[ALICE])
    gift = ix.transfer_batch_slot(owner=ALICE.pubkey(), code=code, new_owner=CAROL.pubkey(), identity_key=maker)
    await traveller.does("transfer_batch_slot", gift, by=[ALICE])
    batch = pda.batch_account_address(code.path)
    await traveller.does(
        "sweep_batch_account", ix.sweep_batch_account(batch_account=batch, rent_payer=BOB.pubkey()), by=[ALICE]
    )
    claim = ix.promote_to_object(
        payer=CAROL.pubkey(), claimant=CAROL.pubkey(), code=code, identity_key=maker, shown=None
    )
    await traveller.does("promote_to_object/slot", claim, by=[CAROL])
    await _finalize(traveller, "finalize_promotion/slot", code, CAROL)


async def _sponsors(traveller: Traveller) -> None:
    authority, maker = MAKER.authority.pubkey(), MAKER.identity_key
    for path_to_pointer in ("2.3.6", "2.3.7"):  # once classes have terms, the pool pays for no others
        await traveller.does(None, terms_of(path_to_pointer, 600, TagDemand.WAIVED), by=[MAKER.authority])
    terms = {"per_item_lamports": 10_000_000, "minimum_value_lamports": 1_000_000, "maximum_value_lamports": SOL}
    opening = ix.initialize_sponsor_pool(payer=authority, authority=authority, identity_key=maker, **terms)
    await traveller.does("initialize_sponsor_pool", opening, by=[MAKER.authority])
    change = ix.update_sponsor_pool(
        authority=authority, identity_key=maker, **{**terms, "per_item_lamports": 9_000_000}
    )
    await traveller.does("update_sponsor_pool", change, by=[MAKER.authority])
    funding = ix.fund_sponsor_pool(funder=BOB.pubkey(), identity_key=maker, amount_lamports=SOL)
    await traveller.does("fund_sponsor_pool", funding, by=[BOB])
    sponsored = plain_code(below="6.G")
    for case, code, lamports in (("", sponsored, 1_000_000), ("/fallback", MAKER.code("6.H.2"), 999_999)):
        payment = ix.sponsored_payment(
            buyer=ALICE.pubkey(),
            code=code,
            amount_lamports=lamports,
            identity_key=maker,
            manufacturer_treasury=MAKER.treasury.pubkey(),
            platform_treasury=PLATFORM_TREASURY.pubkey(),
        )
        await traveller.does(f"sponsored_payment{case}", payment, by=[ALICE])
    object_address = pda.payment_address(sponsored)
    gift = ix.transfer_ownership(owner=ALICE.pubkey(), payment=object_address, new_owner=BOB.pubkey())
    await traveller.does(None, gift, by=[ALICE])
    back = ix.return_sponsored_rent(
        identity_key=maker,
        manufacturer_treasury=MAKER.treasury.pubkey(),
        payment=object_address,
        previous_owner=ALICE.pubkey(),
    )
    await traveller.does("return_sponsored_rent", back, by=[CAROL])


TREASURIES = ix.Treasuries(MAKER.treasury.pubkey(), PLATFORM_TREASURY.pubkey())


async def _by_value(traveller: Traveller) -> None:
    """The same call for every price; then the pool is closed."""
    own = plain_code(below="7.G")
    cases: dict[str, tuple[ScanUrl, Keypair, int, dict[str, Any]]] = {
        "micro": (MAKER.code("7.H.2"), ALICE, 10_001, {}),
        "batch": (MAKER.code("5.G.3m"), ALICE, 12_000_000, {"with_batch": True}),
        "own": (own, ALICE, PRICE, {"treasuries": TREASURIES}),
        "sponsored": (plain_code(below="7.J"), ALICE, PRICE, {"treasuries": TREASURIES, "with_pool": True}),
        "purchase": (own, BOB, PRICE, {"treasuries": TREASURIES, "seller": ALICE.pubkey()}),
    }
    for case, (code, buyer, lamports, others) in cases.items():
        if case == "purchase":
            await traveller.offers(None, code, ALICE)
        payment = ix.process_payment(
            buyer=buyer.pubkey(), code=code, amount_lamports=lamports, identity_key=MAKER.identity_key, **others
        )
        await traveller.does(f"process_payment/{case}", payment, by=[buyer])
    closing = ix.close_sponsor_pool(
        authority=MAKER.authority.pubkey(),
        identity_key=MAKER.identity_key,
        manufacturer_treasury=MAKER.treasury.pubkey(),
    )
    await traveller.does("close_sponsor_pool", closing, by=[MAKER.authority])


async def _printed_batches(traveller: Traveller) -> None:
    """Items of a batch of ten, and of one of ten thousand, are proved and paid for."""
    terms = terms_of("2.3.9", 600, TagDemand.WAIVED, PrintedDemand.DEMANDED)
    await traveller.does(None, terms, by=[MAKER.authority])
    numbers = tuple(range(10))
    for case, batch in (("", "9.P"), ("/ten_thousand", "9.Q")):
        last = 9_999 if case else 9
        items = PrintedItems(MAKER, batch, f"0-{last}", numbers)
        await traveller.does(f"commit_batch{case}", *items.commit(), by=[MAKER.authority])
        payment = ix.handle_micro_payment(
            buyer=ALICE.pubkey(),
            code=items.code(3),
            amount_lamports=10_001,
            identity_key=MAKER.identity_key,
            with_proof=True,
        )
        confirmed = await traveller.does(None, ix.prove_printed(items.item(3)), payment, by=[ALICE])
        proof_units, payment_units = consumed_each(confirmed.logs)
        traveller.figures[f"prove_printed{case}"] = proof_units
    traveller.figures["handle_micro_payment/printed"] = payment_units


async def _micro_payment(traveller: Traveller, case: str, code: ScanUrl) -> Leaf:
    payment = ix.handle_micro_payment(
        buyer=ALICE.pubkey(), code=code, amount_lamports=10_001, identity_key=MAKER.identity_key
    )
    confirmed = await traveller.does(case, payment, by=[ALICE])
    (event,) = decode_events(confirmed.logs)
    return leaf_of(event)


def longest_code() -> ScanUrl:
    return MAKER.code(LONGEST_PATH.removeprefix("2.3."))


async def _demand_tags(traveller: Traveller, demanded: bool) -> None:
    change = ix.update_manufacturer(
        authority=MAKER.authority.pubkey(), identity_key=MAKER.identity_key, require_signed_tags=demanded
    )
    await traveller.does(None, change, by=[MAKER.authority])


def names_of_cases(figures: dict[str, int]) -> Iterator[str]:
    """The instructions that the cases are of."""
    return (case.partition("/")[0] for case in figures)
