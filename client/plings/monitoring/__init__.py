"""What looks wrong in all that was indexed: patterns that somebody should look at, each told of once."""

from plings.monitoring.findings import Finding, findings
from plings.monitoring.looking import Look, Raised, Standing, begin_again, keep_looking, look, look_at_rest, standing
from plings.monitoring.patterns import PATTERNS, Evidence, Pattern, Suspicion
from plings.monitoring.thresholds import Threshold, set_threshold, thresholds

__all__ = [
    "PATTERNS",
    "Evidence",
    "Finding",
    "Look",
    "Pattern",
    "Raised",
    "Standing",
    "Suspicion",
    "Threshold",
    "begin_again",
    "findings",
    "keep_looking",
    "look",
    "look_at_rest",
    "set_threshold",
    "standing",
    "thresholds",
]
