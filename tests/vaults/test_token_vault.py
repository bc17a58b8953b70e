from __future__ import annotations

import os
import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from plings.errors import SeedError, SettingsError, VaultError
from plings.identity import ClassPath, Identity
from plings.vaults import Vault, open_vault
from vaults.conftest import OpenToken
from vaults.softhsm import OTHER_TOKEN, PIN, TOKEN, TWIN, SoftHsm

PREFIX = ClassPath("2.3")
SEED = bytes(range(100, 132))

ELSEWHERE = """
from plings.identity import ClassPath
from plings.vaults import open_vault
print(open_vault({reference!r}).public_key(ClassPath("2.3")).hex())
"""


def refused(vault: Vault, *secrets: str) -> str:
    with pytest.raises(VaultError) as caught:
        vault.identity(PREFIX)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    for secret in (PIN, SEED.hex(), *secrets):
        assert secret not in shown
    assert "During handling" not in shown and "\n" not in str(caught.value)
    return str(caught.value)


def attributes() -> Any:
    from pkcs11 import Attribute

    return Attribute


def find(session: Any, label: str, kind: str) -> Any:
    """The one object of a label and a class."""
    from pkcs11 import Attribute, ObjectClass

    (found,) = session.get_objects({Attribute.LABEL: label, Attribute.CLASS: ObjectClass[kind]})
    return found


def put_data(session: Any, label: str, value: bytes) -> None:
    from pkcs11 import Attribute, ObjectClass

    session.create_object(
        {
            Attribute.CLASS: ObjectClass.DATA,
            Attribute.TOKEN: True,
            Attribute.PRIVATE: True,
            Attribute.LABEL: label,
            Attribute.VALUE: value,
        }
    )


def test_the_same_seed_is_there_after_reopening(softhsm: SoftHsm, open_token: OpenToken) -> None:
    import pkcs11

    vault = open_token()
    assert not vault.exists()
    vault.create()
    assert vault.exists()
    identity = vault.identity(PREFIX)
    pkcs11.lib(str(softhsm.module)).reinitialize()
    assert open_token().identity(PREFIX) == identity
    assert open_token().public_key(PREFIX) == identity.public_key
    assert open_token().sign(PREFIX, b"a message") == identity.node.sign(b"a message")


def test_another_process_has_the_same_keys(softhsm: SoftHsm, open_token: OpenToken) -> None:
    vault = open_token()
    vault.create()
    settings = {"PLINGS_PKCS11_MODULE": str(softhsm.module), "PLINGS_PKCS11_PIN": PIN, **softhsm.environment}
    command = [sys.executable, "-c", ELSEWHERE.format(reference=str(vault.reference))]
    done = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, timeout=60)
    assert (done.stdout.strip(), done.stderr) == (vault.public_key(PREFIX).hex(), "")


@pytest.mark.parametrize("size", [16, 32, 64])
def test_a_restored_seed_gives_its_own_keys(open_token: OpenToken, size: int) -> None:
    seed = bytes(range(size))
    open_token().restore(seed)
    assert open_token().identity(PREFIX) == Identity.from_seed(seed, PREFIX)


def test_two_new_seeds_differ(open_token: OpenToken, name: str) -> None:
    first, second = open_token(name), open_token(f"{name}%20b")
    first.create()
    second.create()
    assert first.public_key(PREFIX) != second.public_key(PREFIX)


def test_the_key_never_leaves_the_token(softhsm: SoftHsm, open_token: OpenToken, name: str) -> None:
    from pkcs11 import Attribute, KeyType
    from pkcs11.exceptions import AttributeSensitive, KeyUnextractable, PKCS11Error

    open_token().restore(SEED)
    with softhsm.logged_in() as session:
        key = find(session, name, "SECRET_KEY")
        with pytest.raises(AttributeSensitive):
            key[Attribute.VALUE]
        with pytest.raises(KeyUnextractable):
            session.generate_key(KeyType.AES, 256).wrap_key(key)
        for attribute, value in ((Attribute.EXTRACTABLE, True), (Attribute.SENSITIVE, False), (Attribute.LABEL, "b")):
            with pytest.raises(PKCS11Error):
                key[attribute] = value
        with pytest.raises(PKCS11Error):
            key.copy({Attribute.EXTRACTABLE: True})
        assert key[Attribute.NEVER_EXTRACTABLE] and key[Attribute.ALWAYS_SENSITIVE] and key[Attribute.LOCAL]
        assert not any(hasattr(key, use) for use in ("wrap_key", "unwrap_key", "sign", "derive_key"))


def test_without_the_pin_nothing_is_there(softhsm: SoftHsm, open_token: OpenToken, name: str) -> None:
    import pkcs11

    open_token().restore(SEED)
    with pkcs11.lib(str(softhsm.module)).get_token(token_label=TOKEN).open() as session:
        assert list(session.get_objects({pkcs11.Attribute.LABEL: name})) == []
    stored = [file.read_bytes() for file in softhsm.folder.rglob("*") if file.is_file()]
    assert stored and not any(SEED in content or SEED.hex().encode() in content for content in stored)


def test_what_is_in_the_token(softhsm: SoftHsm, open_token: OpenToken, name: str) -> None:
    """Vaults of this form must open for as long as there are any."""
    from pkcs11 import Attribute, Mechanism
    from pkcs11.mechanisms import GCMParams

    open_token().restore(SEED)
    with softhsm.logged_in() as session:
        data = find(session, name, "DATA")
        assert (data[Attribute.PRIVATE], data[Attribute.APPLICATION]) == (True, "plings")
        sealed = data[Attribute.VALUE]
        bound = GCMParams(sealed[1:13], b"plings vault \x01pkcs11:token=plings;object=" + name.encode(), 128)
        key = find(session, name, "SECRET_KEY")
        assert key.decrypt(sealed[13:], mechanism=Mechanism.AES_GCM, mechanism_param=bound) == SEED
    assert sealed[:1] == b"\x01" and len(sealed) == 1 + 12 + len(SEED) + 16 and SEED not in sealed


def test_nothing_is_overwritten(open_token: OpenToken) -> None:
    open_token().restore(SEED)
    for put in (Vault.create, lambda vault: vault.restore(bytes(32))):
        with pytest.raises(VaultError, match="exists already"):
            put(open_token())
    assert open_token().identity(PREFIX) == Identity.from_seed(SEED, PREFIX)


def test_a_foreign_object_of_the_label_is_left_alone(softhsm: SoftHsm, open_token: OpenToken, name: str) -> None:
    with softhsm.logged_in() as session:
        put_data(session, name, b"something else")
    assert open_token().exists()
    with pytest.raises(VaultError, match="exists already"):
        open_token().create()
    with softhsm.logged_in() as session:
        assert find(session, name, "DATA")[attributes().VALUE] == b"something else"


@pytest.mark.parametrize("step", ["_seal", "_keep", "_unseal"])
def test_what_fails_half_way_is_undone(open_token: OpenToken, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    from pkcs11.exceptions import DeviceMemory

    def fails(*_: object) -> None:
        raise DeviceMemory

    vault = open_token()
    with monkeypatch.context() as patch:
        patch.setattr(vault, step, fails)
        with pytest.raises(VaultError, match="DeviceMemory"):
            vault.create()
    assert not vault.exists()
    vault.create()


def test_what_another_made_at_the_same_time_is_kept(open_token: OpenToken, monkeypatch: pytest.MonkeyPatch) -> None:
    """Labels are not unique: whoever finds a second object afterwards takes its own away."""
    open_token().restore(SEED)
    late: Any = open_token()
    looks = [lambda *_: [], late._objects, late._objects]
    monkeypatch.setattr(late, "_objects", lambda *given: looks.pop(0)(*given))
    with pytest.raises(VaultError, match="more than one object"):
        late.create()
    assert open_token().identity(PREFIX) == Identity.from_seed(SEED, PREFIX)


def test_every_changed_byte_is_found(softhsm: SoftHsm, open_token: OpenToken, name: str) -> None:
    open_token().restore(SEED)
    with softhsm.logged_in() as session:
        sealed = find(session, name, "DATA")[attributes().VALUE]
    changed = [sealed[:at] + bytes([byte ^ 1]) + sealed[at + 1 :] for at, byte in enumerate(sealed)]
    for content in [*changed, b"", sealed[:1], sealed[:29], sealed[:-1], sealed + b"\0", bytes(5000)]:
        replace_data(softhsm, name, content)
        assert "sealed seed" in refused(open_token())
    replace_data(softhsm, name, sealed)
    assert open_token().identity(PREFIX) == Identity.from_seed(SEED, PREFIX)


def replace_data(softhsm: SoftHsm, label: str, value: bytes, token: str = TOKEN) -> None:
    with softhsm.logged_in(token) as session:
        find(session, label, "DATA").destroy()
        put_data(session, label, value)


@pytest.mark.parametrize("token", [TOKEN, OTHER_TOKEN])
def test_a_seed_moved_to_another_key_does_not_open(
    softhsm: SoftHsm, open_token: OpenToken, name: str, token: str
) -> None:
    other = name if token == OTHER_TOKEN else f"{name}-other"
    open_token().restore(SEED)
    open_token(other, token=token).create()
    with softhsm.logged_in() as session:
        sealed = find(session, name, "DATA")[attributes().VALUE]
    replace_data(softhsm, other, sealed, token)
    assert "belongs to another object or token" in refused(open_token(other, token=token))


def test_a_seed_renamed_with_its_key_does_not_open(
    softhsm: SoftHsm, open_token: OpenToken, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key would decrypt it; the name that was authenticated with it is another."""
    from plings.vaults import token_vault

    monkeypatch.setattr(token_vault, "_NEVER_LEAVES", {**token_vault._NEVER_LEAVES, attributes().MODIFIABLE: True})
    open_token().restore(SEED)
    rename(softhsm, name, f"{name}-renamed")
    assert "belongs to another object or token" in refused(open_token(f"{name}-renamed"))
    rename(softhsm, f"{name}-renamed", name)
    assert open_token().identity(PREFIX) == Identity.from_seed(SEED, PREFIX)


def rename(softhsm: SoftHsm, old: str, new: str) -> None:
    with softhsm.logged_in() as session:
        find(session, old, "SECRET_KEY")[attributes().LABEL] = new
        data = find(session, old, "DATA")
        put_data(session, new, data[attributes().VALUE])
        data.destroy()


def test_a_key_from_outside_is_refused(softhsm: SoftHsm, open_token: OpenToken, name: str) -> None:
    from pkcs11 import Attribute, KeyType, ObjectClass

    open_token().restore(SEED)
    with softhsm.logged_in() as session:
        find(session, name, "SECRET_KEY").destroy()
        session.create_object(
            {
                Attribute.CLASS: ObjectClass.SECRET_KEY,
                Attribute.KEY_TYPE: KeyType.AES,
                Attribute.TOKEN: True,
                Attribute.SENSITIVE: True,
                Attribute.EXTRACTABLE: False,
                Attribute.DECRYPT: True,
                Attribute.LABEL: name,
                Attribute.VALUE: bytes(32),
            }
        )
    assert "was not made in the token" in refused(open_token())


@pytest.mark.parametrize("attribute", ["EXTRACTABLE", "SENSITIVE"])
def test_a_key_that_could_leave_is_refused(softhsm: SoftHsm, open_token: OpenToken, name: str, attribute: str) -> None:
    from pkcs11 import Attribute, KeyType

    open_token().restore(SEED)
    with softhsm.logged_in() as session:
        find(session, name, "SECRET_KEY").destroy()
        template = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
        template[Attribute[attribute]] = not template[Attribute[attribute]]
        session.generate_key(KeyType.AES, 256, label=name, store=True, template=template)
    assert "kept from leaving" in refused(open_token())


def test_destroying_the_key_erases_the_seed(softhsm: SoftHsm, open_token: OpenToken, name: str) -> None:
    open_token().restore(SEED)
    with softhsm.logged_in() as session:
        find(session, name, "SECRET_KEY").destroy()
    assert "its key is gone" in refused(open_token())
    with pytest.raises(VaultError, match="exists already"):
        open_token().create()


def test_a_key_that_seals_nothing_is_told(softhsm: SoftHsm, open_token: OpenToken, name: str) -> None:
    open_token().restore(SEED)
    with softhsm.logged_in() as session:
        find(session, name, "DATA").destroy()
    assert "cut short" in refused(open_token())


def test_no_such_object_or_token(open_token: OpenToken) -> None:
    assert "no such object" in refused(open_token())
    assert "no such token" in refused(open_token(token="nowhere"))
    assert "more than one token" in refused(open_token(token=TWIN))


@pytest.mark.parametrize("pin", ["0000-not-the-pin", "1", "x" * 300])
def test_a_wrong_pin(open_token: OpenToken, pin: str) -> None:
    open_token().create()
    assert "PIN is wrong" in refused(open_token(pin=pin), *([pin] if len(pin) > 1 else []))
    assert open_token().identity(PREFIX), "the right one still works"


def test_the_pin_is_needed_to_ask_for_anything(open_token: OpenToken) -> None:
    with pytest.raises(VaultError, match="PIN is wrong"):
        open_token(pin="0000-not-the-pin").exists()
    for pin in ("", "\udcff"):
        with pytest.raises(SettingsError, match="PIN for pkcs11:"):
            open_token(pin=pin).exists()


def test_the_environment_is_asked(softhsm: SoftHsm, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLINGS_PKCS11_MODULE", str(softhsm.module))
    vault = open_vault(f"pkcs11:token={TOKEN};object={name}")
    with pytest.raises(SettingsError, match="set PLINGS_PKCS11_PIN"):
        vault.create()
    monkeypatch.setenv("PLINGS_PKCS11_PIN", PIN)
    vault.restore(SEED)
    assert vault.identity(PREFIX) == Identity.from_seed(SEED, PREFIX)


def test_modules_that_cannot_be_used(softhsm: SoftHsm, tmp_path: Path) -> None:
    text = tmp_path / "text.so"
    text.write_text("not a library")
    for module, reason in (
        (tmp_path / "none.so", "no such file"),
        (Path("softhsm.so"), "no absolute path"),
        (tmp_path, "no such file"),
        (text, "cannot be started"),
    ):
        vault = open_vault(f"pkcs11:token={TOKEN};object=a", secret=lambda: PIN, module=module)
        with pytest.raises(SettingsError, match=reason) as caught:
            vault.exists()
        assert PIN not in "".join(traceback.format_exception(caught.value))
        assert caught.value.__suppress_context__ or not caught.value.__context__


def test_threads_do_not_log_each_other_out(open_token: OpenToken) -> None:
    open_token().restore(SEED)
    expected = Identity.from_seed(SEED, PREFIX).node.sign(b"a message")
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: open_token().sign(PREFIX, b"a message"), range(24))) == {expected}


def test_another_login_in_the_process_is_told(softhsm: SoftHsm, open_token: OpenToken) -> None:
    with softhsm.logged_in():
        assert "logged in" in refused(open_token())


def test_bad_seeds_reach_no_token(softhsm: SoftHsm) -> None:
    vault = open_vault(f"pkcs11:token={TOKEN};object=a", module=softhsm.module)  # without a PIN
    with pytest.raises(SeedError):
        vault.restore(bytes(15))


def test_no_repr_shows_a_secret(open_token: OpenToken, name: str) -> None:
    vault = open_token()
    vault.restore(SEED)
    vault.identity(PREFIX)
    assert repr(vault) == f"TokenVault(pkcs11:token={TOKEN};object={name})"
    assert PIN not in repr(vars(vault)) and repr(SEED)[2:-1] not in repr(vars(vault))
