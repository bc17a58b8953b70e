"""Class pointer collisions: found, told of, and got out of. Two classes of one pointer are never both registered.

By chance it takes about 10^9 classes for one in forty to see a collision; on purpose a manufacturer can collide its
own classes. Either way the second one is refused, and goes one level down.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Final
from uuid import UUID

from plings.errors import DatabaseUnavailable, NotInRegistry, shown
from plings.identity import ClassPath, ClassPointer
from plings.registry.alerts import alerts
from plings.registry.database import Registry, Row
from plings.registry.pointers import find_product
from plings.registry.sessions import Sessions

log = logging.getLogger("plings.registry")

PREVENTED: Final = "CLASS_POINTER_COLLISION_PREVENTED"
DETECTED: Final = "CLASS_POINTER_COLLISION"


@dataclass(frozen=True)
class Finding:
    """`shared`: several rows hold the pointer. `not in the registry`, `in no partition`, `not its hash`: rows tell
    different things of it. None of these comes about through the registry; all mean that somebody looks."""

    class_pointer: str
    finding: str
    manufacturer_count: int


@dataclass(frozen=True)
class Resolution:
    """A class that was registered one level down, its own path's pointer being another's."""

    original_path: str
    original_pointer: str
    resolved_path: str
    resolved_pointer: str
    resolved_at: datetime


@dataclass(frozen=True)
class Option:
    """A way out, or (not `offered`) why it is none. `path` and `class_pointer` are what it would come to, if known."""

    option: str
    description: str
    impact: str
    offered: bool
    path: str | None = None
    class_pointer: str | None = None


@dataclass(frozen=True)
class Guidance:
    """What to do about a collision. `holder` is who has the pointer, `holder_path` for which class: both are public."""

    issue: str
    class_pointer: str
    path_to_pointer: str
    holder: str
    holder_path: str | None
    options: tuple[Option, ...]
    recommendation: str


def detect_collisions(registry: Registry, *, limit: int = 10_000) -> list[Finding]:
    """Reads all pointers, and tells where two rows, or a row and the registry, contradict each other.

    Raises AccessDenied for a manufacturer's own role.
    """
    select = """
        SELECT duplicate_pointer AS class_pointer, finding, manufacturer_count
        FROM detect_class_pointer_collisions() LIMIT %s
    """
    return registry.records(Finding, select, [limit])


def alert_on_collisions(registry: Registry) -> int:
    """The same, with a critical alert for each finding that has no open one; how many were found.

    Raises AccessDenied for who is no super-admin.
    """
    found: int = registry.rows("SELECT alert_on_collisions() AS found")[0]["found"]
    return found


def watch_collisions(
    registry: Registry, every_seconds: float, stop: Event, *, on_check: Callable[[int], None] = lambda _: None
) -> None:
    """Looks for collisions until `stop` is set, each time over a connection of its own, and tells `on_check` how many.

    While the database is away it waits for the next time. Raises AccessDenied for who is no super-admin.
    """
    sessions = Sessions.like(registry)
    while not stop.is_set():
        try:
            with sessions.another() as own:
                found = alert_on_collisions(own)
        except DatabaseUnavailable as error:
            log.warning("looking for collisions: %s", error)
        else:
            on_check(found)
        stop.wait(every_seconds)


def resolve_collision(registry: Registry, path_to_pointer: str, class_id: UUID) -> Resolution:
    """Registers a class whose path's pointer is another's one level down, at the first number that is free: `2.3.2.2`
    for `2.3.2`. Its alert is resolved. Again, it tells what was done.

    By an owner or admin of the organisation, or a super-admin. Raises PathError, AccessDenied, NotInRegistry,
    StateRefused (`no_collision`), LimitReached (`no_free_level`: the path is as deep or long as paths are),
    ValueRefused (`unregistrable`).
    """
    select = """
        SELECT original_path, pointer_text(original_pointer) AS original_pointer,
            resolved_path, pointer_text(resolved_pointer) AS resolved_pointer, resolved_at
        FROM resolve_class_pointer_collision(%s, %s)
    """
    return registry.records(Resolution, select, [ClassPath(path_to_pointer).text, class_id])[0]


def collision_guidance(registry: Registry, manufacturer: str, class_pointer: str) -> Guidance:
    """What a manufacturer, by prefix or public key, can do about a pointer that was refused to it.

    For those who see its alerts. Raises ClassPointerError, AccessDenied, NotInRegistry (`no_collision`: no open alert
    tells of one).
    """
    ClassPointer.parse(class_pointer)
    alert = next(
        (
            one.details
            for one in alerts(registry, alert_type=PREVENTED)
            if one.details["attempted_pointer"] == class_pointer and _is_of(manufacturer, one.details)
        ),
        None,
    )
    if alert is None:
        raise NotInRegistry(
            f"no class of {shown(manufacturer)} was refused the pointer {class_pointer}", "no_collision"
        )
    path: str = alert["attempted_path"]
    holder, holder_path = _holder(registry, class_pointer, alert)
    automatic = _automatic(registry, alert["attempting_manufacturer"], path)
    return Guidance(
        issue=f"The class pointer {class_pointer} of {path} is that of another class, of {holder}",
        class_pointer=class_pointer,
        path_to_pointer=path,
        holder=holder,
        holder_path=holder_path,
        options=(automatic, _manual(path), _SHARED),
        recommendation=automatic.option if automatic.offered else "manual_path_change",
    )


def _is_of(manufacturer: str, details: Row) -> bool:
    return details["attempting_manufacturer"] == manufacturer or f"{details['attempted_path']}.".startswith(
        f"{manufacturer}."
    )


def _holder(registry: Registry, class_pointer: str, details: Row) -> tuple[str, str | None]:
    """Who has the pointer, and the class's path: no more than everybody's lookup of it tells."""
    try:
        product = find_product(registry, class_pointer)
    except NotInRegistry:
        return f"the manufacturer of key {details['existing_manufacturer']}", details["existing_path"]
    return f"{product.manufacturer_name} ({product.prefix})", product.path_to_pointer


def _automatic(registry: Registry, pubkey: str, path: str) -> Option:
    select = """
        SELECT path, pointer_text(class_pointer_of(%(pubkey)s, path)) AS class_pointer
        FROM collision_way_out(%(pubkey)s, %(path)s) AS path
    """
    way_out = registry.rows(select, {"pubkey": pubkey, "path": path})[0]
    if way_out["path"] is None:
        return Option("automatic_resolution", f"No level below {path} is free", "None", offered=False)
    return Option(
        "automatic_resolution",
        f"The class is registered one level down, as {way_out['path']}",
        "Minimal: customers won't notice; the codes are printed with that path",
        True,
        **way_out,
    )


def _manual(path: str) -> Option:
    return Option(
        "manual_path_change",
        f"You choose another path than {path} for the class, and register that",
        "Full control, but the product line changes its paths",
        True,
    )


_SHARED: Final = Option(
    "accept_shared_pointer",
    "Not offered: in this registry a pointer is one class's, so that a shop that looks one up sells one product",
    "Shops would have to ask which of two products a code is",
    offered=False,
)
