"""On a real solana-test-validator: the published client of Solana Pay pays, and the object is sold on."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from urllib.parse import quote

import pytest
from solders.pubkey import Pubkey

import plings.program
from customer.stand import ACTORS, PRICE, Stand, follow, open_cluster, serving, stock
from customer.wallet import asked, followed, new_reference, signed, view
from fixtures.fix_registry import copied_database
from fixtures.fix_validator import GenesisProgram, running_validator
from plings.chain import connect
from plings.identity import ScanUrl
from plings.program import PROGRAM_ID
from plings.registry import Registry
from plings.registry import connect as connect_database
from plings.server import EmbeddedServer

pytestmark = pytest.mark.validator

NODE = Path(__file__).with_name("node")
HOW_TO_GET_IT = "no @solana/pay: toolchain/browser installs it"


class ValidatorStand(Stand):
    """The same over a validator."""

    node: str = ""

    def index(self) -> None:
        async def followed_once() -> None:
            async with connect(self.node) as cluster:
                with connect_database(self.database) as connection:
                    await follow(cluster, Registry(connection))

        asyncio.run(followed_once())


@pytest.fixture(scope="module")
def on_validator(
    postgresql: EmbeddedServer, templates: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ValidatorStand]:
    binary = Path(plings.program.__file__).with_name("plings.so")
    program = GenesisProgram(PROGRAM_ID, binary, ACTORS.platform.pubkey())
    with (
        running_validator(tmp_path_factory.mktemp("customer"), [program]) as validator,
        copied_database(postgresql, templates["settled"]) as url,
    ):
        stock(url)
        asyncio.run(_opened(validator.url))
        with serving(url, lambda: connect(validator.url), origin="https://s.plings.io") as client:
            made = ValidatorStand(client, None, url)  # type: ignore[arg-type]
            ValidatorStand.node = validator.url
            made.index()
            yield made


async def _opened(url: str) -> None:
    async with connect(url) as cluster:
        await open_cluster(cluster)


def wait_for(stand: Stand, reference: Pubkey, code: ScanUrl, *states: str) -> dict[str, object]:
    """Until the payment is in one of these states."""
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        told = followed(stand, reference, code)
        if told["state"] in states:
            return told
        time.sleep(0.4)
    raise AssertionError(f"the payment is {told}")


def test_the_published_client_pays_and_the_object_is_sold_on(on_validator: ValidatorStand) -> None:
    if which("node") is None or not (NODE / "node_modules").is_dir():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(HOW_TO_GET_IT)
    stand, code, reference = on_validator, on_validator.code("2.7.2"), new_reference()
    link = f"{view(stand, code)['links']['pay']}&amount={PRICE}&reference={reference}"
    run = subprocess.run(
        ["node", str(NODE / "pay.mjs"), stand.node, stand.url, f"solana:{quote(link, safe='')}", str(reference)],
        input=json.dumps(list(bytes(stand.alice))),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert told["signature"] == told["byReference"] and told["label"] and told["icon"]
    assert str(PROGRAM_ID) in told["programs"]
    state = wait_for(stand, reference, code, "confirmed", "finalized")
    assert (state["signature"], state["account"]) == (told["signature"], str(stand.alice.pubkey()))
    assert view(stand, code)["owner"]["address"] == str(stand.alice.pubkey())
    listing, purchase = new_reference(), new_reference()
    _done(stand, "/v1/transactions/list", code, stand.alice, listing, asking_price_lamports=2 * PRICE)
    _done(stand, "/pay", code, stand.bob, purchase)
    stand.index()
    after = view(stand, code)
    assert (after["owner"]["address"], after["owner"]["source"]) == (str(stand.bob.pubkey()), "chain")
    assert [one["how"] for one in after["history"]] == ["created", "purchased"]
    assert wait_for(stand, reference, code, "finalized")["state"] == "finalized"


def _done(stand: Stand, path: str, code: ScanUrl, key: object, reference: Pubkey, **given: object) -> None:
    response = asked(stand, path, code, key, reference=reference, **given)  # type: ignore[arg-type]
    assert response.status_code == 200, response.text
    sent = stand.client.post("/v1/send", json={"transaction": signed(response.json(), key)})  # type: ignore[arg-type]
    assert sent.status_code == 200, sent.text
    wait_for(stand, reference, code, "confirmed", "finalized")
