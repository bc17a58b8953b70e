from __future__ import annotations

import hashlib
from typing import Any

import pytest

from plings.errors import VaultError
from plings.vaults import Scrypt


def test_rfc_7914_vectors() -> None:
    """Section 12: the first 32 of the 64 bytes, which do not depend on the length."""
    assert Scrypt(n=16, r=1, p=1).key("", b"").hex() == (
        "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
    )


def test_another_implementation_agrees() -> None:
    expected = hashlib.scrypt("grüße".encode(), salt=bytes(16), n=64, r=4, p=2, dklen=32)
    assert Scrypt(n=64, r=4, p=2).key("grüße", bytes(16)) == expected


def test_one_passphrase_from_any_keyboard() -> None:
    work = Scrypt(n=2, r=1)
    assert work.key("u\u0308", bytes(16)) == work.key("\u00fc", bytes(16))


def test_the_cost_without_any_choice() -> None:
    assert Scrypt() == Scrypt(n=2**17, r=8, p=1)


@pytest.mark.parametrize(
    ("n", "r", "p", "reason"),
    [
        (0, 8, 1, "above 0"),
        (-2, 8, 1, "above 0"),
        (2, 0, 1, "above 0"),
        (2, 8, 0, "above 0"),
        (2.0, 8, 1, "whole numbers"),
        (True, 8, 1, "whole numbers"),
        ("16", 8, 1, "whole numbers"),
        (None, 8, 1, "whole numbers"),
        (1, 8, 1, "power of two"),
        (3, 8, 1, "power of two"),
        (2**17 - 1, 8, 1, "power of two"),
        (2**19, 8, 1, "256 MiB"),
        (2**18, 9, 1, "256 MiB"),
        (2**4000, 1, 1, "256 MiB"),
        (2, 2**30, 1, "256 MiB"),
        (2, 1, 5, "4 passes"),
    ],
)
def test_refused_costs(n: Any, r: Any, p: Any, reason: str) -> None:
    with pytest.raises(VaultError, match=reason):
        Scrypt(n=n, r=r, p=p)


def test_too_little_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(**_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("plings.vaults.scrypt.Derivation", no_memory)
    with pytest.raises(VaultError, match="128 MiB"):
        Scrypt().key("any", bytes(16))
