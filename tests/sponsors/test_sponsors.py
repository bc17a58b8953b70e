"""Sponsor pools from their opening to their end, and rent that comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.sysvar import RENT

from logs.trade import Trade
from plings.chain import Account
from plings.errors import ClusterError, NotRegistered, PathError, TransactionRefused
from plings.objects import find_manufacturer, transfer_ownership
from plings.program import errors
from plings.sponsors import PoolTerms, close_pool, find_pool, fund_pool, open_pool, return_rent, update_pool
from sponsors.sales import FUNDS, TERMS, sell

TOKEN_ACCOUNT_RENT = 2_074_080


@pytest.fixture
def authority(trade: Trade) -> Keypair:
    return trade.market.actors.manufacturer


@pytest.fixture
async def funded(trade: Trade, authority: Keypair) -> Trade:
    """A trade with a pool that can spend FUNDS."""
    await open_pool(trade.cluster, authority, "2.3", TERMS)
    await fund_pool(trade.cluster, trade.bob, "2.3", FUNDS)
    return trade


async def test_pool_tells_what_it_has_and_what_for(trade: Trade, authority: Keypair) -> None:
    opened = await open_pool(trade.cluster, authority, "2.3", TERMS, payer=trade.bob)
    found = await find_pool(trade.cluster, "2.3")
    assert (found.address, found.terms, found.available_lamports) == (opened.address, TERMS, 0)
    assert found.lamports == found.rent_lamports
    await fund_pool(trade.cluster, trade.bob, "2.3", FUNDS)
    identity_key = (await find_manufacturer(trade.cluster, "2.3")).identity_key
    assert (await find_pool(trade.cluster, identity_key)).available_lamports == FUNDS
    with pytest.raises(TransactionRefused, match="already in use"):
        await open_pool(trade.cluster, authority, "2.3", TERMS)


async def test_terms_are_the_authority_s_to_change(funded: Trade, authority: Keypair) -> None:
    changed = replace(TERMS, per_item_lamports=7)
    await update_pool(funded.cluster, authority, "2.3", changed)
    assert (await find_pool(funded.cluster, "2.3")).terms == changed
    for upside_down in (PoolTerms(1, 2, 1), PoolTerms(0, 1, 2)):
        with pytest.raises(errors.InvalidSponsorTerms):
            await update_pool(funded.cluster, authority, "2.3", upside_down)
    for thief in (funded.alice, funded.market.actors.platform):
        with pytest.raises(errors.NotManufacturerAuthority):
            await update_pool(funded.cluster, thief, "2.3", TERMS)
        with pytest.raises(errors.NotManufacturerAuthority):
            await close_pool(funded.cluster, thief, "2.3")
    with pytest.raises(errors.ZeroAmount):
        await fund_pool(funded.cluster, funded.bob, "2.3", 0)


async def test_closed_pool_is_the_treasury_s(funded: Trade, authority: Keypair) -> None:
    found = await find_pool(funded.cluster, "2.3")
    treasury = funded.market.actors.manufacturer_treasury.pubkey()
    before = await funded.cluster.account(treasury)
    closed = await close_pool(funded.cluster, authority, "2.3")
    after = await funded.cluster.account(treasury)
    assert (closed.address, closed.manufacturer_treasury, closed.amount_lamports) == (
        found.address,
        treasury,
        found.lamports,
    )
    assert before and after and after.lamports == before.lamports + found.lamports
    with pytest.raises(NotRegistered, match=r"manufacturer of 2\.3 has no sponsor pool"):
        await find_pool(funded.cluster, "2.3")


async def test_without_a_pool_nothing_is_sent(trade: Trade, authority: Keypair) -> None:
    for verb in (
        fund_pool(trade.cluster, trade.bob, "2.3", FUNDS),
        update_pool(trade.cluster, authority, "2.3", TERMS),
        close_pool(trade.cluster, authority, "2.3"),
    ):
        with pytest.raises(NotRegistered, match="has no sponsor pool"):
            await verb
    with pytest.raises(NotRegistered, match=r"for 2\.4"):
        await open_pool(trade.cluster, authority, "2.4", TERMS)
    with pytest.raises(PathError):
        await find_pool(trade.cluster, "2.3" + ".222222" * 12)
    with pytest.raises(errors.NotManufacturerAuthority):
        await open_pool(trade.cluster, trade.alice, "2.3", TERMS)


async def test_rent_comes_back_once_the_nft_has_left(funded: Trade) -> None:
    alice, bob = funded.alice.pubkey(), funded.bob.pubkey()
    with pytest.raises(NotRegistered, match="has no account"):
        await return_rent(funded.cluster, funded.bob, funded.code(), alice)
    await sell(funded.market, funded.code(), funded.alice)
    spent = (await find_pool(funded.cluster, "2.3")).pool
    assert (spent.sponsored_count, spent.sponsored_lamports) == (1, FUNDS - await available(funded))
    with pytest.raises(errors.NotReturnable):
        await return_rent(funded.cluster, funded.bob, funded.code(), alice)
    await transfer_ownership(funded.cluster, funded.code(), funded.alice, bob)
    before = await available(funded)
    done = await return_rent(funded.cluster, funded.bob, funded.code(), alice)
    found = await find_pool(funded.cluster, "2.3")
    assert (done.destination, done.amount_lamports) == (found.address, TOKEN_ACCOUNT_RENT)
    assert found.available_lamports == before + TOKEN_ACCOUNT_RENT
    assert found.pool.returned_lamports == TOKEN_ACCOUNT_RENT
    for owner in (alice, bob, funded.market.actors.platform.pubkey()):
        with pytest.raises((errors.WrongTokenAccount, errors.NotReturnable)):
            await return_rent(funded.cluster, funded.bob, funded.code(), owner)


async def test_rent_of_a_closed_pool_comes_back_to_the_treasury(funded: Trade, authority: Keypair) -> None:
    await sell(funded.market, funded.code(), funded.alice)
    await transfer_ownership(funded.cluster, funded.code(), funded.alice, funded.bob.pubkey())
    await close_pool(funded.cluster, authority, "2.3")
    done = await return_rent(funded.cluster, funded.bob, funded.code(), funded.alice.pubkey())
    assert done.destination == funded.market.actors.manufacturer_treasury.pubkey()


@pytest.mark.parametrize("told", [None, b"", bytes(16)])
async def test_cluster_that_does_not_tell_its_rent_is_not_guessed_for(funded: Trade, told: bytes | None) -> None:
    class Forgetful:
        """The trade's cluster, with another account of what rent is."""

        def __getattr__(self, name: str) -> Any:
            return getattr(funded.cluster, name)

        async def accounts(self, addresses: Sequence[Pubkey]) -> list[Account | None]:
            accounts = await funded.cluster.accounts(addresses)
            rent = None if told is None else Account(1, RENT, told, False)
            return [rent if address == RENT else account for address, account in zip(addresses, accounts, strict=True)]

    with pytest.raises(ClusterError, match="what rent is"):
        await find_pool(Forgetful(), "2.3")  # type: ignore[arg-type]


async def available(trade: Trade) -> int:
    return (await find_pool(trade.cluster, "2.3")).available_lamports
