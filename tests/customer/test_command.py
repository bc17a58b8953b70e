"""`plings serve`: what it refuses before it listens, and as a process."""

from __future__ import annotations

import json
import signal
import subprocess

import httpx
import pytest

from cli.command import run
from cli.test_process import CLEAN, COMMAND
from customer.stand import Stand
from customer.wallet import query_of


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--origin", "javascript:alert(1)"], "--origin"),
        (["--origin", "https://s.plings.io/"], "--origin"),
        (["--listen", "nowhere"], "--listen"),
        (["--network", "moon", "--cluster", "http://127.0.0.1:9"], "--network"),
        (["--network", "mainnet", "--cluster", "devnet"], "--network"),
        (["--trust-proxy", "x"], "--trust-proxy"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(arguments: list[str], said: str) -> None:
    result = run("serve", "--listen", "127.0.0.1:0", *arguments, PLINGS_DATABASE_URL="postgresql://127.0.0.1:9/none")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1 and said in result.stderr


def test_a_process_of_it_answers_until_it_is_told_to_end(stand: Stand) -> None:
    arguments = ["serve", "--listen", "127.0.0.1:0", "--cluster", "http://127.0.0.1:9", "--json"]
    command = [*COMMAND, *arguments, "--origin", "https://shop.example"]
    env = {**CLEAN, "PLINGS_DATABASE_URL": stand.database}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stderr
        url = json.loads(process.stdout.readline())["url"]
        told = httpx.get(f"{url}/v1/view?{query_of(stand.code('2.C.2'))}", timeout=30).json()
        assert (told["grade"], told["missing"]) == ("class_genuine", ["chain"])
        assert told["links"]["page"].startswith("https://shop.example/?t=q&p=2.3.2.C.2")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        said = process.stderr.read()
    assert said.count("\n") == 1 and "the cluster gives no answer" in said
