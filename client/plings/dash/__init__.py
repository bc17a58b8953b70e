"""From paths with dash class markers to classes, pointers and paths of today, and back: decision 25.

take → make_classes → register_pointers, each all or nothing; undo goes back one; resolve answers for old codes.
"""

from plings.dash.choose_place import choose_place
from plings.dash.legacy import LegacyCode, LegacyPath
from plings.dash.make_classes import ClassesMade, make_classes
from plings.dash.note_addresses import note_addresses
from plings.dash.problems import Problem
from plings.dash.register_pointers import PointersRegistered, register_pointers
from plings.dash.resolve import Resolved, resolve
from plings.dash.standing import Standing, standing
from plings.dash.table import Moved, moved
from plings.dash.take import Taken, take
from plings.dash.undo import Undone, undo

__all__ = [
    "ClassesMade",
    "LegacyCode",
    "LegacyPath",
    "Moved",
    "PointersRegistered",
    "Problem",
    "Resolved",
    "Standing",
    "Taken",
    "Undone",
    "choose_place",
    "make_classes",
    "moved",
    "note_addresses",
    "register_pointers",
    "resolve",
    "standing",
    "take",
    "undo",
]
