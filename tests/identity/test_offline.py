"""The identity part needs no network, and cannot use one by accident."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import builtins, sys

import plings.identity as identity

loaded = set(sys.modules)
banned = {"solders", "solana", "anchorpy", "socket", "_socket", "ssl", "asyncio", "http", "urllib.request",
          "httpx", "requests", "aiohttp", "websockets"}
assert not banned & loaded, sorted(banned & loaded)

import socket

def refuse(*_, **__):
    raise AssertionError("the identity part went outside")

socket.socket = socket.create_connection = socket.getaddrinfo = refuse
builtins.open = refuse

owner = identity.Identity.from_seed(bytes(range(32)), identity.ClassPath("2.3"))
keys = identity.parse_keys('{"2.3": "%s"}' % owner.node.address)
code = identity.make_code(owner, identity.Path("2.3.4F.2aB.5.3j"), signed=True)
print(identity.check_url(code.text, keys).grade)
"""


def test_codes_are_made_and_checked_without_network_or_files() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("tag genuine\n", "")


def test_public_names_are_sorted_and_exist() -> None:
    import plings.identity

    names = plings.identity.__all__
    assert names == sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    assert all(hasattr(plings.identity, name) for name in names)
