"""What the database takes for a reference to a key is what plings.vaults does: no more, and no less."""

from __future__ import annotations

import random

import pytest

from plings.errors import VaultError
from plings.vaults import parse_reference
from registry.planting import own
from registry.world import World

TEXTS = [
    *("file:wallet-v1", "file:a", "file:" + "a-" * 15 + "a", "file:" + "a-" * 15 + "ab", "file:a_", "file:-a", "file:"),
    *("file:Wallet", "file:a b", "file:../a", "FILE:a", "file:a\n", " file:a", "file:" + "a" * 19, "file:" + "a" * 20),
    *("file:abcdefghij-klmnopqrst", "file:é", "file:a.b", "pkcs11:", "pkcs11:token=a", "pkcs11:object=b;token=a"),
    *("pkcs11:token=a;object=b", "pkcs11:token=a;object=b;", "pkcs11:token=;object=b", "pkcs11:token=a;object="),
    *("pkcs11:token=My%20Token;object=k%3B1", "pkcs11:token=%20a;object=b", "pkcs11:token=a%20;object=b"),
    *(
        "pkcs11:token=a;object=%20",
        "pkcs11:token=a%3b;object=b",
        "pkcs11:token=%41;object=b",
        "pkcs11:token=a+b;object=c",
    ),
    *(
        "pkcs11:token=a%2Bb;object=c",
        "pkcs11:token=a%2;object=b",
        "pkcs11:token=a%7F;object=b",
        "pkcs11:token=~;object=_",
    ),
    *("pkcs11:token=%0A;object=b", "pkcs11:token=%C3%A9;object=b", "pkcs11:token=a;object=b?pin-value=1"),
    "pkcs11:token=" + "a." * 16 + ";object=" + "b." * 16,
    "pkcs11:token=" + "a." * 16 + "a;object=b",
    "pkcs11:token=" + "%20".join("a" * 12) + ";object=" + "%20".join("b" * 12),
    "pkcs11:token=" + "%20".join("a" * 14) + ";object=" + "%20".join("b" * 14),
    "pkcs11:token=abcdefghij%2Bklmnopqrs;object=b",
    "pkcs11:token=abcdefghij%20klmnopqrstuvwxyz;object=b",
    "pkcs11:token=abcdefghij%2Fklmnopqrstuvwxyz;object=b",
    "pkcs11:token=a;object=5Kb8kLf9zgWQnogidDA76MzPL6TsZZY36hWXMssSzNyd",
    *("", "x", "file:" + "a-" * 100, "5Kb8kLf9zgWQnogidDA76MzPL6TsZZY36hWXMssSzNyd"),
]


def test_the_database_and_the_package_agree(world: World) -> None:
    chance = random.Random(3)
    parts = [
        "a",
        "Z",
        "9",
        "-",
        "_",
        ".",
        "~",
        "%20",
        "%2B",
        "%2F",
        "%3B",
        "%41",
        "%7E",
        "%",
        "+",
        ";",
        "=",
        "abcdefghi",
    ]
    made = ["".join(chance.choices(parts, k=chance.randint(1, 5))) for _ in range(600)]
    texts = TEXTS + [f"file:{one}" for one in made[:200]]
    texts += [f"pkcs11:token={one};object={other}" for one, other in zip(made[200:400], made[400:], strict=True)]
    texts += [f"pkcs11:token={one};object=b" for one in made[200:400]]
    select = "SELECT text, is_key_reference(text) AS said FROM unnest(%s::text[]) AS text"
    said = {row["text"]: row["said"] for row in own(world.ada, select, [texts])}
    assert said == {text: is_reference(text) for text in texts}
    assert 80 < sum(said.values()) < len(said) - 80


@pytest.mark.parametrize("column", ["master_key_id", "ed25519_private_key_reference"])
def test_both_columns_ask_it(world: World, column: str) -> None:
    select = """
        SELECT pg_get_constraintdef(pg_constraint.oid) AS text FROM pg_constraint
        JOIN pg_attribute ON attrelid = conrelid AND attnum = ALL (conkey) WHERE attname = %s AND contype = 'c'
    """
    assert [row["text"] for row in own(world.ada, select, [column])] == [f"CHECK (is_key_reference({column}))"]


def is_reference(text: str) -> bool:
    try:
        return str(parse_reference(text)) == text
    except VaultError:
        return False
