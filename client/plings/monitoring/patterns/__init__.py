"""One file for each pattern: what it looks for, how, what it means and what to do about it."""

from typing import Final

from plings.monitoring.patterns import (
    address_on_paths,
    copied_code,
    impossible_rate,
    malformed_address,
    pointer_on_paths,
    unusual_path,
)
from plings.monitoring.patterns.pattern import Evidence, Pattern, Suspicion

PATTERNS: Final = {
    each.PATTERN.name: each.PATTERN
    for each in (
        address_on_paths,
        malformed_address,
        unusual_path,
        pointer_on_paths,
        impossible_rate,
        copied_code,
    )
}
"""By name, the seed's four first."""

__all__ = ["PATTERNS", "Evidence", "Pattern", "Suspicion"]
