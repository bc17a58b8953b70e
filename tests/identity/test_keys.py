from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.frozen import vectors
from plings.errors import PathError, SeedError
from plings.identity import ClassPath, Identity, Node, Path, derive_node, identity_node, master_node, parse_seed_hex

SEED = bytes(range(32))
PREFIX = ClassPath("2.3")
SECRET = "5eed" * 16


@pytest.mark.parametrize("row", vectors("slip10", "official"), ids=lambda row: row["path"])
def test_official_vectors(row: dict[str, Any]) -> None:
    indices = [int(step.rstrip("'")) for step in row["path"].split("/")[1:]]
    node = master_node(parse_seed_hex(row["seed"])).descendant(indices)
    assert (node.key.hex(), node.chain_code.hex()) == (row["private"], row["chain_code"])
    assert node.public_key.hex() == row["public"]


@pytest.mark.parametrize("row", vectors("slip10", "plings"), ids=lambda row: row["path"])
def test_keys_of_paths(row: dict[str, Any]) -> None:
    path: Path | ClassPath = Path(row["path"]) if row["path"].count(".") > 2 else ClassPath(row["path"])
    assert row["derivation"] == "m/44'/501'/" + "/".join(f"{number}'" for number in path.numbers)
    assert derive_node(parse_seed_hex(row["seed"]), path).address == row["address"]


@settings(max_examples=20)
@given(st.binary(min_size=16, max_size=64), st.sampled_from(["2.3.4.5", "2.3.4F.2aB.5.3j"]))
def test_whoever_holds_the_identity_derives_the_same_objects(seed: bytes, text: str) -> None:
    path = Path(text)
    identity = Identity(PREFIX, identity_node(seed, PREFIX))
    assert identity.instance(path) == derive_node(seed, path)
    assert identity == Identity.from_seed(seed, PREFIX)
    assert identity.public_key == identity.node.public_key


@pytest.mark.parametrize("text", ["2.4.4.5", "3.3.4.5", "2.31.4.5"])
def test_an_identity_refuses_paths_of_others(text: str) -> None:
    with pytest.raises(PathError) as caught:
        Identity.from_seed(SEED, PREFIX).instance(Path(text))
    assert caught.value.rule == "foreign"


@pytest.mark.parametrize("prefix", [ClassPath("2.3.4"), Path("2.3.4.5"), "2.3"])
def test_an_identity_is_of_exactly_two_segments(prefix: Any) -> None:
    for make in (identity_node, Identity.from_seed):
        with pytest.raises(PathError) as caught:
            make(SEED, prefix)
        assert caught.value.rule == "prefix"


def test_no_repr_shows_a_secret() -> None:
    identity = Identity.from_seed(SEED, PREFIX)
    for text in (repr(identity), str(identity), repr(identity.node), f"{identity.node}"):
        for secret in (identity.node.key, identity.node.chain_code):
            assert secret.hex() not in text
            assert repr(secret)[2:-1] not in text
        assert identity.node.address in text


@pytest.mark.parametrize("index", [-1, 2**31, 2**32])
def test_indices_outside_31_bits_are_refused(index: int) -> None:
    with pytest.raises(SeedError) as caught:
        master_node(SEED).child(index)
    assert caught.value.rule == "index"


@pytest.mark.parametrize("parts", [(b"", SEED), (SEED, SEED[1:]), ("k" * 32, SEED)])
def test_nodes_of_other_sizes_are_refused(parts: tuple[Any, Any]) -> None:
    with pytest.raises(SeedError) as caught:
        Node(*parts)
    assert caught.value.rule == "node_size"


@pytest.mark.parametrize(("seed", "rule"), [(bytes(15), "size"), (bytes(65), "size"), ("a" * 32, "not_bytes")])
def test_refused_seeds(seed: Any, rule: str) -> None:
    with pytest.raises(SeedError) as caught:
        master_node(seed)
    assert caught.value.rule == rule


@given(st.binary(min_size=16, max_size=64))
def test_seeds_in_hexadecimal_read_back(seed: bytes) -> None:
    assert parse_seed_hex(seed.hex()) == parse_seed_hex(seed.hex().upper()) == seed


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "length"),
        (SECRET[:30], "length"),
        (SECRET * 3, "length"),
        (SECRET[:33], "odd"),
        ("0x" + SECRET, "hex"),
        (SECRET[:-1] + "\n", "hex"),
        (SECRET[:-2] + " f", "hex"),
        (SECRET[:-1] + "g", "hex"),
        (SECRET[:-1] + "٣", "hex"),
        (SECRET[:-1] + "_", "hex"),
        (SECRET.encode(), "not_text"),
        (None, "not_text"),
    ],
)
def test_refused_hexadecimal_seeds_are_not_echoed(text: Any, rule: str) -> None:
    with pytest.raises(SeedError) as caught:
        parse_seed_hex(text)
    assert caught.value.rule == rule
    assert "5eed" not in f"{caught.value} {caught.value!r} {caught.value.value} {caught.value.args}"
