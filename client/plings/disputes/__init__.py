"""Somebody claims to own an object: who does, and how is that known? See docs/decisions/0019-disputes.md."""

from plings.disputes.claim import Claim
from plings.disputes.evidence import evidence_of
from plings.disputes.faults import LIES, Fault
from plings.disputes.node_address import NodeAddress
from plings.disputes.node_client import Network
from plings.disputes.resolve import Limits, Resolution, Sources, default_quorum, resolve
from plings.disputes.testimony import ChainSaid, IndexSaid, NodeSaid, Testimony
from plings.disputes.verdict import Grade, Standing, Verdict

__all__ = [
    "LIES",
    "ChainSaid",
    "Claim",
    "Fault",
    "Grade",
    "IndexSaid",
    "Limits",
    "Network",
    "NodeAddress",
    "NodeSaid",
    "Resolution",
    "Sources",
    "Standing",
    "Testimony",
    "Verdict",
    "default_quorum",
    "evidence_of",
    "resolve",
]
