"""What the page says of facts that do not agree, are missing, or speak against a code."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from customer.stand import PRICE, Stand
from customer.wallet import done
from plings.customer.chain_facts import ChainFacts, chain_facts
from plings.customer.index_facts import index_facts
from plings.customer.rendering import render
from plings.customer.view import PageView, SaleState, Shown, Source
from plings.customer.viewing import Facts, page_view
from plings.identity import ScanUrl, parse_address
from plings.program.accounts import Status
from plings.registry import Registry, connect

ORIGIN = "https://s.plings.io"
OTHER_KEY = "244SQyMK1FqHtNPvJ37fCc2yFsVSR2V7Wqq2b7rto5LL"


def facts_of(stand: Stand, code: ScanUrl) -> Facts:
    with connect(stand.database) as connection:
        index = index_facts(Registry(connection), code)
    return Facts(code, index, asyncio.run(chain_facts(stand.cluster, code)))


@pytest.fixture(scope="module")
def unsold(stand: Stand) -> Facts:
    return facts_of(stand, stand.code("2.E.2"))


@pytest.fixture(scope="module")
def owned(stand: Stand) -> Facts:
    code = stand.code("2.E.3")
    done(stand, "/pay", code, stand.alice, amount=PRICE)
    return facts_of(stand, code)


def shown(facts: Facts) -> PageView:
    return page_view(facts, ORIGIN, "devnet")


def reasons(view: PageView) -> list[str]:
    return [one.code for one in view.reasons]


def why_not(view: PageView) -> list[str]:
    return [one.code for one in view.sale.why_not]


def with_maker(facts: Facts, **changes: Any) -> Facts:
    """As if the registry said something else of the manufacturer."""
    assert facts.index and facts.index.object.manufacturer
    maker = facts.index.object.manufacturer.model_copy(update=changes)
    told = facts.index.object.model_copy(update={"manufacturer": maker})
    return replace(facts, index=replace(facts.index, object=told))


def with_terms(facts: Facts, part: str, **changes: Any) -> Facts:
    """As if the chain said something else of the platform (`config`) or the `manufacturer`."""
    chain = facts.chain
    assert isinstance(chain, ChainFacts) and chain.standing
    terms = replace(chain.standing.terms, **{part: replace(getattr(chain.standing.terms, part), **changes)})
    return replace(facts, chain=replace(chain, standing=replace(chain.standing, terms=terms)))


def test_all_is_well(unsold: Facts) -> None:
    view = shown(unsold)
    assert (view.grade, view.sale.state, view.sale.can_pay) == (Shown.CLASS_GENUINE, SaleState.FIRST, True)


def test_registry_and_chain_that_name_different_keys(unsold: Facts) -> None:
    view = shown(with_maker(unsold, pubkey=OTHER_KEY))
    assert view.grade is Shown.COUNTERFEIT_CLASS and "keys_differ" in reasons(view) and not view.sale.can_pay
    assert view.product is None and view.owner is None


@pytest.mark.parametrize("status", ["suspended", "compromised", "retired"])
def test_a_manufacturer_that_the_registry_does_not_stand_for(unsold: Facts, status: str) -> None:
    view = shown(with_maker(unsold, status=status))
    assert view.grade is Shown.CLASS_GENUINE and "manufacturer_status" in reasons(view)
    assert why_not(view) == ["manufacturer_status"] and not view.sale.can_pay


def test_a_manufacturer_that_was_transferred_is_what_it_was(unsold: Facts) -> None:
    assert shown(with_maker(unsold, status="transferred")).sale.can_pay


@pytest.mark.parametrize(
    ("part", "changes", "rule"),
    [
        ("config", {"paused": True}, "paused"),
        ("manufacturer", {"status": Status.SUSPENDED}, "manufacturer_suspended"),
        ("manufacturer", {"status": Status.COMPROMISED}, "manufacturer_compromised"),
    ],
)
def test_what_the_program_would_refuse_is_said_before(unsold: Facts, part: str, changes: Any, rule: str) -> None:
    assert why_not(shown(with_terms(unsold, part, **changes))) == [rule]


def test_a_name_of_two_alphabets_is_told_of(unsold: Facts) -> None:
    view = shown(with_maker(unsold, name="IKEА"))
    assert "name_mixes_scripts" in reasons(view) and view.sale.can_pay


def test_nobody_can_be_asked(unsold: Facts) -> None:
    alone = Facts(unsold.code, None, None)
    view = shown(alone)
    assert (view.grade, reasons(view)) == (Shown.UNKNOWN_MANUFACTURER, ["keys_unavailable"])
    assert view.missing == ("chain", "index")
    assert unsold.index and unsold.index.object.manufacturer and unsold.index.object.manufacturer.pubkey
    key = parse_address(unsold.index.object.manufacturer.pubkey)
    view = shown(replace(alone, remembered=key))
    assert (view.grade, view.sale.state, why_not(view)) == (Shown.CLASS_GENUINE, SaleState.UNKNOWN, ["chain_away"])


def test_owner_by_the_chain_alone(owned: Facts, stand: Stand) -> None:
    view = shown(replace(owned, index=None))
    assert view.owner and (view.owner.address, view.owner.source) == (str(stand.alice.pubkey()), Source.CHAIN)
    assert (view.owner.how, view.is_history_whole) == (None, False)
    assert view.owner_may == ("list", "give")


def test_owner_by_the_index_alone(owned: Facts) -> None:
    view = shown(replace(owned, chain=None))
    assert view.owner and (view.owner.source, view.owner.how) == (Source.INDEX, "created")
    assert view.owner_may == () and view.sale.state is SaleState.UNKNOWN


def test_an_nft_that_moved_unseen_makes_no_owner_for_certain(owned: Facts) -> None:
    chain = owned.chain
    assert chain and chain.standing and chain.standing.found
    found = replace(chain.standing.found, holder=None)
    view = shown(replace(owned, chain=replace(chain, standing=replace(chain.standing, found=found))))
    assert view.owner and not view.owner.is_certain and view.owner_may == ()
    assert view.sale.state is SaleState.OWNED


def test_what_the_page_says_of_costs_adds_up(unsold: Facts) -> None:
    view = shown(unsold)
    shares = {"platform": 9_000_000, "manufacturer": 81_000_000}
    costs = {"rent_lamports": 1_000_000, "sponsor_lamports": 4_000_000, "network_fee_lamports": 5_000}
    sponsored = replace(view.sale, why_not=(), shares=shares, total_lamports=91_005_000, **costs)
    html = render("page.html", "en", path="/", query="", keep="", view=replace(view, sale=sponsored))
    told = re.findall("<dd>(\N{MINUS SIGN}?)([0-9.]+)\N{NO-BREAK SPACE}SOL</dd>", html)
    *parts, total = (-Decimal(amount) if sign else Decimal(amount) for sign, amount in told)
    assert sum(parts) == total == Decimal("0.091005")
