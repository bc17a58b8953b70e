"""Asking one node: what is asked again, what is not, and that nothing but our own errors comes out."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from fixtures.fix_node import HANG_UP, QUICK, SAY_NOTHING, Fault, Http, ScriptedNode, in_turn
from plings.chain.node import Node, NodeRefusal, NodeSilence
from plings.errors import ClusterError

SHORT = replace(QUICK, request=0.5, reading=1.0)


@pytest.fixture
async def asking(node: ScriptedNode) -> AsyncIterator[Node]:
    asking = Node(node.url + "/?api-key=secret", SHORT)
    yield asking
    await asking.close()


TROUBLES = {
    "hangs up": HANG_UP,
    "says nothing": SAY_NOTHING,
    "is limited": Http(429, b"slow down"),
    "is overloaded": Http(503, b""),
    "speaks HTML": Http(200, b"<html>captive portal</html>"),
    "speaks something else": Http(200, b"[1, 2]"),
    "has no result": Http(200, b'{"jsonrpc": "2.0", "id": 1}'),
    "answers another": Http(200, b'{"jsonrpc": "2.0", "id": 999, "result": 1}'),
    "nests": Http(200, b"[" * 100_000),
    "is not UTF-8": Http(200, b"\xff\xfe\x00"),
    "breaks its gzip": Http(200, b"not gzip", {"content-encoding": "gzip"}),
    "is no HTTP": Http(200, b"", {"content-length": "x"}),
    "is behind": Fault(-32005, "Node is behind by 42 slots"),
    "has not the slot": Fault(-32016, "Minimum context slot has not been reached"),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
async def test_trouble_that_passes_is_waited_for(node: ScriptedNode, asking: Node, trouble: object) -> None:
    node.script["getSlot"] = in_turn(trouble, 7)
    assert await asking.ask("getSlot") == 7
    assert node.calls["getSlot"] == 2


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
async def test_trouble_that_stays_is_a_cluster_error_in_bounded_time(
    node: ScriptedNode, asking: Node, trouble: object
) -> None:
    node.script["getSlot"] = trouble
    start = time.monotonic()
    with pytest.raises(NodeSilence) as silence:
        await asking.ask("getSlot")
    assert time.monotonic() - start < SHORT.reading + SHORT.request + 1.0
    assert node.calls["getSlot"] >= 2
    assert silence.value.reached
    assert "127.0.0.1" in str(silence.value) and "getSlot" in str(silence.value)
    assert "secret" not in str(silence.value) and "\n" not in str(silence.value)


REFUSALS = {
    "unknown method": (Fault(-32601, "Method not found"), -32601),
    "bad key": (Http(401, b"who?"), 401),
    "moved": (Http(301, b"", {"location": "http://127.0.0.1:1/"}), 301),
    "in words": (Http(400, b'{"id": 1, "error": {"code": -32602, "message": "bad \\u001b params"}}'), -32602),
}


@pytest.mark.parametrize(("answer", "code"), REFUSALS.values(), ids=REFUSALS.keys())
async def test_refusal_is_not_repeated(node: ScriptedNode, asking: Node, answer: object, code: int) -> None:
    node.script["getSlot"] = answer
    with pytest.raises(NodeRefusal) as refusal:
        await asking.ask("getSlot")
    assert refusal.value.code == code and node.calls["getSlot"] == 1
    assert "secret" not in str(refusal.value) and str(refusal.value).isprintable()


async def test_closed_port_was_not_reached(node: ScriptedNode, asking: Node) -> None:
    node.stop()
    with pytest.raises(NodeSilence, match="cannot be reached") as silence:
        await asking.ask("getSlot")
    assert not silence.value.reached


@pytest.mark.parametrize("host", ["a" * 70 + ".invalid", "nowhere.invalid"])
async def test_host_that_is_none_was_not_reached(host: str) -> None:
    asking = Node(f"http://{host}:1", SHORT)
    with pytest.raises(ClusterError, match="cannot be reached"):
        await asking.ask_once("getSlot")
    await asking.close()


async def test_node_is_given_the_time_it_asks_for(node: ScriptedNode, asking: Node) -> None:
    node.script["getSlot"] = in_turn(Http(429, b"", {"retry-after": "1"}), 7)
    with pytest.raises(NodeSilence, match="429"):
        await asking.ask("getSlot")
    patient = Node(node.url, replace(SHORT, reading=3.0))
    node.script["getSlot"] = in_turn(Http(429, b"", {"retry-after": "1"}), 7)
    start = time.monotonic()
    assert await patient.ask("getSlot") == 7
    assert time.monotonic() - start >= 1.0
    await patient.close()


async def test_closed_client_says_so(node: ScriptedNode, asking: Node) -> None:
    await asking.close()
    await asking.close()
    with pytest.raises(ClusterError, match="closed"):
        await asking.ask_once("getSlot")
