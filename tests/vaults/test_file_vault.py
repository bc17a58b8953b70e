from __future__ import annotations

import json
import os
import stat
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plings.errors import PathError, PlingsError, SeedError, SettingsError, VaultError
from plings.identity import ClassPath, Identity
from plings.vaults import Scrypt, Vault, open_vault
from vaults.conftest import CHEAP

PREFIX = ClassPath("2.3")
SEED = bytes(range(32))
PASSPHRASE = "correct horse battery staple"

FROZEN = """{
  "plings_vault": 1,
  "reference": "file:wallet-v1",
  "kdf": "scrypt",
  "n": 16,
  "r": 2,
  "p": 1,
  "salt": "000102030405060708090a0b0c0d0e0f",
  "cipher": "AES-256-GCM",
  "nonce": "101112131415161718191a1b",
  "sealed": "7062aa9a91163a3cad3c0daa83983012df668c53d11834a19a0654e5f9c6935f1b11771a1ff5d76dc00bf732cd8d4edb"
}
"""
"""SEED under PASSPHRASE. Vaults of this form must open for as long as there are any."""


def opened(folder: Path, name: str = "wallet-v1", passphrase: str = PASSPHRASE, work: Scrypt = CHEAP) -> Vault:
    return open_vault(f"file:{name}", secret=lambda: passphrase, folder=folder, work=work)


def refused(vault: Vault) -> str:
    with pytest.raises(VaultError) as caught:
        vault.identity(PREFIX)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert PASSPHRASE not in shown
    assert SEED.hex() not in shown
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A vault with SEED in it."""
    opened(tmp_path).restore(SEED)
    return tmp_path / "wallet-v1.json"


def test_the_same_seed_is_there_after_reopening(tmp_path: Path) -> None:
    vault = opened(tmp_path)
    assert not vault.exists()
    vault.create()
    assert vault.exists()
    identity = vault.identity(PREFIX)
    assert opened(tmp_path).identity(PREFIX) == identity
    assert opened(tmp_path).public_key(PREFIX) == identity.public_key
    assert opened(tmp_path).identity(ClassPath("2.4")) != identity


def test_two_new_seeds_differ(tmp_path: Path) -> None:
    opened(tmp_path, "a").create()
    opened(tmp_path, "b").create()
    assert opened(tmp_path, "a").public_key(PREFIX) != opened(tmp_path, "b").public_key(PREFIX)


@pytest.mark.parametrize("size", [16, 32, 64])
def test_a_restored_seed_gives_its_own_keys(tmp_path: Path, size: int) -> None:
    seed = bytes(range(size))
    opened(tmp_path).restore(seed)
    assert opened(tmp_path).identity(PREFIX) == Identity.from_seed(seed, PREFIX)


def test_signatures_hold(file: Path) -> None:
    signature = opened(file.parent).sign(PREFIX, b"a message")
    assert signature == Identity.from_seed(SEED, PREFIX).node.sign(b"a message")
    Ed25519PublicKey.from_public_bytes(opened(file.parent).public_key(PREFIX)).verify(signature, b"a message")


def test_the_frozen_file_opens(tmp_path: Path) -> None:
    file = tmp_path / "wallet-v1.json"
    file.write_text(FROZEN)
    file.chmod(0o600)
    assert opened(tmp_path).identity(PREFIX) == Identity.from_seed(SEED, PREFIX)


def test_what_is_on_disk(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(file.parent) == [file.name]
    fields = json.loads(file.read_text())
    assert list(fields) == ["plings_vault", "reference", "kdf", "n", "r", "p", "salt", "cipher", "nonce", "sealed"]
    assert SEED.hex() not in file.read_text()


def test_a_new_folder_is_its_owner_s_alone(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "vault"
    opened(folder).create()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_defaults_are_the_costly_ones(tmp_path: Path) -> None:
    vault = open_vault("file:wallet-v1", secret=lambda: PASSPHRASE, folder=tmp_path)
    vault.restore(SEED)
    fields = json.loads((tmp_path / "wallet-v1.json").read_text())
    assert (fields["n"], fields["r"], fields["p"]) == (131072, 8, 1)
    assert vault.identity(PREFIX) == Identity.from_seed(SEED, PREFIX)


def test_nothing_is_overwritten(file: Path) -> None:
    before = file.read_bytes()
    for put in (Vault.create, lambda vault: vault.restore(bytes(32))):
        with pytest.raises(VaultError, match="exists already"):
            put(opened(file.parent))
    assert file.read_bytes() == before


def test_a_link_to_nowhere_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "wallet-v1.json").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(VaultError, match="exists already"):
        opened(tmp_path).create()
    assert not (tmp_path / "elsewhere").exists()


def test_of_many_at_once_one_makes_it(tmp_path: Path) -> None:
    def create(_: int) -> bool:
        try:
            opened(tmp_path).create()
        except VaultError as error:
            assert "exists already" in str(error)
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(create, range(40))) == 1
    assert os.listdir(tmp_path) == ["wallet-v1.json"]
    assert opened(tmp_path).identity(PREFIX)


def test_a_name_taken_at_the_last_moment_is_not_overwritten(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = file.read_bytes()
    vault = opened(file.parent)
    monkeypatch.setattr(vault, "exists", lambda: False)
    with pytest.raises(VaultError, match="exists already"):
        vault.create()
    assert file.read_bytes() == before
    assert os.listdir(file.parent) == [file.name]


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(VaultError, match="No space left"):
        opened(tmp_path).create()
    assert os.listdir(tmp_path) == []


def test_a_wrong_passphrase(file: Path) -> None:
    assert "passphrase is wrong, or" in refused(opened(file.parent, passphrase=PASSPHRASE + " "))


def test_no_file(tmp_path: Path) -> None:
    assert "no such file" in refused(opened(tmp_path))
    assert "no such file" in refused(opened(tmp_path / "nowhere"))


def test_every_changed_byte_is_found(file: Path) -> None:
    whole = file.read_bytes()
    for position, byte in enumerate(whole):
        for changed in {byte ^ 1, byte ^ 0x20, 0x20, 0x31}:
            if changed != byte:
                file.write_bytes(whole[:position] + bytes([changed]) + whole[position + 1 :])
                refused(opened(file.parent))
    file.write_bytes(whole)
    assert opened(file.parent).identity(PREFIX)


def test_every_cut_is_found(file: Path) -> None:
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        refused(opened(file.parent))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"n": 2**30}, "256 MiB"),
        ({"n": 10**3000}, "power of two"),
        ({"r": 2**40}, "256 MiB"),
        ({"p": 2**20}, "4 passes"),
        ({"n": "2"}, "whole numbers"),
        ({"n": 2.0}, "whole numbers"),
        ({"r": None}, "whole numbers"),
        ({"n": 4}, "somebody changed the file"),
        ({"salt": "00" * 16}, "somebody changed the file"),
        ({"nonce": "00" * 12}, "somebody changed the file"),
        ({"sealed": "00" * 48}, "somebody changed the file"),
        ({"sealed": ""}, "somebody changed the file"),
        ({"salt": ""}, "another version"),
        ({"nonce": "00" * 8}, "another version"),
        ({"salt": "AB" * 16}, "another version"),
        ({"salt": " 00" * 16}, "another version"),
        ({"plings_vault": 2}, "another version"),
        ({"cipher": "none"}, "another version"),
        ({"more": 1}, "another version"),
        ({"salt": 5}, "no file of a vault"),
        ({"salt": "zz"}, "no file of a vault"),
        ({"reference": "file:wallet-v2"}, "another reference"),
        ({"reference": ["file:wallet-v1"]}, "another reference"),
    ],
)
def test_hostile_fields(file: Path, changes: dict[str, Any], reason: str) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | changes, indent=2) + "\n")
    start = time.monotonic()
    assert reason in refused(opened(file.parent))
    assert time.monotonic() - start < 1


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"null", b"[]", b"3", b'"a"', b"{}", b"[" * 4000, b'{"n":' * 600, b"1" * 4096, b"9e99999", b"NaN"],
)
def test_other_content(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert "no file of a vault" in refused(opened(file.parent))


def test_a_huge_file_is_not_read(file: Path) -> None:
    with file.open("r+b") as sparse:
        sparse.truncate(2**40)
    assert "more than 4096 bytes" in refused(opened(file.parent))


def test_a_renamed_file_does_not_open(file: Path) -> None:
    file.rename(file.with_name("wallet-v2.json"))
    assert "another reference" in refused(opened(file.parent, "wallet-v2"))


def test_the_header_is_authenticated(file: Path) -> None:
    """Renamed inside too, it is as good in form as any, and still refused."""
    file.with_name("wallet-v2.json").write_text(file.read_text().replace("wallet-v1", "wallet-v2"))
    file.with_name("wallet-v2.json").chmod(0o600)
    assert "somebody changed the file" in refused(opened(file.parent, "wallet-v2"))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666])
def test_files_that_others_may_use_are_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    assert "mode 0600" in refused(opened(file.parent))


def test_what_is_no_regular_file_is_refused(file: Path) -> None:
    moved = file.rename(file.with_name("moved"))
    file.symlink_to(moved)
    assert "symbolic link" in refused(opened(file.parent))
    file.unlink()
    file.mkdir(mode=0o700)
    assert "not a regular file" in refused(opened(file.parent))
    file.rmdir()
    os.mkfifo(file, 0o600)
    assert "not a regular file" in refused(opened(file.parent))


@pytest.mark.parametrize("passphrase", ["", "a\udcff"])
def test_unusable_passphrases(tmp_path: Path, file: Path, passphrase: str) -> None:
    for use in (lambda vault: vault.identity(PREFIX), lambda vault: vault.public_key(PREFIX)):
        with pytest.raises(SettingsError, match="passphrase for file:wallet-v1 is"):
            use(opened(tmp_path, passphrase=passphrase))
    with pytest.raises(SettingsError):
        opened(tmp_path, "new", passphrase=passphrase).create()
    assert not opened(tmp_path, "new").exists()


def test_the_environment_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLINGS_VAULT", str(tmp_path))
    vault = open_vault("file:wallet-v1", work=CHEAP)
    with pytest.raises(SettingsError, match="set PLINGS_VAULT_PASSPHRASE"):
        vault.create()
    monkeypatch.setenv("PLINGS_VAULT_PASSPHRASE", "")
    with pytest.raises(SettingsError, match="is empty"):
        vault.create()
    monkeypatch.setenv("PLINGS_VAULT_PASSPHRASE", PASSPHRASE)
    vault.restore(SEED)
    assert opened(tmp_path).identity(PREFIX) == Identity.from_seed(SEED, PREFIX)


def test_an_error_of_the_caller_s_own_is_not_the_file_s(file: Path) -> None:
    def missing() -> str:
        raise FileNotFoundError("prompt")

    for use in (Vault.create, lambda vault: vault.identity(PREFIX)):
        name = "new" if use is Vault.create else "wallet-v1"
        with pytest.raises(FileNotFoundError, match="prompt"):
            use(open_vault(f"file:{name}", secret=missing, folder=file.parent, work=CHEAP))


def test_seeds_and_prefixes_are_checked_first(tmp_path: Path) -> None:
    vault = open_vault("file:wallet-v1", folder=tmp_path)  # with no passphrase that could be asked for
    for seed in (bytes(15), bytes(65), "00" * 32):
        with pytest.raises(SeedError):
            vault.restore(seed)  # type: ignore[arg-type]
    with pytest.raises(PathError):
        vault.identity(ClassPath("2.3.4"))
    with pytest.raises(PathError):
        vault.sign(ClassPath("2.3.4"), b"")
    assert not vault.exists()


def test_no_repr_shows_a_secret(file: Path) -> None:
    vault = opened(file.parent)
    vault.identity(PREFIX)
    assert repr(vault) == str(vault) == "FileVault(file:wallet-v1)"
    kept = repr(vars(vault))
    assert PASSPHRASE not in kept and repr(SEED)[2:-1] not in kept and SEED.hex() not in kept


def test_every_error_is_one_of_ours(tmp_path: Path) -> None:
    assert issubclass(VaultError, PlingsError)
    blocked = tmp_path / "a file"
    blocked.touch()
    with pytest.raises(VaultError):
        opened(blocked).create()
    assert "Not a directory" in refused(opened(blocked))
