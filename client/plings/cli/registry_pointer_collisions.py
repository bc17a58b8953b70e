from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_options import ClassId, PointerText
from plings.cli.registry_page import facts, lines, table
from plings.cli.registry_until import Seconds, until

if TYPE_CHECKING:
    from plings.registry.collisions import Option


@asking
def detect(
    desk: Desk,
    alert: Annotated[bool, typer.Option("--alert", help="Raise a critical alert for each finding.")] = False,
    every: Annotated[
        float | None,
        typer.Option(min=1, metavar="SECONDS", help="Look again and again, and raise alerts, until interrupted."),
    ] = None,
    seconds: Seconds = None,
) -> None:
    """Read all pointers and tell where two of them, or a pointer and its registry, contradict each other.

    None of it comes about through the registry, so each finding is worth a look. Exit code 1 when there is one.
    With --every and --json, one object a look.
    """
    from plings.registry.collisions import alert_on_collisions, detect_collisions, watch_collisions

    if every is not None:
        with until(seconds) as stop:
            watch_collisions(desk.registry, every, stop, on_check=lambda found: _tell_look(desk, found))
        return
    if alert:
        alert_on_collisions(desk.registry)
    found = detect_collisions(desk.registry)
    rows = [(one.class_pointer, one.finding, one.manufacturer_count) for one in found]
    shown = table(["pointer", "finding", "manufacturers"], rows, numbers=["manufacturers"], empty="nothing is wrong")
    desk.give({"findings": [facts(one) for one in found]}, shown)
    if found:
        desk.answer.fail(f"{len(found)} class pointers are not what they should be")


@asking
def resolve(
    desk: Desk,
    path: Annotated[str, typer.Argument(metavar="PATH", help="The class's path whose pointer is another's.")],
    class_id: ClassId,
) -> None:
    """Register a class whose pointer is another's one level down, at the first free number."""
    from plings.registry.collisions import resolve_collision

    made = resolve_collision(desk.registry, path, class_id)
    rows = [
        ("refused", f"{made.original_path}, pointer {made.original_pointer}"),
        ("registered", f"{made.resolved_path}, pointer {made.resolved_pointer}"),
        ("class", class_id),
        ("when", made.resolved_at),
    ]
    desk.give({**facts(made), "class_id": str(class_id)}, lines(rows))


@asking
def guidance(
    desk: Desk,
    manufacturer: Annotated[str, typer.Argument(metavar="PREFIX|KEY", help="Whose class was refused.")],
    pointer: PointerText,
) -> None:
    """Tell a manufacturer what to do about a pointer that was refused, being another class's."""
    from plings.registry.collisions import collision_guidance

    found = collision_guidance(desk.registry, manufacturer, pointer)
    told = [
        f"{one.option}{'' if one.offered else ' (not possible)'}\n"
        + "\n".join(f"    {line}" for line in filter(None, (one.description, one.impact, _outcome(one))))
        for one in found.options
    ]
    head = [("issue", found.issue), ("held for", found.holder_path), ("recommended", found.recommendation)]
    desk.give(facts(found), "\n\n".join([lines(head), *told]))


def _tell_look(desk: Desk, found: int) -> None:
    line = json.dumps({"findings": found}) if desk.answer.as_json else f"{found} findings"
    print(line, flush=True)


def _outcome(option: Option) -> str | None:
    return None if option.path is None else f"{option.path}, pointer {option.class_pointer}"
