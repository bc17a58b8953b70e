"""Nodes that would hold us up, fill our memory, or send us elsewhere: over real sockets."""

from __future__ import annotations

import asyncio
import datetime
import gzip
import json
import ssl
import time
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from disputes.peers import Answer, Peer, Route, as_json, ownership, ready, serving, tenure
from plings.disputes import Claim, Fault, Limits, Network, NodeAddress, Sources, resolve
from plings.disputes.node_address import IpAddress
from plings.disputes.node_client import MOST_BYTES
from plings.disputes.node_source import ask_nodes
from plings.disputes.operators import operators_of
from plings.disputes.testimony import Testimony as Told
from plings.identity import format_address
from proofs.made import CODE, key

ALICE = key(b"alice")
CLAIM = Claim(CODE, key(b"somebody's wallet"))
TRUE = ownership(CODE, [tenure(ALICE, None)], None)


def node_that(answers: Route, host: str = "127.0.0.1") -> Peer:
    return Peer({"/ready": ready(), "/v1/ownership": answers}, host)


async def asked(*peers: Peer, seconds: float = 3.0) -> list[Told]:
    async with serving(peers):
        found = await ask_nodes([NodeAddress.parse(peer.url) for peer in peers], CLAIM, seconds)
    return [one.testimony for one in found]


def fault_of(testimony: Told) -> Fault:
    (fault,) = testimony.faults
    return fault


async def test_an_answer_is_read_and_the_wallet_is_told_to_nobody() -> None:
    peer = node_that(lambda _: as_json({**TRUE, "a member of tomorrow": [1]}))
    (told,) = await asked(peer)
    assert not told.faults and told.said and told.said.current
    assert told.said.current.owner == ALICE and told.said.slot == 10
    assert [one.partition("?")[0] for one in peer.asked] == ["/ready", "/v1/ownership"]
    wallet = format_address(CLAIM.wallet)
    assert not any(wallet in head for head in peer.heads)
    assert f"p=2.3.4F.2aB.5.3j&cp={CODE.class_pointer.text}&i={format_address(CODE.address)}" in peer.asked[1]


async def test_who_knows_nobody_says_so() -> None:
    for rule in ("unknown_object", "no_owner"):
        (told,) = await asked(node_that(lambda _, rule=rule: as_json({"rule": rule, "status": 404}, 404)))
        assert told.said and told.said.current is None and not told.faults


HUGE = json.dumps(TRUE).replace('"slot": 5', '"slot": ' + "9" * 5_000)
BROKEN: dict[str, tuple[Route, str]] = {
    "no such API": (lambda _: Answer(b"<html>not found</html>", 404), "http_status"),
    "an error": (lambda _: Answer(b"{}", 500), "http_status"),
    "a redirect inside": (lambda _: Answer(b"", 302, {"location": "http://169.254.169.254/latest"}), "redirects"),
    "a redirect to itself": (lambda _: Answer(b"", 307, {"location": "/v1/ownership"}), "redirects"),
    "a redirect to nowhere": (lambda _: Answer(b"", 301, {"location": "http://[::1"}), "unavailable"),
    "a redirect in other letters": (lambda _: Answer(b"", 301, {"location": "\xff\x00"}), "unavailable"),
    "packed": (lambda _: Answer(gzip.compress(b" " * 10**7), 200, {"content-encoding": "gzip"}), "encoded"),
    "no JSON": (lambda _: Answer(b"owner: alice"), "malformed"),
    "not UTF-8": (lambda _: Answer(b'{"path": "\xff"}'), "malformed"),
    "a list": (lambda _: as_json([TRUE]), "malformed"),
    "nested": (lambda _: Answer(b'{"path":' * 20_000), "malformed"),
    "nothing": (lambda _: as_json({}), "malformed"),
    "no owner": (lambda _: as_json({**TRUE, "owner": None}), "malformed"),
    "a short owner": (lambda _: as_json({**TRUE, "owner": "1" * 31}), "malformed"),
    "a flag as text": (lambda _: as_json({**TRUE, "is_gapless": "true"}), "malformed"),
    "an unknown way": (lambda _: as_json({**TRUE, "how": "stolen"}), "malformed"),
    "half a leaf": (lambda _: as_json({**TRUE, "number": 3}), "malformed"),
    "a negative slot": (lambda _: as_json({**TRUE, "slot": -1}), "malformed"),
    "a huge number": (
        lambda _: Answer(json.dumps(TRUE).replace('"slot": 5', '"slot": ' + "9" * 5000).encode()),
        "malformed",
    ),
    "a member twice": (lambda _: Answer(b'{"owner": "x", ' + json.dumps(TRUE).encode()[1:]), "malformed"),
    "a broken receipt": (lambda _: as_json({**TRUE, "receipt": {"format": "plings-receipt"}}), "malformed"),
    "a long history": (lambda _: as_json({**TRUE, "history": [1] * 600}), "malformed"),
    "another path": (lambda _: as_json({**TRUE, "path": "2.3.4F.2aB.5.3k"}), "another_object"),
    "another address": (lambda _: as_json({**TRUE, "address": format_address(ALICE)}), "another_object"),
    "oversized": (lambda _: Answer(b" " * (MOST_BYTES + 1)), "oversized"),
}


async def test_what_is_no_answer_is_told_by_its_fault() -> None:
    peers = [node_that(route) for route, _ in BROKEN.values()]
    told = await asked(*peers)
    found = {name: fault_of(one).rule for name, one in zip(BROKEN, told, strict=True)}
    assert found == {name: rule for name, (_, rule) in BROKEN.items()}
    assert all(one.said is None for one in told)
    assert not any("\n" in fault_of(one).text for one in told)


async def endless(writer: asyncio.StreamWriter) -> None:
    """A gigabyte, and no end."""
    writer.write(b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n")
    for _ in range(16_384):
        writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        await writer.drain()


async def declared(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 X\r\ncontent-length: 1000000000\r\n\r\n")
    while True:
        writer.write(b" " * 65_536)
        await writer.drain()


async def one_byte_at_a_time(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 X\r\ncontent-length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


async def endless_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 X\r\n")
    while True:
        writer.write(b"x: " + b"y" * 1_000 + b"\r\n")
        await writer.drain()


async def silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def hangs_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


async def no_http(writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-OpenSSH\r\n\r\n")
    await writer.drain()
    writer.close()


async def test_none_holds_up_the_others_or_fills_our_memory() -> None:
    kinds = {
        endless: {"oversized"},
        declared: {"oversized"},
        one_byte_at_a_time: {"slow"},
        silent: {"slow"},
        endless_head: {"unavailable"},
        hangs_up: {"unavailable"},
        no_http: {"unavailable"},
    }
    peers = [node_that(lambda _, kind=kind: kind) for kind in kinds]
    good = node_that(lambda _: as_json(TRUE))
    started = time.monotonic()
    *told, last = await asked(*peers, good, seconds=1.5)
    assert time.monotonic() - started < 4
    assert [{fault.rule for fault in one.faults} for one in told] == list(kinds.values())
    assert not last.faults and last.seconds < 1.5


async def test_a_node_that_is_down_is_told_as_such() -> None:
    (told,) = [one.testimony for one in await ask_nodes([NodeAddress.parse("http://127.0.0.1:9")], CLAIM, 2)]
    assert fault_of(told) == Fault("unavailable", "it cannot be reached (ConnectError)")


async def test_asked_side_by_side() -> None:
    async def late(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.4)
        body = json.dumps(TRUE).encode()
        writer.write(b"HTTP/1.1 200 X\r\ncontent-length: %d\r\n\r\n" % len(body) + body)

    started = time.monotonic()
    told = await asked(*[node_that(lambda _: late) for _ in range(10)])
    assert all(one.said and not one.faults for one in told)
    assert time.monotonic() - started < 3


# names and certificates


def authority(folder: Path, *names: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """For a server of these names, and for a client that trusts who made its certificate."""
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(secret, hashes.SHA256())
    )
    pem, own = folder / f"{names[0]}.pem", folder / f"{names[0]}.key"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    own.write_bytes(
        secret.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem, own)
    return server, ssl.create_default_context(cafile=str(pem))


def leading(**hosts: str) -> Network:
    """Names that lead to these addresses, for want of a resolver."""

    async def look_up(host: str, port: int) -> Sequence[IpAddress]:
        return [ip_address(one) for one in hosts[host.replace(".", "_")].split()]

    return Network(look_up)


async def test_tls_is_held_to_the_name_that_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On an address of this machine for want of the world's: the check that forbids it is put off for this test."""
    monkeypatch.setattr("plings.disputes.node_client._check_reach", lambda node, addresses: None)
    server, trusting = authority(tmp_path, "node.example")
    peer = Peer({"/ready": ready(), "/v1/ownership": lambda _: as_json(TRUE)}, tls=server)
    async with serving([peer]):
        network = Network(leading(node_example="127.0.0.1", thief_example="127.0.0.1").look_up, trusting)
        nodes = [NodeAddress.parse(f"https://{name}:{peer.port}") for name in ("node.example", "thief.example")]
        good, thief = await ask_nodes(nodes, CLAIM, 3, network)
        assert not good.testimony.faults and good.testimony.said
        assert f"Host: node.example:{peer.port}" in peer.heads[0]
        assert fault_of(thief.testimony).rule == "unavailable"
        assert "certificate" in fault_of(thief.testimony).text
        (stranger,) = await ask_nodes(nodes[:1], CLAIM, 3, Network(network.look_up))
        assert "certificate" in fault_of(stranger.testimony).text


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.5", "192.168.1.1", "169.254.169.254", "100.64.0.1", "::1", "fd00::1", "0.0.0.0"]
)
async def test_a_name_that_leads_inside_is_not_asked(address: str) -> None:
    network = leading(node_example=f"93.184.216.34 {address}")
    (told,) = await ask_nodes([NodeAddress.parse("https://node.example")], CLAIM, 3, network)
    assert fault_of(told.testimony).rule == "internal_address"


async def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    (told,) = await ask_nodes([NodeAddress.parse("https://no-such-name.invalid")], CLAIM, 5)
    assert fault_of(told.testimony).rule in ("unavailable", "slow")


# who runs them


def operators(*urls: str, **addresses: str) -> list[str]:
    nodes = [NodeAddress.parse(url) for url in urls]
    found = {host.replace("_", "."): [ip_address(one) for one in each.split()] for host, each in addresses.items()}
    return [operators_of(nodes, found)[node.name] for node in nodes]


def test_one_operator_under_many_names() -> None:
    assert len(set(operators("https://a.thief.example", "https://b.thief.example", "https://THIEF.example.:8443"))) == 1
    assert len(set(operators("https://a.co.uk", "https://b.co.uk", "https://x.a.co.uk"))) == 2
    assert len(set(operators("https://one.example", "https://two.example"))) == 2
    same = operators("https://one.example", "https://two.example", one_example="93.1.1.1", two_example="93.1.1.1")
    assert same == ["one.example"] * 2
    chain = operators(
        "https://one.example",
        "https://two.example",
        "https://three.example",
        one_example="93.1.1.1",
        two_example="93.1.1.1 2a01:1::1",
        three_example="2a01:1::ffff",
    )
    assert len(set(chain)) == 1
    assert (
        len(
            set(
                operators(
                    "http://localhost:1", "http://127.0.0.1:2", "http://[::ffff:127.0.0.1]:3", localhost="127.0.0.1"
                )
            )
        )
        == 1
    )


async def test_more_operators_than_there_are_make_no_quorum() -> None:
    """Five names of one machine are one voice, whatever they say."""
    peers = [node_that(lambda _: as_json(TRUE)) for _ in range(5)]
    async with serving(peers):
        nodes = [NodeAddress.parse(peer.url) for peer in peers]
        resolution = await resolve(Claim(CODE, ALICE), Sources(nodes=nodes), limits=Limits(node=3))
    assert not resolution.verdict.is_resolved
    assert (len(set(resolution.operators.values())), resolution.quorum) == (1, 2)
    peers = [node_that(lambda _: as_json(TRUE), f"127.0.0.{at}") for at in range(1, 4)]
    async with serving(peers):
        nodes = [NodeAddress.parse(peer.url) for peer in peers]
        resolution = await resolve(Claim(CODE, ALICE), Sources(nodes=nodes), limits=Limits(node=3))
    assert resolution.verdict.grade.value == "asserted"
