"""Every route, on what the real program did."""

from __future__ import annotations

import re

import httpx
import pytest

from api.asking import TOKEN, asked, code_of, openapi, pages, refuses, tells, url_of
from api.conftest import TRAFFIC
from api.test_proofs import leaf_of
from plings.identity import Path, ScanUrl, format_address, make_code
from plings.program import pda
from plings.proofs import Frontier, Ownership
from plings.proofs.document import format_hash
from plings.registry import Registry, connect
from program.journey import ALICE, BOB, CAROL, MAKER, plain_code
from registry.world import identity

IKEA = identity("2.3")
GENUINE = make_code(IKEA, Path("2.3.2.G.3j"))
LOG = str(pda.payment_log_address(MAKER.account, 0))


def test_whose_an_object_is_by_a_leaf(api: httpx.Client) -> None:
    code = MAKER.code("2.G.mic")
    told = tells(api, "/v1/ownership", **code_of(code))
    assert (told["owner"], told["how"]) == (str(ALICE.pubkey()), "payment")
    assert (told["payment_log"], told["number"]) == (LOG, 2)
    assert (told["is_gapless"], told["is_provisional"], told["account"], told["next"]) == (True, False, None, None)
    (only,) = told["history"]
    assert {name: told[name] for name in only} == only
    assert told == tells(api, "/v1/ownership", **url_of(code)) == tells(api, "/v1/ownership", t="n", **code_of(code))


def test_whose_an_object_is_by_its_account(api: httpx.Client) -> None:
    code = plain_code()
    told = tells(api, "/v1/ownership", **code_of(code))
    people = {str(one.pubkey()): name for one, name in ((ALICE, "alice"), (BOB, "bob"), (CAROL, "carol"))}
    assert [(people[one["owner"]], one["how"]) for one in told["history"]] == [
        ("alice", "created"),
        ("bob", "purchased"),
        ("alice", "purchased"),
        ("carol", "transferred"),
        ("bob", "transferred"),
    ]
    assert told["account"]["address"] == str(pda.payment_address(code))
    assert (told["account"]["state"], told["account"]["asking_price_lamports"]) == ("owned", None)
    assert (told["receipt"], told["no_receipt"]) == (None, "account")


def test_what_is_provisional_says_so(api: httpx.Client) -> None:
    latest = TRAFFIC[-1].leaf
    told = asked(api, "/v1/ownership", **code_of(latest)).json()
    assert told["is_provisional"]


@pytest.mark.parametrize("code", [MAKER.code("2.G.never"), GENUINE])
def test_an_object_that_nobody_bought(api: httpx.Client, code: ScanUrl) -> None:
    assert refuses(api, "/v1/ownership", 404, **code_of(code)) == ("unknown_object", None)
    assert refuses(api, "/v1/history", 404, **code_of(code)) == ("unknown_object", None)
    told = tells(api, "/v1/objects", **code_of(code))
    assert (told["is_seen"], told["owner"], told["account"]) == (False, None, None)


def test_an_object_that_only_money_was_sent_to(api: httpx.Client) -> None:
    told = tells(api, "/v1/objects", **code_of(MAKER.code("2.G.dep")))
    assert told["is_seen"]


def test_what_a_code_is(api: httpx.Client) -> None:
    told = tells(api, "/v1/objects", **url_of(GENUINE))
    assert (told["grade"], told["url"]) == ("class genuine", GENUINE.text)
    assert told["product"]["name"] == "BILLY bookcase, white"
    assert told["manufacturer"] == {
        "prefix": "2.3",
        "name": "IKEA",
        "pubkey": format_address(IKEA.public_key),
        "status": "active",
    }
    signed = make_code(IKEA, Path("2.3.2.G.3j"), signed=True)
    assert tells(api, "/v1/objects", **url_of(signed))["grade"] == "tag genuine"
    assert tells(api, "/v1/objects", **code_of(MAKER.code("2.G.mic")))["grade"] == "counterfeit class"
    assert tells(api, "/v1/objects", **code_of(MAKER.code("2.G.mic")))["product"] is None
    assert tells(api, "/v1/objects", p="2.9.2.G.3j", cp="UYtaAsvd6GL", i=LOG)["grade"] == "unknown manufacturer"


def test_histories_are_those_of_the_leaves(api: httpx.Client) -> None:
    leaves = [one.leaf for one in TRAFFIC]
    told_by_log: dict[bytes, Ownership] = {}
    for leaf in leaves:
        told_by_log.setdefault(leaf.payment_log, Ownership(leaf.payment_log)).append(leaf)
    for key, leaf in {leaf.object_key: leaf for leaf in leaves}.items():
        owners = told_by_log[leaf.payment_log]
        told = pages(api, "/v1/history", "history", limit=2, **code_of(leaf))
        assert told[-1]["owner"] == format_address(owners.owner_of(key) or b"")
        assert all(one["payment_log"] == format_address(leaf.payment_log) for one in told)
        first = tells(api, "/v1/ownership", **code_of(leaf))
        assert first["history"] == told[:50]


def test_metadata_of_an_nft_that_is_not_there_yet(api: httpx.Client) -> None:
    code = MAKER.code("2.G.mic")
    told = tells(api, "/v1/metadata", **code_of(code))
    assert (told["name"], told["symbol"], told["properties"]["is_virtual"]) == (code.path.text, "PLINGS", True)
    assert told["properties"]["owner"] == str(ALICE.pubkey())
    assert told["image"].startswith("data:image/svg+xml")
    assert tells(api, "/nft", **code_of(code)) == told  # where the program's mints say that it is
    owned = tells(api, "/v1/metadata", **code_of(plain_code()))
    assert owned["properties"]["is_virtual"] is False
    assert refuses(api, "/v1/metadata", 404, **code_of(GENUINE)) == ("unknown_object", None)


def test_logs_and_their_leaves(api: httpx.Client) -> None:
    logs = pages(api, "/v1/logs", "logs", limit=1)
    assert [one["payment_log"] for one in logs].count(LOG) == 1 and len(logs) == 3
    (log,) = [one for one in logs if one["payment_log"] == LOG]
    assert (log["manufacturer"], log["shard"], log["missing"]) == (str(MAKER.account), 0, 0)
    assert log["checkpoints"] >= 1
    assert tells(api, f"/v1/logs/{LOG}") == log | {"gaps": []}
    leaves = pages(api, f"/v1/logs/{LOG}/leaves", "leaves", limit=3)
    assert [one["number"] for one in leaves] == list(range(log["leaf_count"]))
    assert tells(api, f"/v1/logs/{LOG}/leaves/2") == leaves[2]
    assert leaves[2]["amount_lamports"] == leaves[2]["platform_lamports"] + leaves[2]["manufacturer_lamports"]
    assert refuses(api, f"/v1/logs/{LOG}/leaves/{log['leaf_count']}", 404) == ("unknown_leaf", None)


def test_leaves_hash_to_the_root_that_the_program_noted(api: httpx.Client) -> None:
    """What an auditor does: with the leaves and a root from the chain, nobody is believed."""
    tree, roots = Frontier(), {}
    for one in pages(api, f"/v1/logs/{LOG}/leaves", "leaves"):
        tree = tree.append(leaf_of(one).hash)
        roots[tree.count] = format_hash(tree.root)
    checkpoints = pages(api, f"/v1/logs/{LOG}/checkpoints", "checkpoints", limit=1)
    assert checkpoints and [one["checkpoint_id"] for one in checkpoints] == list(range(len(checkpoints)))
    assert all(one["root"] == roots[one["leaf_count"]] for one in checkpoints)


@pytest.mark.parametrize("below", ["", "/leaves", "/leaves/0", "/checkpoints"])
def test_a_log_that_nobody_heard_of(api: httpx.Client, below: str) -> None:
    assert refuses(api, f"/v1/logs/{MAKER.account}{below}", 404) == ("unknown_log", None)


def test_products_and_classes(api: httpx.Client, told_url: str) -> None:
    product = tells(api, f"/v1/products/{GENUINE.class_pointer}")
    assert (product["name"], product["price_amount"], product["price_currency"]) == (
        "BILLY bookcase, white",
        "49.9000",
        "EUR",
    )
    assert (product["path_to_pointer"], product["prefix"], product["sku"]) == ("2.3.2", "2.3", "00263850")
    made = tells(api, f"/v1/classes/{product['class_id']}")
    assert [one["class_pointer"] for one in made["pointers"]] == [str(GENUINE.class_pointer)]
    assert (made["gtin"], made["status"]) == ("4006381333931", "active")
    assert refuses(api, "/v1/products/11111111111", 404) == ("unknown_pointer", None)
    with connect(told_url) as connection:
        secret = Registry(connection).rows("SELECT id FROM object_classes WHERE name LIKE 'KALLAX%%'")[0]["id"]
    assert refuses(api, f"/v1/classes/{secret}", 404) == ("unknown_class", None)


def test_alerts_are_counted_for_anybody_and_told_to_the_operator(api: httpx.Client) -> None:
    counted = asked(api, "/v1/alerts/counts")
    assert counted.json() == {"low": 2, "medium": 2, "high": 2, "critical": 1}
    operator = {"Authorization": f"Bearer {TOKEN}"}
    told = pages(api, "/v1/alerts", "alerts", limit=2, headers=operator)
    assert [one["message"] for one in told] == [f"alert {number}" for number in reversed(range(7))]
    for wrong in (
        None,
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": "Bearer \xe9"},
        {"Authorization": TOKEN},
    ):
        assert refuses(api, "/v1/alerts", 401, headers=wrong) == ("token", "authorization")


def test_standing(api: httpx.Client) -> None:
    assert tells(api, "/health") == {"status": "ok"}
    ready = tells(api, "/ready")
    assert ready["provisional"] == 100 and ready["gaps"] == 0


def test_metrics(api: httpx.Client) -> None:
    tells(api, "/v1/logs")
    for headers in ({}, {"Authorization": "Bearer nonsense"}):
        assert refuses(api, "/metrics", 401, headers=headers) == ("token", "authorization")
    response = asked(api, "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    samples = samples_of(response.text)
    assert samples["plings_database_up"] == 1
    assert samples["plings_indexer_provisional_transactions"] == 100
    assert samples["plings_indexer_leaves"] == sum(one["leaf_count"] for one in pages(api, "/v1/logs", "logs"))
    assert samples['plings_alerts_open{type="TEST_ALERT",severity="LOW"}'] == 2
    assert samples['plings_api_requests_total{route="/v1/logs",status="200"}'] >= 1
    count = samples['plings_api_request_duration_seconds_count{route="/v1/logs"}']
    assert samples['plings_api_request_duration_seconds_bucket{route="/v1/logs",le="+Inf"}'] == count >= 1


def samples_of(text: str) -> dict[str, float]:
    """The samples of Prometheus' text, each of a metric that was described before it."""
    described, samples = set(), {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            described.add(line.split()[2])
        elif not line.startswith("# HELP "):
            found = re.fullmatch(r'([a-z_]+)(\{(?:[a-z]+="[^"\n]*",?)+\})? (\S+)', line)
            assert found, line
            assert found[1] in described or re.sub("_(bucket|sum|count)$", "", found[1]) in described
            name = found[1] + (found[2] or "")
            assert name not in samples
            samples[name] = float(found[3])
    assert text.endswith("\n")
    return samples


def test_the_document_is_served_and_no_page_that_loads_from_elsewhere(api: httpx.Client) -> None:
    assert api.get("/openapi.json").json() == openapi()
    for path in ("/", "/docs", "/redoc", "/v1", "/v1/logs/"):
        assert refuses(api, path, 404) == ("unknown_route", None)


def test_every_route_of_the_document_is_in_these_tests() -> None:
    from pathlib import Path as File

    text = "".join(file.read_text() for file in File(__file__).parent.glob("test_*.py"))
    text = text.replace("{LOG}", "{payment_log}")
    for path in openapi()["paths"]:
        start = path.partition("{number}")[0].partition("{class")[0]
        assert start.rstrip("/") in text, path
