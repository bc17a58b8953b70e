from __future__ import annotations

from typing import Any

from solders.pubkey import Pubkey

from plings.identity import ScanUrl


def code_argument(code: ScanUrl) -> dict[str, Any]:
    """What is printed on an object, as the program takes it."""
    address = Pubkey.from_bytes(code.address)
    return {"path": code.path.text, "class_pointer": list(code.class_pointer.value), "address": address}
