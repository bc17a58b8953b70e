"""`plings vault`: seeds in their places, which no output ever holds."""

from __future__ import annotations

import fcntl
import os
import pty
import subprocess
import termios
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from cli.command import SEED, json_answer, refusal, refused, run
from cli.registry_office import PASSPHRASE
from cli.test_process import CLEAN, COMMAND
from plings.identity import ClassPath, Identity

PLACE = "file:wallet-v1"

Vault = Callable[..., Result]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    def runs(*arguments: str, passphrase: str | None = PASSPHRASE, stdin: str | None = None) -> Result:
        secret = {} if passphrase is None else {"PLINGS_VAULT_PASSPHRASE": passphrase}
        return run("vault", *arguments, stdin=stdin, PLINGS_VAULT=str(tmp_path / "vaults"), **secret)

    return runs


def test_a_restored_seed_gives_the_keys_that_it_always_gave(vault: Vault, tmp_path: Path) -> None:
    result = vault("restore", PLACE, stdin=f"{SEED.hex()}\n")
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{PLACE} has the seed\n", "")
    expected = Identity.from_seed(SEED, ClassPath("2.3")).node.address
    assert vault("public-key", PLACE, "2.3").stdout == f"{expected}\n"
    assert vault("check", PLACE).stdout == f"{PLACE} opens\n"
    assert SEED.hex() not in (tmp_path / "vaults" / "wallet-v1.json").read_text()


def test_a_new_seed_is_another_one_and_is_never_overwritten(vault: Vault) -> None:
    assert vault("create", PLACE).exit_code == 0
    assert "it exists already" in refusal(vault("create", PLACE))
    assert "it exists already" in refusal(vault("restore", PLACE, stdin=SEED.hex()))
    assert vault("create", "file:wallet-v2").exit_code == 0
    assert vault("public-key", PLACE, "2.3").stdout != vault("public-key", "file:wallet-v2", "2.3").stdout


def test_a_wrong_passphrase_opens_nothing(vault: Vault) -> None:
    vault("restore", PLACE, stdin=SEED.hex())
    line = refusal(vault("check", PLACE, passphrase="battery"))
    assert "the passphrase is wrong" in line and "battery" not in line


def test_an_empty_place_is_told(vault: Vault) -> None:
    assert refusal(vault("check", PLACE)) == f"{PLACE}: nothing is there (plings vault create makes it)"


def test_without_a_terminal_the_passphrase_comes_from_the_environment(vault: Vault) -> None:
    line = refusal(vault("create", PLACE, passphrase=None))
    assert line == f"no passphrase for {PLACE}: set PLINGS_VAULT_PASSPHRASE"


@pytest.mark.parametrize("reference", [SEED.hex(), "hsm:1", f"file:{SEED.hex()}"])
def test_a_seed_in_the_place_of_a_reference_is_not_repeated(vault: Vault, reference: str) -> None:
    result = vault("create", reference)
    assert SEED.hex()[:20] not in refusal(result)


@pytest.mark.parametrize("stdin", ["", "rosebud", SEED.hex()[:-1]])
def test_what_is_no_seed_is_refused_and_makes_nothing(vault: Vault, stdin: str) -> None:
    refusal(vault("restore", PLACE, stdin=stdin))
    assert refusal(vault("check", PLACE)).endswith("(plings vault create makes it)")


def test_json(vault: Vault, tmp_path: Path) -> None:
    vault("restore", PLACE, stdin=SEED.hex())
    environment = {"PLINGS_VAULT": str(tmp_path / "vaults"), "PLINGS_VAULT_PASSPHRASE": PASSPHRASE}
    assert json_answer("vault", "check", PLACE, **environment) == {"reference": PLACE, "opens": True}
    assert json_answer("vault", "public-key", PLACE, "2.3", **environment)["prefix"] == "2.3"


def test_a_folder_can_be_named(tmp_path: Path) -> None:
    done = run("vault", "create", PLACE, "--folder", str(tmp_path), PLINGS_VAULT_PASSPHRASE=PASSPHRASE)
    assert done.exit_code == 0 and (tmp_path / "wallet-v1.json").exists()
    assert "no folder for vaults" in refused("vault", "create", PLACE)


def test_a_prefix_is_checked_first(vault: Vault) -> None:
    assert "2.3.4" in refusal(vault("public-key", PLACE, "2.3.4"))


def _at_terminal(arguments: list[str], typed: list[str], folder: Path, stdin: bytes = b"") -> tuple[int, str, str]:
    """Exit code, stdout and what the terminal shows, of a process that types these when it is asked."""
    here, there = pty.openpty()

    def take_terminal() -> None:
        fcntl.ioctl(there, termios.TIOCSCTTY, 0)

    child = subprocess.Popen(
        [*COMMAND, "vault", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=there,
        env={**CLEAN, "PLINGS_VAULT": str(folder)},
        start_new_session=True,
        preexec_fn=take_terminal,
        pass_fds=[there],
    )
    os.close(there)
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write(stdin)
    child.stdin.close()
    seen = b""
    for line in typed:
        asked = b""
        while not asked.endswith(b": "):
            asked += os.read(here, 1024)
        os.write(here, f"{line}\n".encode())
        seen += asked
    told = child.stdout.read().decode()
    child.stdout.close()
    code = child.wait(60)
    os.close(here)
    return code, told, seen.decode()


@pytest.mark.ui
def test_at_a_terminal_a_new_passphrase_is_typed_twice_and_never_shown(tmp_path: Path) -> None:
    code, told, shown = _at_terminal(["restore", PLACE], ["tiger", "tiger"], tmp_path, SEED.hex().encode())
    assert (code, told) == (0, f"{PLACE} has the seed\n")
    assert f"passphrase for {PLACE}: " in shown and "again" in shown and "tiger" not in shown
    assert _at_terminal(["check", PLACE], ["tiger"], tmp_path)[:2] == (0, f"{PLACE} opens\n")


@pytest.mark.ui
def test_two_passphrases_make_nothing(tmp_path: Path) -> None:
    assert _at_terminal(["create", PLACE], ["tiger", "lion"], tmp_path)[:2] == (1, "")
    assert not (tmp_path / "wallet-v1.json").exists()
