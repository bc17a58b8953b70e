"""What a legacy code is by now."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from plings.dash.legacy import LegacyCode
from plings.errors import NotInRegistry, ValueRefused, shown
from plings.identity import DEFAULT_HOST, ClassPointer, Path, ScanUrl, parse_address
from plings.registry import Registry


@dataclass(frozen=True)
class Resolved:
    """`url` is the code of today, where its address is known. `key_is_right`: the instance key in the legacy code is
    the one that was printed; None where there is none to compare."""

    old_path: str
    path: str
    class_pointer: str
    class_id: UUID
    address: str | None
    url: str | None
    key_is_right: bool | None


def resolve(registry: Registry, text: str, host: str = DEFAULT_HOST) -> Resolved:
    """The object of a legacy URL, or of a bare legacy path. For anybody: it tells what the code does.

    Raises LegacyError, NotInRegistry (`unknown_legacy`) for what was not taken in or is not migrated yet, and
    ValueRefused (`other_key`) for a URL whose instance key is not the one that was printed: it is a copy or made up.
    """
    code = LegacyCode.parse(text, host)
    path = code.path
    row = registry.row(
        "SELECT * FROM resolve_dash_path(%s, %s, %s)", [path.class_path, path.path.batch, path.path.instance]
    )
    if row is None:
        raise NotInRegistry(f"{path} was not taken in, or is not migrated yet", "unknown_legacy")
    printed, given = row["instance_key"], code.instance_key
    if None not in (printed, given) and printed != given:
        raise ValueRefused(f"{shown(given)} is not the instance key that was printed with {path}", "other_key")
    address, new, pointer = row["address"], Path(row["new_path"]), row["class_pointer"]
    url = None
    if address is not None:
        url = ScanUrl("q", new, ClassPointer.parse(pointer), parse_address(address), host=host).text
    known = None if None in (printed, given) else True
    return Resolved(path.text, new.text, pointer, row["class_id"], address, url, known)
