"""Who owns an object, in one answer: as its leaves, its slot or its account say it."""

from __future__ import annotations

import pytest

from indexer.conftest import emptied
from indexer.traffic import Happening, happenings
from plings.errors import PathError, StateRefused, ValueRefused
from plings.identity import ScanUrl
from plings.indexer import Batch, RawTransaction, index
from plings.indexer.reading import How, Ownership, ownership
from plings.indexer.rebuild import rebuild
from plings.program import pda
from plings.proofs import Leaf
from plings.proofs import Ownership as ByLeaves
from plings.registry import Registry
from program.journey import ALICE, BOB, CAROL, MAKER, plain_code


def owned(registry: Registry, code: ScanUrl | Leaf, **page: int) -> Ownership | None:
    return ownership(
        registry, path=code.path.text, class_pointer=code.class_pointer.value, address=code.address, **page
    )


def sure(registry: Registry, code: ScanUrl | Leaf, **page: int) -> Ownership:
    found = owned(registry, code, **page)
    assert found
    return found


def put(registry: Registry, traffic: list[Happening], commitment: str = "finalized") -> None:
    index(registry, Batch([each.raw() for each in traffic], commitment=commitment))  # type: ignore[arg-type]


def test_a_leaf_s_owner(registry: Registry, journey: list[RawTransaction]) -> None:
    index(registry, Batch(journey))
    code = MAKER.code("2.G.mic")
    found = sure(registry, code)
    assert found.current and found.history == (found.current,)
    assert (found.owner, found.current.how, found.is_virtual) == (bytes(ALICE.pubkey()), How.PAYMENT, True)
    assert (found.current.payment_log, found.current.number) == (bytes(pda.payment_log_address(MAKER.account, 0)), 2)
    assert (found.account, found.is_gapless, found.is_provisional, found.next_after) == (None, True, False, None)
    raws = {raw.signature: raw for raw in journey}
    assert raws[found.current.signature].slot == found.current.slot
    assert raws[found.current.signature].block_time_unix == found.current.since_unix
    assert (found.path, found.class_pointer, found.address) == (code.path.text, code.class_pointer.text, code.address)
    by_text = ownership(registry, path=code.path.text, class_pointer=code.class_pointer.text, address=code.address)
    assert by_text == found


def test_a_slot_s_owner(registry: Registry, journey: list[RawTransaction]) -> None:
    index(registry, Batch(journey))
    found = sure(registry, MAKER.code("5.G.3k"))
    assert found.current and found.current.how is How.SLOT_PAYMENT and found.is_virtual


def test_an_account_s_owner(registry: Registry, journey: list[RawTransaction]) -> None:
    index(registry, Batch(journey))
    code = plain_code()
    found = sure(registry, code)
    alice, bob, carol = (bytes(key.pubkey()) for key in (ALICE, BOB, CAROL))
    assert [(each.owner, each.how) for each in found.history] == [
        (alice, How.CREATED),
        (bob, How.PURCHASED),
        (alice, How.PURCHASED),
        (carol, How.TRANSFERRED),
        (bob, How.TRANSFERRED),
    ]
    assert found.account and not found.is_virtual
    assert found.account.address == bytes(pda.payment_address(code))
    assert found.account.mint == str(pda.mint_address(pda.payment_address(code)))
    assert (found.account.state, found.account.asking_price_lamports, found.account.royalty_bps) == (
        "owned",
        None,
        None,
    )


def test_an_offer_is_told_while_it_stands(registry: Registry, journey: list[RawTransaction]) -> None:
    prices, owners = list[int | None](), list[bytes | None]()
    for raw in journey:
        index(registry, Batch([raw]))
        found = owned(registry, plain_code())
        if found and found.account and (not prices or prices[-1] != found.account.asking_price_lamports):
            prices.append(found.account.asking_price_lamports)
            owners.append(found.owner)
            assert (found.account.offer_ends_at_unix is None) == (prices[-1] is None)
    assert prices == [None, 10**9, None, 10**9, None, 10**9, None]
    alice, bob = bytes(ALICE.pubkey()), bytes(BOB.pubkey())
    assert owners == [alice, alice, bob, bob, alice, alice, alice]


def test_a_claim_is_told_beside_the_leaf_s_owner(registry: Registry, journey: list[RawTransaction]) -> None:
    states = list[tuple[str | None, How | None, str | None]]()
    for raw in journey:
        index(registry, Batch([raw]))
        found = owned(registry, MAKER.code("3.G.mic"))
        if found:
            account = found.account
            state = (account and account.state, found.current and found.current.how, account and account.title_owner)
            if not states or states[-1] != state:
                states.append(state)
    alice, bob = str(ALICE.pubkey()), str(BOB.pubkey())
    assert states == [
        (None, How.PAYMENT, None),
        (None, How.TRANSFER, None),
        ("claimed", How.TRANSFER, alice),
        ("claimed", How.TRANSFER, bob),
        ("owned", How.PROMOTED, None),
    ]


def test_what_nobody_bought_is_nobody_s(registry: Registry, journey: list[RawTransaction]) -> None:
    code = MAKER.code("2.G.dep")
    for raw in journey:
        index(registry, Batch([raw]))
        found = owned(registry, code)
        if found:
            break
    assert found and found.account
    assert (found.account.state, found.current, found.owner, found.history) == ("deposit", None, None, ())
    assert not found.is_virtual
    index(registry, Batch(journey))
    assert owned(registry, MAKER.code("2.G.never")) is None


def test_path_pointer_and_address_belong_together(registry: Registry, journey: list[RawTransaction]) -> None:
    index(registry, Batch(journey))
    code, other = MAKER.code("2.G.mic"), MAKER.code("3.G.mic")
    assert (
        ownership(registry, path=code.path.text, class_pointer=other.class_pointer.text, address=code.address) is None
    )
    assert (
        ownership(registry, path=code.path.text, class_pointer=code.class_pointer.text, address=other.address) is None
    )
    assert (
        ownership(registry, path=other.path.text, class_pointer=code.class_pointer.text, address=code.address) is None
    )


@pytest.mark.parametrize("seed", range(4))
def test_owners_are_those_that_the_leaves_say(registry: Registry, seed: int) -> None:
    traffic = happenings(seed, 120)
    put(registry, traffic)
    for log in sorted({each.leaf.payment_log for each in traffic}):
        told, objects = ByLeaves(log), dict[tuple[str, bytes, bytes], Leaf]()
        for leaf in (each.leaf for each in traffic if each.leaf.payment_log == log):
            told.append(leaf)
            objects[leaf.object_key] = leaf
        for key, leaf in objects.items():
            found = sure(registry, leaf)
            assert [(each.number, each.owner) for each in found.history] == [
                (each.number, each.owner) for each in told.history_of(key)
            ]
            assert found.owner == told.owner_of(key)


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_history_comes_in_pages(registry: Registry, limit: int) -> None:
    traffic = happenings(3, 200, logs=1, objects=1, actors=2)
    put(registry, traffic)
    whole = sure(registry, traffic[0].leaf, limit=1000)
    assert len(whole.history) > 5
    pages, after = [], 0
    while True:
        page = sure(registry, traffic[0].leaf, after=after, limit=limit)
        assert page.current == whole.current
        pages += page.history
        if page.next_after is None:
            break
        after = page.next_after
        assert len(page.history) == limit
    assert tuple(pages) == whole.history
    beyond = sure(registry, traffic[0].leaf, after=10**9)
    assert (beyond.history, beyond.next_after, beyond.current) == ((), None, whole.current)


def test_a_gap_anywhere_in_the_log_leaves_it_open(registry: Registry) -> None:
    traffic = happenings(1, 40, logs=2)
    logs = [each.leaf.payment_log for each in traffic]
    lost = next(each for each in traffic[5:] if logs.count(each.leaf.payment_log) - 1 > each.leaf.number)
    put(registry, [each for each in traffic if each is not lost])
    told = set()
    for each in traffic:
        if found := owned(registry, each.leaf):
            assert found.is_gapless == (each.leaf.payment_log != lost.leaf.payment_log)
            told.add(found.is_gapless)
    assert told == {True, False}
    put(registry, [lost])
    assert all(sure(registry, each.leaf).is_gapless for each in traffic)


def test_what_can_be_undone_is_provisional(registry: Registry) -> None:
    traffic = happenings(2, 30)
    put(registry, traffic[:15])
    put(registry, traffic[15:], "confirmed")
    for each in traffic[:15]:
        found = sure(registry, each.leaf)
        late = {other.leaf.number for other in traffic[15:] if other.leaf.payment_log == each.leaf.payment_log}
        assert found.is_provisional == any(tenure.number in late for tenure in found.history)
        assert [tenure.is_provisional for tenure in found.history] == [
            tenure.number in late for tenure in found.history
        ]
    index(registry, Batch((), complete_through=traffic[-1].slot))
    assert not any(found.is_provisional for each in traffic if (found := owned(registry, each.leaf)))


def test_nothing_is_told_while_the_index_is_rebuilt(registry: Registry) -> None:
    traffic = happenings(1, 30)
    put(registry, traffic)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(registry, killed, page_size=10)
    with pytest.raises(StateRefused) as refused:
        owned(registry, traffic[0].leaf)
    assert refused.value.rule == "rebuilding"
    rebuild(registry)
    assert sure(registry, traffic[0].leaf)


def test_what_is_no_code_is_refused(registry: Registry) -> None:
    leaf = happenings(1, 1)[0].leaf
    with pytest.raises(PathError):
        ownership(registry, path="2.3.1x", class_pointer=leaf.class_pointer.value, address=leaf.address)
    with pytest.raises(ValueError):
        ownership(registry, path=leaf.path.text, class_pointer=b"short", address=leaf.address)
    with pytest.raises(ValueError):
        ownership(registry, path=leaf.path.text, class_pointer=leaf.class_pointer.value, address=b"short")
    for limit in (0, 1001):
        with pytest.raises(ValueRefused, match="limit"):
            owned(registry, leaf, limit=limit)
    assert owned(emptied(registry), leaf) is None
