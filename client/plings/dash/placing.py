"""Where each legacy class goes (docs/decisions/0025-dash-markers.md). Pure: the same classes give the same places.

The marker is left out (`2.G.2.2.-3` becomes `2.G.2.2`) where that place is free and nobody else's. Where several
classes would meet there, or it is taken, each keeps its marker's number as a level (`2.G.2.2.3`). Where that is taken,
too, it takes somebody to choose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from plings.dash.legacy import dropped, kept
from plings.dash.problems import Problem


def candidates(class_paths: Iterable[str]) -> set[str]:
    """All places that `place` may ask for."""
    return {where for path in class_paths for where in (dropped(path), kept(path))}


def place(class_paths: Iterable[str], taken: Collection[tuple[str, str]]) -> tuple[dict[str, str], list[Problem]]:
    """The place of each legacy class, and those that have none.

    `taken` has the pairs of a place and a legacy class that cannot go there.
    """
    left = sorted(class_paths)
    wanted = Counter(map(dropped, left))
    places = {path: dropped(path) for path in left if wanted[dropped(path)] == 1 and (dropped(path), path) not in taken}
    left = [path for path in left if path not in places]
    used, wanted = set(places.values()), Counter(map(kept, left))
    problems = []
    for path in left:
        where = kept(path)
        if wanted[where] > 1 or where in used:
            reason = f"{dropped(path)} and {where} are other classes' of this migration"
            problems.append(Problem("class", path, "place_shared", reason))
        elif (where, path) in taken:
            problems.append(
                Problem("class", path, "place_taken", f"{dropped(path)} and {where} are registered already")
            )
        else:
            places[path] = where
    return places, problems
