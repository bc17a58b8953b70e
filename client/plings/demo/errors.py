from __future__ import annotations

from plings.errors import PlingsError


class Disproved(PlingsError):
    """Something that must follow from what the demo did is not so."""
