"""The embedded cluster: its runtime, its clock, its deployed programs, its refusals."""

import hashlib
import re
from collections.abc import AsyncIterator
from importlib.resources import files

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_ID

from chain import token_2022
from chain.people import SOL, keypair_for, pay
from plings.chain import Account, EmbeddedCluster, loader
from plings.chain.embedded import START_UNIX
from plings.chain.known import ED25519_ID, LOADER_ID
from plings.chain.transaction import BUDGET_COMPUTE_UNITS, Budget, assemble, unsigned
from plings.errors import ClusterError, SettingsError, TransactionRefused

PAYER, BUYER, MINT, STRANGER = (keypair_for(name) for name in ("payer", "buyer", "mint", "stranger"))
PROGRAM = keypair_for("program").pubkey()
PROGRAMS = files("plings.chain") / "programs"


@pytest.fixture
async def cluster() -> AsyncIterator[EmbeddedCluster]:
    async with EmbeddedCluster() as embedded:
        await embedded.airdrop(PAYER.pubkey(), 10 * SOL)
        yield embedded


async def test_transfer_moves_lamports_and_takes_the_fee(cluster: EmbeddedCluster) -> None:
    confirmed = await cluster.send([pay(PAYER, BUYER.pubkey(), SOL)], [PAYER])
    payer, buyer = await cluster.accounts([PAYER.pubkey(), BUYER.pubkey()])
    assert payer and buyer
    assert confirmed.fee_lamports == 5_000
    assert payer.lamports == 10 * SOL - SOL - confirmed.fee_lamports
    assert (buyer.lamports, buyer.owner, buyer.data, buyer.executable) == (SOL, SYSTEM_ID, b"", False)
    assert confirmed.compute_units == 150 + BUDGET_COMPUTE_UNITS
    assert confirmed.logs[:2] == (f"Program {SYSTEM_ID} invoke [1]", f"Program {SYSTEM_ID} success")


async def test_unknown_address_has_no_account(cluster: EmbeddedCluster) -> None:
    assert await cluster.account(STRANGER.pubkey()) is None
    assert await cluster.accounts([]) == []


async def test_equal_payments_are_two(cluster: EmbeddedCluster) -> None:
    first = await cluster.send([pay(PAYER, BUYER.pubkey(), SOL)], [PAYER])
    second = await cluster.send([pay(PAYER, BUYER.pubkey(), SOL)], [PAYER])
    assert first.signature != second.signature
    assert second.slot == first.slot + 1
    buyer = await cluster.account(BUYER.pubkey())
    assert buyer and buyer.lamports == 2 * SOL


async def test_two_new_clusters_make_the_same_signatures() -> None:
    signatures = []
    for _ in range(2):
        cluster = EmbeddedCluster()
        await cluster.airdrop(PAYER.pubkey(), SOL)
        signatures.append((await cluster.send([pay(PAYER, BUYER.pubkey(), SOL // 2)], [PAYER])).signature)
    assert signatures[0] == signatures[1]


async def test_outcome_is_remembered(cluster: EmbeddedCluster) -> None:
    confirmed = await cluster.send([pay(PAYER, BUYER.pubkey(), SOL)], [PAYER])
    assert await cluster.outcome(confirmed.signature) == confirmed
    assert await cluster.outcome(PAYER.sign_message(b"never sent")) is None


async def test_separate_payer_pays_the_fee(cluster: EmbeddedCluster) -> None:
    await cluster.airdrop(BUYER.pubkey(), SOL)
    confirmed = await cluster.send([pay(BUYER, STRANGER.pubkey(), SOL)], [BUYER], payer=PAYER)
    payer = await cluster.account(PAYER.pubkey())
    assert confirmed.fee_lamports == 10_000
    assert payer and payer.lamports == 10 * SOL - 10_000
    assert await cluster.account(BUYER.pubkey()) is None


async def test_too_little_money_is_refused_in_words_and_costs_nothing(cluster: EmbeddedCluster) -> None:
    with pytest.raises(TransactionRefused) as refused:
        await cluster.send([pay(PAYER, BUYER.pubkey(), SOL), pay(PAYER, BUYER.pubkey(), 20 * SOL)], [PAYER])
    error = refused.value
    assert (error.instruction_index, error.custom_code, error.program_id) == (1, 1, SYSTEM_ID)
    assert error.signature is None and not error.may_take_effect
    assert "insufficient lamports" in str(error)
    payer = await cluster.account(PAYER.pubkey())
    assert payer and payer.lamports == 10 * SOL


async def test_payer_without_account_is_named(cluster: EmbeddedCluster) -> None:
    with pytest.raises(TransactionRefused, match=f"payer {STRANGER.pubkey()} holds no lamports"):
        await cluster.send([pay(STRANGER, BUYER.pubkey(), 1)], [STRANGER])


@pytest.mark.parametrize("lamports", [1, 890_879])
async def test_account_below_its_rent_is_refused(cluster: EmbeddedCluster, lamports: int) -> None:
    with pytest.raises(TransactionRefused, match=f"{BUYER.pubkey()} would be left with fewer lamports than its rent"):
        await cluster.send([pay(PAYER, BUYER.pubkey(), lamports)], [PAYER])
    with pytest.raises(ClusterError, match="890,880"):
        await cluster.airdrop(BUYER.pubkey(), lamports)


async def test_payer_is_not_left_below_its_rent(cluster: EmbeddedCluster) -> None:
    rest = 10 * SOL - 5_000
    with pytest.raises(TransactionRefused, match="fewer lamports than its rent"):
        await cluster.send([pay(PAYER, BUYER.pubkey(), rest - 1)], [PAYER])
    await cluster.send([pay(PAYER, BUYER.pubkey(), rest)], [PAYER])
    assert await cluster.account(PAYER.pubkey()) is None


async def test_rent_is_that_of_the_clusters(cluster: EmbeddedCluster) -> None:
    rent = cluster._svm.get_rent()
    assert rent.lamports_per_byte_year * rent.exemption_threshold == 6_960
    assert cluster._svm.minimum_balance_for_rent_exemption(0) == 890_880


async def test_missing_signer_is_refused(cluster: EmbeddedCluster) -> None:
    with pytest.raises(TransactionRefused, match=f"{BUYER.pubkey()} must sign"):
        await cluster.send([pay(BUYER, PAYER.pubkey(), 1)], [PAYER])


async def test_compute_limit_holds(cluster: EmbeddedCluster) -> None:
    with pytest.raises(TransactionRefused, match="ComputationalBudgetExceeded"):
        await cluster.send([pay(PAYER, BUYER.pubkey(), SOL)], [PAYER], compute_limit=149)


async def test_on_signed_comes_before_sending_and_can_stop_it(cluster: EmbeddedCluster) -> None:
    def stop(signed: object) -> None:
        raise OSError("the journal is full")

    with pytest.raises(OSError, match="journal"):
        await cluster.send([pay(PAYER, BUYER.pubkey(), SOL)], [PAYER], on_signed=stop)
    assert await cluster.account(BUYER.pubkey()) is None


async def test_simulation_needs_no_keys_and_changes_nothing(cluster: EmbeddedCluster) -> None:
    simulation = await cluster.simulate([pay(PAYER, BUYER.pubkey(), SOL)], PAYER.pubkey())
    assert simulation.failure is None
    assert simulation.compute_units == 150 + BUDGET_COMPUTE_UNITS
    assert await cluster.account(BUYER.pubkey()) is None
    failing = await cluster.simulate([pay(PAYER, BUYER.pubkey(), 20 * SOL)], PAYER.pubkey())
    assert failing.failure and failing.failure.custom_code == 1


async def test_signatures_are_checked_again_after_a_simulation(cluster: EmbeddedCluster) -> None:
    await cluster.simulate([pay(PAYER, BUYER.pubkey(), SOL)], PAYER.pubkey())
    message = assemble([pay(PAYER, BUYER.pubkey(), SOL)], PAYER.pubkey(), cluster._svm.latest_blockhash(), Budget())
    assert "SignatureFailure" in str(cluster._svm.send_transaction(unsigned(message)))


async def test_clock_starts_at_a_fixed_time_and_moves_when_told(cluster: EmbeddedCluster) -> None:
    assert await cluster.clock_unix() == START_UNIX
    await cluster.send([pay(PAYER, BUYER.pubkey(), SOL)], [PAYER])
    assert await cluster.clock_unix() == START_UNIX
    cluster.advance_clock(86_400)
    assert await cluster.clock_unix() == START_UNIX + 86_400
    with pytest.raises(ValueError, match="backwards"):
        cluster.advance_clock(-1)


def _ed25519(message: bytes, signature: bytes, key: Pubkey) -> Instruction:
    """One signature, all of it in this instruction: offsets 48, 16 and 112, instruction 0xffff."""
    numbers = (1, 48, 0xFFFF, 16, 0xFFFF, 112, len(message), 0xFFFF)
    head = b"".join(number.to_bytes(2, "little") for number in numbers)
    return Instruction(ED25519_ID, head + bytes(key) + signature + message, [])


async def test_ed25519_precompile_accepts_and_refuses(cluster: EmbeddedCluster) -> None:
    signature = bytes(BUYER.sign_message(b"plings:1:tag"))
    before = await cluster.account(PAYER.pubkey())
    confirmed = await cluster.send([_ed25519(b"plings:1:tag", signature, BUYER.pubkey())], [PAYER])
    after = await cluster.account(PAYER.pubkey())
    assert before and after and before.lamports - after.lamports == confirmed.fee_lamports == 10_000
    with pytest.raises(TransactionRefused) as refused:
        await cluster.send([_ed25519(b"plings:1:lie", signature, BUYER.pubkey())], [PAYER])
    assert refused.value.program_id == ED25519_ID


@pytest.mark.parametrize("authority", [PAYER.pubkey(), None])
async def test_deployed_program_is_upgradeable_and_runs(cluster: EmbeddedCluster, authority: Pubkey | None) -> None:
    elf = (PROGRAMS / "spl_associated_token_account-1.1.1.so").read_bytes()
    cluster.deploy(PROGRAM, elf, upgrade_authority=authority)
    program, data = await cluster.accounts([PROGRAM, loader.program_data_address(PROGRAM)])
    assert program and data
    assert (program.owner, program.executable, program.data) == (
        LOADER_ID,
        True,
        b"\x02\x00\x00\x00" + bytes(loader.program_data_address(PROGRAM)),
    )
    assert (data.owner, data.executable) == (LOADER_ID, False)
    assert loader.upgrade_authority(data) == authority
    assert data.data[45:] == elf
    with pytest.raises(TransactionRefused) as refused:
        await cluster.send([Instruction(PROGRAM, b"", [])], [PAYER])
    assert refused.value.program_id == PROGRAM


async def test_deploying_again_replaces_the_code(cluster: EmbeddedCluster) -> None:
    before = (PROGRAMS / "spl_associated_token_account-1.1.1.so").read_bytes()
    after = (PROGRAMS / "spl_token_2022-10.0.0.so").read_bytes()
    cluster.deploy(PROGRAM, before, upgrade_authority=PAYER.pubkey())
    cluster.deploy(PROGRAM, after, upgrade_authority=BUYER.pubkey())
    data = await cluster.account(loader.program_data_address(PROGRAM))
    assert data and data.data[45:] == after and loader.upgrade_authority(data) == BUYER.pubkey()
    amount_to_ui = Instruction(PROGRAM, bytes([21]), [AccountMeta(MINT.pubkey(), False, False)])
    with pytest.raises(TransactionRefused) as refused:
        await cluster.send([amount_to_ui], [PAYER])
    assert any("GetAccountDataSize" in line for line in refused.value.logs)


async def test_what_is_no_program_is_not_deployed(cluster: EmbeddedCluster) -> None:
    with pytest.raises(SettingsError, match="does not load"):
        cluster.deploy(PROGRAM, b"\x7fELF nonsense", upgrade_authority=PAYER.pubkey())
    assert await cluster.accounts([PROGRAM, loader.program_data_address(PROGRAM)]) == [None, None]
    elf = (PROGRAMS / "spl_associated_token_account-1.1.1.so").read_bytes()
    cluster.deploy(PROGRAM, elf, upgrade_authority=PAYER.pubkey())
    with pytest.raises(SettingsError, match="does not load"):
        cluster.deploy(PROGRAM, elf[:-5000], upgrade_authority=BUYER.pubkey())
    data = await cluster.account(loader.program_data_address(PROGRAM))
    assert data and loader.upgrade_authority(data) == PAYER.pubkey()


@pytest.mark.parametrize(
    "data", [b"", b"\x03\x00\x00\x00", b"\x02" + bytes(60), b"\x03" + bytes(11) + b"\x02" + bytes(40)]
)
def test_other_accounts_have_no_upgrade_authority(data: bytes) -> None:
    with pytest.raises(ClusterError, match="ProgramData"):
        loader.upgrade_authority(Account(1, LOADER_ID, data, False))
    genuine = loader.program_data_bytes(b"", slot=0, upgrade_authority=PAYER.pubkey())
    with pytest.raises(ClusterError, match="ProgramData"):
        loader.upgrade_authority(Account(1, SYSTEM_ID, genuine, False))


NFT_COMPUTE_UNITS = {
    "mint": 3_746,
    "metadata": 3_736,
    "token account": 17_343,
    "mint one": 2_760,
    "buyer's token account": 20_444,
    "transfer": 2_642,
}
"""What the shipped programs take, without the budget instructions. The token accounts differ by their bumps."""


async def test_token_2022_makes_an_nft_and_its_delegate_moves_it(
    cluster: EmbeddedCluster,
) -> None:
    payer, mint, delegate = PAYER.pubkey(), MINT.pubkey(), STRANGER
    first, second = (token_2022.token_account(owner, mint) for owner in (PAYER.pubkey(), BUYER.pubkey()))
    rent = cluster._svm.minimum_balance_for_rent_exemption(600)
    steps = {
        "mint": [
            token_2022.create_mint_account(payer, mint, rent),
            token_2022.permanent_delegate(mint, delegate.pubkey()),
            token_2022.metadata_pointer(mint, payer),
            token_2022.initialize_mint(mint, payer),
        ],
        "metadata": [token_2022.metadata(mint, payer, "Plings", "PLING", "https://s.plings.io/m/1.1.3.1.1")],
        "token account": [token_2022.create_token_account(payer, payer, mint)],
        "mint one": [token_2022.mint_one(mint, first, payer), token_2022.drop_mint_authority(mint, payer)],
        "buyer's token account": [token_2022.create_token_account(payer, BUYER.pubkey(), mint)],
        "transfer": [token_2022.transfer_one(mint, first, second, delegate.pubkey())],
    }
    others = {"mint": [MINT], "transfer": [delegate]}
    units = {}
    for name, instructions in steps.items():
        confirmed = await cluster.send(instructions, [PAYER, *others.get(name, [])])
        units[name] = (confirmed.compute_units or 0) - BUDGET_COMPUTE_UNITS
    accounts = await cluster.accounts([first, second])
    assert [account and int.from_bytes(account.data[64:72], "little") for account in accounts] == [0, 1]
    assert units == NFT_COMPUTE_UNITS
    minted = await cluster.account(mint)
    assert minted and minted.owner == token_2022.TOKEN_2022 and b"https://s.plings.io/m/1.1.3.1.1" in minted.data

    with pytest.raises(TransactionRefused) as refused:
        await cluster.send([token_2022.transfer_one(mint, first, second, payer)], [PAYER])
    assert (refused.value.program_id, refused.value.custom_code) == (token_2022.TOKEN_2022, 1)


async def test_failure_of_an_inner_program_is_that_programs(cluster: EmbeddedCluster) -> None:
    """The Associated Token program asks Token-2022 about what is no mint, and passes its failure on."""
    await cluster.airdrop(MINT.pubkey(), SOL)
    with pytest.raises(TransactionRefused) as refused:
        await cluster.send([token_2022.create_token_account(PAYER.pubkey(), PAYER.pubkey(), MINT.pubkey())], [PAYER])
    failed = [line for line in refused.value.logs if " failed: " in line]
    assert len(failed) == 2 or refused.value.program_id == token_2022.ASSOCIATED_TOKEN
    assert refused.value.program_id and failed[0].startswith(f"Program {refused.value.program_id} failed")


def test_shipped_programs_are_those_of_the_readme() -> None:
    table = (PROGRAMS / "README.md").read_text()
    listed = dict(re.findall(r"^\| `(\S+\.so)` .*`([0-9a-f]{64})` \|$", table, re.MULTILINE))
    shipped = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in PROGRAMS.iterdir()
        if file.name.endswith(".so")
    }
    assert shipped == listed
