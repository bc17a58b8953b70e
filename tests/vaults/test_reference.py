from __future__ import annotations

import base64
import string
from typing import Any
from urllib.parse import quote

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plings.errors import VaultError
from plings.vaults import LONGEST_REFERENCE, FileReference, TokenReference, parse_reference

SEED = "5eed" * 8
PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
SCHEMES = st.sampled_from(["", "file:", "FILE:", "file://", "pkcs11:", "pkcs11:token=", "pkcs11:object=a;token="])
NEARLY = st.text("abtoken=;object%20?/.:-_AZ\n\0\\é", max_size=60)
LABELS = st.text(PRINTABLE, min_size=1, max_size=18).filter(lambda text: text == text.strip())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("file:wallet-v1", FileReference("wallet-v1")),
        ("file:2", FileReference("2")),
        ("file:a_b-" + "c" * 19, FileReference("a_b-" + "c" * 19)),
        ("pkcs11:token=plings;object=wallet-v1", TokenReference("plings", "wallet-v1")),
        ("pkcs11:token=Plings%20%2F%20EU;object=a.b~c_d", TokenReference("Plings / EU", "a.b~c_d")),
        ("pkcs11:token=a%3Bobject%3Db;object=%25%3F", TokenReference("a;object=b", "%?")),
    ],
)
def test_references(text: str, expected: object) -> None:
    assert parse_reference(text) == expected
    assert str(expected) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "not text"),
        (b"file:a", "not text"),
        ("", "begins with neither"),
        ("wallet-v1", "begins with neither"),
        ("File:wallet-v1", "begins with neither"),
        (" file:wallet-v1", "begins with neither"),
        ("https://example.org/key", "begins with neither"),
        (SEED, "begins with neither"),
        ("file:", "a file's name"),
        ("file:..", "a file's name"),
        ("file:../wallet", "a file's name"),
        ("file:a/b", "a file's name"),
        ("file:/etc/passwd", "a file's name"),
        ("file:a\\b", "a file's name"),
        ("file:a.json", "a file's name"),
        ("file:Wallet", "a file's name"),
        ("file:-a", "a file's name"),
        ("file:a-", "a file's name"),
        ("file:a\n", "a file's name"),
        ("file:a\0", "a file's name"),
        ("file:wället", "a file's name"),
        ("file:٣", "a file's name"),
        ("file:" + "a-" * 16 + "a", "a file's name"),
        ("file:" + SEED[:31], "look like a key"),
        ("pkcs11:", "these two attributes"),
        ("pkcs11:token=plings", "these two attributes"),
        ("pkcs11:object=a;token=b", "these two attributes"),
        ("pkcs11:token=a;object=b;object=c", "these two attributes"),
        ("pkcs11:token=a;object=b;type=secret-key", "these two attributes"),
        ("pkcs11:token=a;object=b;pin-value=1234", "these two attributes"),
        ("pkcs11:token=a;object=b?module-path=/lib/a.so", "a setting"),
        ("pkcs11:token=a;object=b?pin-value=1234", "a setting"),
        ("pkcs11:token=;object=b", "a label"),
        ("pkcs11:token=%20a;object=b", "a label"),
        ("pkcs11:token=a;object=b%20", "a label"),
        ("pkcs11:token=a;object=b%00", "a label"),
        ("pkcs11:token=a;object=%C3%BC", "a label"),
        ("pkcs11:token=a;object=%FF", "a label"),
        ("pkcs11:token=" + "a-" * 16 + "a;object=b", "a label"),
        ("pkcs11:token=a;object=" + SEED, "look like a key"),
        ("pkcs11:token=" + SEED + ";object=a", "look like a key"),
        ("pkcs11:token=a b;object=c", "has to be written pkcs11:token=a%20b;object=c"),
        ("pkcs11:token=%61;object=c", "has to be written pkcs11:token=a;object=c"),
        ("pkcs11:token=a%2f;object=c", "has to be written pkcs11:token=a%2F;object=c"),
        ("pkcs11:token=a:b;object=c", "has to be written pkcs11:token=a%3Ab;object=c"),
        ("pkcs11:token=a;object=100%", "has to be written pkcs11:token=a;object=100%25"),
        ("pkcs11:token=a;object=" + "%20" * 40, "more than 100 characters"),
        ("file:" + "a" * 96, "more than 100 characters"),
    ],
)
def test_refused(text: Any, reason: str) -> None:
    with pytest.raises(VaultError) as caught:
        parse_reference(text)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "5eed" not in str(caught.value)


@given(st.one_of(st.text(), st.builds(str.__add__, SCHEMES, st.text()), st.builds(str.__add__, SCHEMES, NEARLY)))
def test_whatever_is_accepted_is_the_one_spelling(text: str) -> None:
    try:
        reference = parse_reference(text)
    except VaultError as error:
        assert error.__context__ is None
        return
    assert str(reference) == text
    assert text.isascii() and text.isprintable() and len(text) <= LONGEST_REFERENCE
    if isinstance(reference, FileReference):
        assert set(reference.name) <= set(string.ascii_lowercase + string.digits + "-_")


@given(LABELS, LABELS)
def test_labels_read_back(token: str, object: str) -> None:
    try:
        reference = TokenReference(token, object)
    except VaultError as error:
        assert "100 characters" in str(error)
        return
    assert parse_reference(str(reference)) == reference
    assert str(reference) == f"pkcs11:token={quote(token, safe='')};object={quote(object, safe='')}"


@given(
    st.binary(min_size=16, max_size=64).filter(lambda key: key[0]),  # zeros in front are short in base58
    st.sampled_from(
        [bytes.hex, lambda key: base58.b58encode(key).decode(), lambda key: base64.b64encode(key).decode()]
    ),
    st.sampled_from(["{}", "file:{}", "file:a-{}", "pkcs11:token={};object=a", "pkcs11:token=a;object={}"]),
)
def test_keys_are_no_references_and_not_echoed(key: bytes, spell: Any, pattern: str) -> None:
    text = spell(key)
    for spelled in (text, text.lower(), quote(text, safe="")):
        with pytest.raises(VaultError) as caught:
            parse_reference(pattern.format(spelled))
        assert spelled not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize(
    "make", [lambda: FileReference("../a"), lambda: TokenReference("a", ""), lambda: TokenReference("a", SEED)]
)
def test_values_are_checked_too(make: Any) -> None:
    with pytest.raises(VaultError):
        make()
