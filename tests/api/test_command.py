"""`plings api …` as a process: where it answers, how it ends, what it refuses."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from psycopg.conninfo import conninfo_to_dict

from api.asking import code_of, openapi
from cli.command import answer, json_answer, refused
from cli.test_process import CLEAN, COMMAND
from plings.api.readers import PAUSE_SECONDS
from plings.registry import connect
from plings.server import EmbeddedServer
from program.journey import MAKER
from server.people import number_of

FROZEN = Path(__file__).resolve().parents[2] / "docs/openapi.json"


@contextmanager
def served(*arguments: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server as a process, and its address."""
    command = [*COMMAND, "api", "serve", "--listen", "127.0.0.1:0", "--json", *arguments]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env={**CLEAN, **environment}, **pipes) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())["url"]
        finally:
            with suppress(ProcessLookupError):
                process.kill()


def ends(process: subprocess.Popen[str], number: int) -> tuple[int, str]:
    """How it ends when it is told to."""
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    return process.returncode, errors


@pytest.mark.ui
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_until_it_is_told_to_end(told_url: str, number: int) -> None:
    with served(PLINGS_DATABASE_URL=told_url) as (process, url):
        told = httpx.get(f"{url}/v1/ownership", params=code_of(MAKER.code("2.G.mic")))
        assert told.status_code == 200 and told.json()["receipt"]
        assert httpx.get(f"{url}/metrics").status_code == 200  # nobody but this machine can ask
        assert httpx.get(f"{url}/v1/alerts").status_code == 401
        assert ends(process, number) == (0, "")


@pytest.mark.ui
def test_what_is_under_way_is_finished(bare_url: str) -> None:
    with (
        connect(bare_url) as owner,
        served(PLINGS_DATABASE_URL=bare_url) as (process, url),
        ThreadPoolExecutor(1) as thread,
    ):
        owner.execute("BEGIN; LOCK TABLE registry.objects IN ACCESS EXCLUSIVE MODE")
        asked = thread.submit(httpx.get, f"{url}/v1/logs", timeout=20)
        while owner.execute("SELECT FROM pg_locks WHERE NOT granted").rowcount == 0:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert process.poll() is None
        owner.execute("ROLLBACK")
        assert asked.result().status_code == 200
        assert process.wait(30) == 0


@pytest.mark.ui
def test_an_own_database_ends_with_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    from shutil import rmtree

    from fixtures.fix_registry import new_folder

    folder = new_folder()
    try:
        with served("--data", str(folder)) as (process, url):
            assert httpx.get(f"{url}/ready").status_code == 200
            assert number_of(folder) is not None
            assert ends(process, signal.SIGTERM) == (0, "")
            assert number_of(folder) is None
    finally:
        rmtree(folder)


@pytest.mark.ui
def test_a_token_hides_what_is_the_operator_s(told_url: str) -> None:
    token = "correct-horse-battery"
    with served(PLINGS_DATABASE_URL=told_url, PLINGS_API_TOKEN=token) as (_, url):
        headers = {"Authorization": f"Bearer {token}"}
        assert httpx.get(f"{url}/metrics").status_code == 401
        assert httpx.get(f"{url}/metrics", headers=headers).status_code == 200
        assert len(httpx.get(f"{url}/v1/alerts", headers=headers).json()["alerts"]) == 7


@pytest.mark.ui
def test_behind_a_proxy_the_metrics_are_the_operator_s(told_url: str) -> None:
    with served("--trust-proxy", "127.0.0.1", PLINGS_DATABASE_URL=told_url) as (_, url):
        assert httpx.get(f"{url}/metrics").status_code == 401
        assert httpx.get(f"{url}/v1/logs").status_code == 200


@pytest.mark.ui
def test_a_database_that_is_lost_is_told_of_once(bare_url: str, postgresql: EmbeddedServer) -> None:
    """On stderr, in a line, and without a word of who asked."""
    name = conninfo_to_dict(bare_url)["dbname"]
    with (
        served("--rate", "0", PLINGS_DATABASE_URL=bare_url) as (process, url),
        connect(postgresql.conninfo(database="postgres")) as server,
    ):
        assert httpx.get(f"{url}/v1/logs").status_code == 200
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        assert [httpx.get(f"{url}/v1/logs").status_code for _ in range(5)] == [503] * 5
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
        time.sleep(PAUSE_SECONDS)
        assert httpx.get(f"{url}/v1/logs").status_code == 200
        code, errors = ends(process, signal.SIGTERM)
    lost, back = errors.splitlines()
    assert code == 0 and "out of reach" in lost and "is back" in back


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--listen", "nonsense"], "ADDRESS:PORT"),
        (["--listen", "127.0.0.1:99999"], "ADDRESS:PORT"),
        (["--listen", "127.0.0.1:-1"], "ADDRESS:PORT"),
        (["--listen", "192.0.2.1:0"], "nothing can listen there"),
        (["--listen", "no.such.host.invalid:0"], "nothing can listen there"),
        (["--trust-proxy", "everybody"], "is no network"),
        (["--trust-proxy", "10.0.0.1/8"], "is no network"),
        (["--host", "UPPER.example"], "host name"),
    ],
)
def test_what_it_refuses(arguments: list[str], word: str, told_url: str) -> None:
    line = refused("api", "serve", "--listen", "127.0.0.1:0", *arguments, PLINGS_DATABASE_URL=told_url)
    assert word in line


def test_a_port_that_is_taken_is_one_line(told_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        assert "in use" in refused("api", "serve", "--listen", place, PLINGS_DATABASE_URL=told_url)


def test_a_token_that_is_too_short_is_refused(told_url: str) -> None:
    line = refused("api", "serve", "--listen", "127.0.0.1:0", PLINGS_DATABASE_URL=told_url, PLINGS_API_TOKEN="short")
    assert "PLINGS_API_TOKEN" in line and "short" not in line


def test_a_database_that_is_not_there_is_one_line() -> None:
    url = "postgresql://nobody@127.0.0.1:1/nothing"
    assert "no connection" in refused("api", "serve", "--listen", "127.0.0.1:0", "--database", url)


def test_the_document_is_the_frozen_one() -> None:
    """What is there stays as it is: who changes a route or a shape sees it here."""
    printed = answer("api", "openapi")
    assert json.loads(printed) == openapi() == json_answer("api", "openapi")
    assert printed == FROZEN.read_text(), "run: plings api openapi > docs/openapi.json"


def test_the_document_says_something_of_everything() -> None:
    document = openapi()
    for path, operations in document["paths"].items():
        (operation,) = operations.values()
        assert operation["summary"] and operation["description"], path
        for parameter in operation.get("parameters", []):
            assert parameter["description"], (path, parameter["name"])
        for status, response in operation["responses"].items():
            assert response["description"] and response["content"], (path, status)
    names = [operation["operationId"] for operations in document["paths"].values() for operation in operations.values()]
    assert len(names) == len(set(names))
    for name, schema in document["components"]["schemas"].items():
        assert schema["title"] and (schema.get("description") or "enum" in schema), name
        for member in schema.get("required", []):
            assert member in schema["properties"], name


def test_the_package_is_asked_for_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins
    import sys

    for name in [name for name in sys.modules if name.startswith("plings.api")]:
        monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def without(name: str, *others: Any, **more: Any) -> Any:
        if name.partition(".")[0] == "fastapi":
            raise ModuleNotFoundError("no fastapi", name="fastapi")
        return real(name, *others, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert "pip install 'plings[api]'" in refused("api", "openapi")
