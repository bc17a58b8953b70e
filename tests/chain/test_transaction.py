"""From instructions and keys to a signed transaction, or a refusal before any cluster is asked."""

import pytest
from solders.compute_budget import request_heap_frame, set_compute_unit_limit, set_compute_unit_price
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair

from chain.people import keypair_for, pay
from plings.chain.transaction import (
    MAX_BYTES,
    MAX_COMPUTE_UNITS,
    Budget,
    assemble,
    fee_lamports,
    payer_and_keys,
    sign,
    unsigned,
    written_accounts,
)
from plings.errors import TransactionRefused

PAYER, BUYER, STRANGER = (keypair_for(name) for name in ("payer", "buyer", "stranger"))
PROGRAM = keypair_for("program").pubkey()
BLOCKHASH = Hash.hash(b"recent")


def test_budget_comes_after_the_callers_instructions() -> None:
    message = assemble([pay(PAYER, BUYER.pubkey(), 1)], PAYER.pubkey(), BLOCKHASH, Budget(500, 7))
    data = [bytes(instruction.data) for instruction in message.instructions[1:]]
    assert data == [bytes(set_compute_unit_limit(500).data), bytes(set_compute_unit_price(7).data)]


def test_size_does_not_depend_on_the_budget() -> None:
    sizes = {
        len(bytes(unsigned(assemble([pay(PAYER, BUYER.pubkey(), 1)], PAYER.pubkey(), BLOCKHASH, budget))))
        for budget in (Budget(), Budget(1, 0), Budget(9, 10**12))
    }
    assert len(sizes) == 1


@pytest.mark.parametrize("limit", [0, -1, MAX_COMPUTE_UNITS + 1])
def test_limit_out_of_range_is_refused(limit: int) -> None:
    with pytest.raises(TransactionRefused, match="compute limit"):
        assemble([pay(PAYER, BUYER.pubkey(), 1)], PAYER.pubkey(), BLOCKHASH, Budget(limit))


@pytest.mark.parametrize("extra", [set_compute_unit_limit(1), set_compute_unit_price(1)])
def test_limit_and_price_of_the_caller_are_refused(extra: Instruction) -> None:
    with pytest.raises(TransactionRefused, match="give compute_limit instead"):
        assemble([extra, pay(PAYER, BUYER.pubkey(), 1)], PAYER.pubkey(), BLOCKHASH, Budget())


def test_heap_of_the_caller_is_kept() -> None:
    heap = request_heap_frame(64 * 1024)
    message = assemble([heap, pay(PAYER, BUYER.pubkey(), 1)], PAYER.pubkey(), BLOCKHASH, Budget())
    assert bytes(message.instructions[0].data) == bytes(heap.data)


def test_no_instruction_is_refused() -> None:
    with pytest.raises(TransactionRefused, match="no instruction"):
        assemble([], PAYER.pubkey(), BLOCKHASH, Budget())


def test_size_limit_is_exact() -> None:
    def of_size(data: int) -> Instruction:
        return Instruction(PROGRAM, bytes(data), [AccountMeta(PAYER.pubkey(), True, True)])

    room = MAX_BYTES - len(bytes(unsigned(assemble([of_size(200)], PAYER.pubkey(), BLOCKHASH, Budget()))))
    fitting = assemble([of_size(200 + room)], PAYER.pubkey(), BLOCKHASH, Budget())
    assert len(bytes(unsigned(fitting))) == MAX_BYTES
    with pytest.raises(TransactionRefused, match="1,233 bytes, 1 more than the 1,232") as refused:
        assemble([of_size(201 + room)], PAYER.pubkey(), BLOCKHASH, Budget())
    assert refused.value.failure and refused.value.failure.name == "TooLarge"


@pytest.mark.parametrize("count", [40, 300])
def test_too_many_accounts_are_refused(count: int) -> None:
    accounts = [AccountMeta(Keypair().pubkey(), False, False) for _ in range(count)]
    with pytest.raises(TransactionRefused, match="fit no transaction"):
        assemble([Instruction(PROGRAM, b"", accounts)], PAYER.pubkey(), BLOCKHASH, Budget())


def test_first_signer_pays_by_default_and_may_be_given_twice() -> None:
    payer, keys = payer_and_keys([PAYER, BUYER], None)
    assert payer == PAYER.pubkey() and set(keys) == {PAYER.pubkey(), BUYER.pubkey()}
    payer, keys = payer_and_keys([PAYER, BUYER], BUYER)
    assert payer == BUYER.pubkey() and len(keys) == 2


def test_nobody_to_sign_is_refused() -> None:
    with pytest.raises(TransactionRefused, match="nobody signs"):
        payer_and_keys([], None)


def test_keys_must_be_exactly_those_needed() -> None:
    message = assemble([pay(BUYER, PAYER.pubkey(), 1)], PAYER.pubkey(), BLOCKHASH, Budget())
    _, keys = payer_and_keys([PAYER, BUYER], None)
    sign(message, keys).verify_and_hash_message()
    with pytest.raises(TransactionRefused, match=f"{BUYER.pubkey()} must sign"):
        sign(message, payer_and_keys([PAYER], None)[1])
    with pytest.raises(TransactionRefused, match=f"{STRANGER.pubkey()} was given and no instruction"):
        sign(message, payer_and_keys([PAYER, BUYER, STRANGER], None)[1])


def test_written_accounts_begin_with_the_payer_and_leave_programs_out() -> None:
    message = assemble([pay(BUYER, STRANGER.pubkey(), 1)], PAYER.pubkey(), BLOCKHASH, Budget())
    assert written_accounts(message) == [PAYER.pubkey(), BUYER.pubkey(), STRANGER.pubkey()]


@pytest.mark.parametrize(("budget", "fee"), [(Budget(200_000, 0), 0), (Budget(200_000, 5), 1), (Budget(200_001, 5), 2)])
def test_priority_fee_is_rounded_up(budget: Budget, fee: int) -> None:
    assert budget.priority_fee_lamports == fee


def test_base_fee_counts_signatures() -> None:
    message = assemble([pay(BUYER, PAYER.pubkey(), 1)], PAYER.pubkey(), BLOCKHASH, Budget())
    assert fee_lamports(message) == 10_000
