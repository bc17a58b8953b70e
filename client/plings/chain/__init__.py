"""The only part of plings that talks to a cluster."""

from plings.chain.cluster import (
    Account,
    Clock,
    Cluster,
    Confirmed,
    Mention,
    OnSigned,
    Past,
    Prepared,
    Ran,
    Signed,
    Simulation,
    Status,
)
from plings.chain.connect import KNOWN_CLUSTERS, connect
from plings.chain.embedded import EmbeddedCluster
from plings.chain.failures import PROGRAM_ERRORS
from plings.chain.node import Patience
from plings.chain.rpc import RpcCluster
from plings.chain.transaction import BUDGET_COMPUTE_UNITS

__all__ = [
    "BUDGET_COMPUTE_UNITS",
    "KNOWN_CLUSTERS",
    "PROGRAM_ERRORS",
    "Account",
    "Clock",
    "Cluster",
    "Confirmed",
    "EmbeddedCluster",
    "Mention",
    "OnSigned",
    "Past",
    "Patience",
    "Prepared",
    "Ran",
    "RpcCluster",
    "Signed",
    "Simulation",
    "Status",
    "connect",
]
