"""The operator's view, and its plots."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from api.asking import TOKEN
from customer.stand import MICRO_PRICE, PURSE, Stand
from customer.wallet import done
from plings.customer.plotting import Unit, stacked_bars

AS_OPERATOR = {"Authorization": f"Bearer {TOKEN}"}
SVG = "{http://www.w3.org/2000/svg}"


def test_sales_pools_lag_and_plots(stand: Stand) -> None:
    done(stand, "/pay", stand.code("2.8.2"), stand.alice, amount=MICRO_PRICE)
    response = stand.client.get("/v1/operator?days=366", headers=AS_OPERATOR)
    told = response.json()
    assert response.status_code == 200 and response.headers["cache-control"] == "no-store"
    assert told["pools"][0]["prefix"] == "2.3" and 0 < told["pools"][0]["available_lamports"] <= PURSE // 10
    assert told["slot"] > 0 and told["gaps"] == 0
    # the embedded cluster's clock stands in 2025, so that it has no sales of these days
    assert [plot["title"] for plot in told["plots"]] == ["Sales by manufacturer", "Sales by tier"]


def test_it_takes_the_token(stand: Stand) -> None:
    assert stand.client.get("/v1/operator").status_code == 401
    assert stand.client.get("/v1/operator", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert stand.client.get("/v1/operator?days=0", headers=AS_OPERATOR).status_code == 400


def test_sums_are_those_of_the_ledger(stand: Stand) -> None:
    from plings.customer.sales import sales
    from plings.registry import Registry, connect

    for instance, amount in (("8.3", MICRO_PRICE), ("8.4", MICRO_PRICE + 1)):
        done(stand, "/pay", stand.code(f"2.{instance}"), stand.bob, amount=amount)
    with connect(stand.database) as connection:
        found = sales(Registry(connection), 0)
        paid = Registry(connection).rows("SELECT sum(amount_lamports) AS sum FROM payment_leaves WHERE kind IN (1, 3)")
    assert {one.prefix for one in found} == {"2.3"} and {one.name for one in found} == {"IKEA"}
    assert sum(one.amount_lamports for one in found if one.tier in ("micro", "batch")) == paid[0]["sum"]


def test_bars_are_as_high_as_their_figures() -> None:
    plot = stacked_bars("Sales", ["Mon", "Tue"], {"IKEA": [50, 100], "<b>": [50, 0]}, Unit("sales"))
    root = ElementTree.fromstring(plot.svg)
    bars = [one for one in root.iter(f"{SVG}rect") if one.find(f"{SVG}title") is not None]
    heights = {bar.findtext(f"{SVG}title"): float(bar.get("height", 0)) for bar in bars}
    assert heights["Tue: IKEA 100"] == pytest.approx(2 * heights["Mon: IKEA 50"], abs=0.2)
    assert heights["Mon: <b> 50"] == heights["Mon: IKEA 50"]
    assert "IKEA 150" in plot.text and root.findtext(f"{SVG}desc") == plot.text


def test_the_smallest_of_many_are_one() -> None:
    plot = stacked_bars("Sales", ["Mon"], {f"maker {n}": [n] for n in range(1, 10)}, Unit("sales"))
    assert "4 others 10" in plot.text


def test_large_units() -> None:
    plot = stacked_bars("Sales", ["Mon"], {"IKEA": [150_000_000]}, Unit("SOL", 1_000_000_000))
    assert "in SOL: IKEA 0.15." in plot.text and ">0.2</text>" in plot.svg and ">0.1</text>" in plot.svg
