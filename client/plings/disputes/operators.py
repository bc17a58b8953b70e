"""How many operators some nodes have, at most: the same site or the same machine is one, under however many names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_network

from plings.disputes.node_address import IpAddress, NodeAddress, site_of


def operators_of(
    nodes: Iterable[NodeAddress], addresses: Mapping[str, Sequence[IpAddress]] | None = None
) -> dict[str, str]:
    """The operator of each node, by the nodes' names. `addresses` are those that a host's name led to, if known.

    An operator is named by the first of its sites in alphabetical order.
    """
    found, by_name = dict[str, set[str]](), {node.name: node for node in nodes}
    for name, node in by_name.items():
        led_to = [*(addresses or {}).get(node.host, ()), *_known(node)]
        found[name] = {site_of(node.host), *(_machine(one) for one in led_to)}
    return {name: min(_connected(marks, found.values())) for name, marks in found.items()}


def _connected(marks: set[str], all_marks: Iterable[set[str]]) -> set[str]:
    """All marks that these lead to, over nodes that have marks of both."""
    others = list(all_marks)
    reached = set(marks)
    while more := set().union(*(other for other in others if other & reached)) - reached:
        reached |= more
    return {mark for mark in reached if not mark.startswith("at ")} or reached


def _known(node: NodeAddress) -> Sequence[IpAddress]:
    """Where a host is without looking its name up."""
    if node.host == "localhost":
        return (IPv4Address("127.0.0.1"), IPv6Address("::1"))
    return (node.literal,) if node.literal else ()


def _machine(address: IpAddress) -> str:
    """Whoever has one address of IPv6 has the 2^64 around it."""
    if isinstance(address, IPv6Address):
        return f"at {ip_network((address, 64), strict=False)}"
    return f"at {address}"
