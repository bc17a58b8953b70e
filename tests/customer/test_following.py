"""Following a payment by its reference: each state told apart, and whatever others put under the reference."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import TransferParams, transfer
from solders.transaction import VersionedTransaction

from customer.stand import ACTORS, MICRO_PRICE, PRICE, Stand
from customer.wallet import asked, done, followed, new_reference, query_of, refused, signed
from plings.chain import Mention, Status
from plings.chain.embedded import VALID_SLOTS
from plings.customer.following import follow, ours
from plings.customer.offers import Offers
from plings.customer.shapes import PaymentState
from plings.errors import Failure
from plings.objects import gift_of
from plings.program.instructions import refund_deposit
from plings.program.pda import payment_address


def test_unpaid_then_expired(stand: Stand) -> None:
    code, reference = stand.code("2.A.2"), new_reference()
    assert followed(stand, reference, code)["state"] == "unpaid"
    told = asked(stand, "/pay", code, stand.alice, amount=MICRO_PRICE, reference=reference).json()
    assert followed(stand, reference, code)["state"] == "unpaid"
    for _ in range(VALID_SLOTS + 1):
        stand.cluster.advance_clock(0)
    assert followed(stand, reference, code) == {
        "state": "expired",
        "signature": None,
        "slot": None,
        "account": None,
        "reason": None,
    }
    late = stand.client.post("/v1/send", json={"transaction": signed(told, stand.alice)})
    assert (late.status_code, late.json()["rule"]) == (409, "blockhash_not_found")
    asked(stand, "/pay", code, stand.alice, amount=MICRO_PRICE, reference=reference)
    assert followed(stand, reference, code)["state"] == "unpaid"  # it was offered anew


def test_failed_on_chain(stand: Stand) -> None:
    """Two buy one object: both transactions would do, and the second fails on chain."""
    code, first, second = stand.code("2.A.3"), new_reference(), new_reference()
    offered = asked(stand, "/pay", code, stand.bob, amount=PRICE, reference=second).json()
    done(stand, "/pay", code, stand.alice, amount=PRICE, reference=first)
    sent = stand.client.post("/v1/send", json={"transaction": signed(offered, stand.bob)}).json()
    told = followed(stand, second, code)
    assert (told["state"], told["signature"]) == ("failed", sent["signature"])
    assert told["reason"] in ("not_for_sale", "wrong_seller", "object_exists", "wrong_token_account", "missing_account")
    assert followed(stand, first, code)["state"] == "finalized"


def send(stand: Stand, instruction: Instruction, key: Keypair) -> None:
    asyncio.run(stand.cluster.send([instruction], [key]))


def test_what_strangers_put_under_a_reference_is_not_the_payment(stand: Stand) -> None:
    code, other, reference = stand.code("2.A.4"), stand.code("2.A.5"), new_reference()
    named = AccountMeta(reference, is_signer=False, is_writable=False)
    plain = transfer(TransferParams(from_pubkey=stand.bob.pubkey(), to_pubkey=payment_address(code), lamports=10**7))
    send(stand, Instruction(plain.program_id, bytes(plain.data), [*plain.accounts, named]), stand.bob)
    done(stand, "/pay", other, stand.bob, amount=MICRO_PRICE, reference=reference)  # for another object
    assert followed(stand, reference, code)["state"] == "unpaid"
    assert followed(stand, reference, other)["state"] == "finalized"
    done(stand, "/pay", code, stand.alice, amount=MICRO_PRICE, reference=reference)
    told = followed(stand, reference, code)
    assert (told["state"], told["account"]) == ("finalized", str(stand.alice.pubkey()))


def test_a_gift_or_less_under_the_reference_is_not_the_payment(stand: Stand) -> None:
    """Who reads the code off a screen knows its reference: anyone's gift of what is nobody's is taken as a leaf."""
    code, reference = stand.code("2.A.B"), new_reference()
    named = AccountMeta(reference, is_signer=False, is_writable=False)
    gift = asyncio.run(gift_of(stand.cluster, code, stand.bob.pubkey(), stand.alice.pubkey()))
    send(stand, Instruction(gift.program_id, bytes(gift.data), [*gift.accounts, named]), stand.bob)
    assert followed(stand, reference, code)["state"] == "finalized"
    assert followed(stand, reference, code, amount=1)["state"] == "unpaid"
    done(stand, "/pay", code, stand.bob, amount=MICRO_PRICE, reference=reference)
    assert followed(stand, reference, code, amount=MICRO_PRICE + 1)["state"] == "unpaid"
    told = followed(stand, reference, code, amount=MICRO_PRICE)
    assert (told["state"], told["account"]) == ("finalized", str(stand.bob.pubkey()))


def test_what_a_manufacturer_sends_back_is_not_the_payment(stand: Stand) -> None:
    """It costs nothing: it goes from themselves, by the object's address, to themselves."""
    code, reference, maker = stand.code("2.A.D"), new_reference(), ACTORS.manufacturer
    asked(stand, "/pay", code, stand.alice, amount=MICRO_PRICE, reference=reference).raise_for_status()
    to = payment_address(code)
    send(stand, transfer(TransferParams(from_pubkey=maker.pubkey(), to_pubkey=to, lamports=MICRO_PRICE)), maker)
    back = refund_deposit(
        authority=maker.pubkey(),
        identity_key=Pubkey.from_bytes(ACTORS.identity.public_key),
        code=code,
        recipient=maker.pubkey(),
        amount_lamports=MICRO_PRICE,
    )
    named = AccountMeta(reference, is_signer=False, is_writable=False)
    send(stand, Instruction(back.program_id, bytes(back.data), [*back.accounts, named]), maker)
    assert followed(stand, reference, code, amount=MICRO_PRICE)["state"] == "unpaid"
    done(stand, "/pay", code, stand.alice, amount=MICRO_PRICE, reference=reference)
    told = followed(stand, reference, code, amount=MICRO_PRICE)
    assert (told["state"], told["account"]) == ("finalized", str(stand.alice.pubkey()))


def test_a_signature_alone_is_no_proof(stand: Stand) -> None:
    code, reference = stand.code("2.A.6"), new_reference()
    another = done(stand, "/pay", stand.code("2.A.7"), stand.alice, amount=MICRO_PRICE, reference=new_reference())
    signature = VersionedTransaction.from_bytes(base64.b64decode(signed(another, stand.alice))).signatures[0]
    assert followed(stand, reference, code, signature=signature)["state"] == "seen"
    unheard = Signature.default()
    assert followed(stand, reference, code, signature=unheard)["state"] == "unpaid"


def test_a_code_that_is_read_twice_is_paid_once(stand: Stand) -> None:
    """A phone's wallet may ask again under the reference of the symbol that it read, before the index has heard."""
    code, reference = stand.code("2.A.C"), new_reference()
    wanted = {"amount": MICRO_PRICE, "reference": reference}
    told = asked(stand, "/pay", code, stand.alice, **wanted).json()
    assert asked(stand, "/pay", code, stand.alice, **wanted).status_code == 200  # not paid yet
    stand.client.post("/v1/send", json={"transaction": signed(told, stand.alice)}).raise_for_status()
    for path in ("/pay", "/actions/pay"):
        assert refused(stand, path, code, stand.alice, **wanted) == (409, "already_paid")
    stand.index()
    assert refused(stand, "/pay", code, stand.alice, **wanted) == (409, "already_paid")
    assert refused(stand, "/pay", code, stand.alice, amount=MICRO_PRICE) == (409, "owned_without_account")


@pytest.mark.parametrize("reference", ["x", "1", "0" * 44, "4" * 60])
def test_reference_that_is_none(stand: Stand, reference: str) -> None:
    response = stand.client.get(f"/v1/payments/{reference}?{query_of(stand.code('2.A.8'))}")
    assert (response.status_code, response.json()["part"]) == (400, "reference")


class Telling:
    """A cluster that tells what it is told to."""

    def __init__(self, mentions: list[Mention] = [], status: Status | None = None, height: int = 0) -> None:  # noqa: B006
        self._told, self._status, self._height = mentions, status, height

    async def mentions(self, address: Pubkey, *, most: int) -> list[Mention]:
        return self._told

    async def status(self, signature: Signature) -> Status | None:
        return self._status

    async def finalized_height(self) -> int:
        return self._height


@pytest.fixture(scope="module")
def paid(stand: Stand) -> tuple[Any, Pubkey, Mention]:
    """A code, a reference, and the payment under it."""
    code, reference = stand.code("2.A.9"), new_reference()
    done(stand, "/pay", code, stand.alice, amount=MICRO_PRICE, reference=reference)
    (mention,) = asyncio.run(stand.cluster.mentions(reference, most=9))
    return code, reference, mention


def at(mention: Mention, level: str, failure: Failure | None = None) -> Mention:
    return Mention(Signature.new_unique(), Status(7, level, failure), mention.instructions)


@pytest.mark.parametrize("level", ["confirmed", "finalized"])
async def test_levels(paid: tuple[Any, Pubkey, Mention], level: str) -> None:
    code, reference, mention = paid
    told = await follow(Telling([at(mention, level)]), code, reference, None, None)  # type: ignore[arg-type]
    assert told.state == PaymentState(level)


async def test_processed_is_seen(paid: tuple[Any, Pubkey, Mention]) -> None:
    code, reference, mention = paid
    seen = Telling(status=Status(7, "processed", None))
    told = await follow(seen, code, reference, Signature.new_unique(), None)  # type: ignore[arg-type]
    assert told.state is PaymentState.SEEN
    told = await follow(Telling([at(mention, "processed")]), code, reference, None, None)  # type: ignore[arg-type]
    assert told.state is PaymentState.SEEN


def test_success_outranks_failures_and_the_first_success_is_it(paid: tuple[Any, Pubkey, Mention]) -> None:
    code, reference, mention = paid
    wrong = Failure(name="Custom", text="no")
    late, good, bad = at(mention, "confirmed"), at(mention, "finalized"), at(mention, "finalized", wrong)
    found = ours([bad, late, good, bad], code, reference)
    assert found and found.mention == good
    newest = at(mention, "confirmed", wrong)
    found = ours([newest, bad], code, reference)
    assert found and found.mention == newest
    assert ours([mention], code, new_reference()) is None


async def test_expired_only_when_what_is_final_is_past_it(paid: tuple[Any, Pubkey, Mention]) -> None:
    code, offers, reference = paid[0], Offers(most=2), new_reference()
    offers.note(reference, 100)
    for height, state in ((100, PaymentState.UNPAID), (101, PaymentState.EXPIRED)):
        told = await follow(Telling(height=height), code, reference, None, offers.of(reference))  # type: ignore[arg-type]
        assert told.state is state
    offers.note(reference, 250)
    told = await follow(Telling(height=101), code, reference, None, offers.of(reference))  # type: ignore[arg-type]
    assert told.state is PaymentState.UNPAID
    for _ in range(2):
        offers.note(new_reference(), 1)
    assert offers.of(reference) is None
