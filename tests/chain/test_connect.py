"""From a name to a cluster."""

import pytest

from plings.chain import KNOWN_CLUSTERS, EmbeddedCluster, RpcCluster, connect
from plings.errors import SettingsError


async def test_embedded_is_in_process() -> None:
    async with connect("embedded") as cluster:
        assert isinstance(cluster, EmbeddedCluster)


@pytest.mark.parametrize("name", [*KNOWN_CLUSTERS, "http://127.0.0.1:8899", "HTTPS://rpc.example/v1?api-key=k"])
async def test_others_are_nodes(name: str) -> None:
    async with connect(name) as cluster:
        assert isinstance(cluster, RpcCluster)


@pytest.mark.parametrize(
    "name", ["", "main", "Mainnet", "mainnet ", "ftp://x", "127.0.0.1:8899", "ws://x", "file:///x"]
)
def test_other_names_are_refused_with_what_is_accepted(name: str) -> None:
    with pytest.raises(SettingsError, match="embedded, localnet, devnet, testnet, mainnet, or an http"):
        connect(name)


@pytest.mark.parametrize(
    "name", ["http://", "https://:80", "http://[", "http://a b/\x00", "http://xn--a", "http://key@:80"]
)
def test_malformed_addresses_are_refused(name: str) -> None:
    with pytest.raises(SettingsError):
        connect(name)


def test_public_clusters_are_held_to_their_genesis() -> None:
    assert {name for name, known in KNOWN_CLUSTERS.items() if known.genesis} == {"devnet", "testnet", "mainnet"}
    assert len({known.genesis for known in KNOWN_CLUSTERS.values()}) == len(KNOWN_CLUSTERS)


def test_unsafe_settings_are_refused() -> None:
    with pytest.raises(SettingsError, match="confirmed or finalized"):
        connect("localnet", commitment="processed")
    with pytest.raises(SettingsError, match="priority fee"):
        connect("localnet", max_priority_fee_lamports=-1)
