"""What the accounts have in common: a discriminator, then the fields of the IDL without padding."""

from __future__ import annotations

from typing import Any

from construct import ConstructError

from plings.errors import ClusterError
from plings.program.interface import coder


def parse(name: str, data: bytes) -> Any:
    """The fields of the account type `name`. Raises ClusterError when `data` is not of that type."""
    if not data.startswith(coder().accounts.acc_name_to_discriminator[name]):
        raise ClusterError(f"the account holds no {name}")
    try:
        return coder().accounts.decode(data)
    except ConstructError as error:
        raise ClusterError(f"the account holds a {name} that is cut short") from error
