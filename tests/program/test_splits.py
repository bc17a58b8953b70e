"""Who gets what of a payment, on the chain itself: shares rounded down, the rest to whoever is last, nothing lost."""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fixtures.fix_program import SYSTEM_ID, World, address_of
from plings.chain import Account
from program.journey import MAKER

AMOUNTS = st.integers(1, 2**62) | st.integers(1, 20_000)
SHARES = st.integers(0, 2_500)
FEW = settings(
    max_examples=30, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PLATFORM, MANUFACTURER = address_of("platform treasury"), address_of("maker treasury")
WEALTH = 2**62 + 10**9


def run(coroutine: object) -> None:
    """The embedded cluster waits for nothing, so its coroutines end at the first step: no event loop is needed."""
    try:
        coroutine.send(None)  # type: ignore[attr-defined]
    except StopIteration:
        return
    raise AssertionError("the embedded cluster waited")


@FEW
@given(amount=AMOUNTS, fee_bps=SHARES)
@example(amount=2**62, fee_bps=2_500)
@example(amount=1, fee_bps=2_500)
@example(amount=9_999, fee_bps=1)
@example(amount=10_000, fee_bps=1)
def test_first_payment_is_split_to_the_lamport(deployed: World, amount: int, fee_bps: int) -> None:
    run(_first_payment(deployed, amount, fee_bps))


@FEW
@given(amount=AMOUNTS, fee_bps=SHARES, royalty_bps=SHARES)
@example(amount=2**62, fee_bps=2_500, royalty_bps=2_500)
@example(amount=1, fee_bps=2_500, royalty_bps=2_500)
@example(amount=3, fee_bps=2_500, royalty_bps=2_499)
def test_resale_is_split_to_the_lamport(deployed: World, amount: int, fee_bps: int, royalty_bps: int) -> None:
    run(_resale(deployed, amount, fee_bps, royalty_bps))


async def _first_payment(world: World, amount: int, fee_bps: int) -> None:
    await _set_terms(world, fee_bps, 0)
    receipt = await world.send(world.payment(MAKER.code("2.G.3j"), "alice", amount))
    platform = amount * fee_bps // 10_000
    assert receipt.moved.get(PLATFORM, 0) == platform
    assert receipt.moved.get(MANUFACTURER, 0) == amount - platform
    fields = receipt.event.fields
    assert (fields["platform_amount"], fields["manufacturer_amount"]) == (platform, amount - platform)


async def _resale(world: World, amount: int, fee_bps: int, royalty_bps: int) -> None:
    await _set_terms(world, fee_bps, royalty_bps)
    code = MAKER.code("2.G.3j")
    await world.listed_by("carol", code, amount)
    receipt = await world.send(world.payment(code, "alice", amount, seller="carol"))
    platform, royalty = amount * fee_bps // 10_000, amount * royalty_bps // 10_000
    assert receipt.moved.get(PLATFORM, 0) == platform
    assert receipt.moved.get(MANUFACTURER, 0) == royalty
    assert receipt.moved.get(address_of("carol"), 0) == amount - platform - royalty
    assert receipt.event.fields["seller_amount"] == amount - platform - royalty


async def _set_terms(world: World, fee_bps: int, royalty_bps: int) -> None:
    """A new world for each example: the last one is rewound."""
    world.rewind()
    world.__init__()  # type: ignore[misc]
    world.put(address_of("alice"), Account(WEALTH, SYSTEM_ID, b"", False))
    await world.initialize()
    await world.send(world.change_of_config(platform_fee_bps=fee_bps))
    await world.send(world.change_of_maker(royalty_bps=royalty_bps, price_floor_lamports=0))
