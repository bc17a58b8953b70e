"""The demo: the whole way of one object, from its printed code to its second owner, on the real program.

`play` tells it as scenes, each of them something that happened and was read back; `report` sums them up.
"""

from plings.demo.actors import Actors, fresh_actors, known_actors
from plings.demo.errors import Disproved
from plings.demo.platform import find_authority
from plings.demo.play import play
from plings.demo.report import report
from plings.demo.scenes import (
    Balance,
    ForSale,
    Paid,
    PlatformOpen,
    PrintedCode,
    Printing,
    Registered,
    Scene,
    Settlement,
)

__all__ = [
    "Actors",
    "Balance",
    "Disproved",
    "ForSale",
    "Paid",
    "PlatformOpen",
    "PrintedCode",
    "Printing",
    "Registered",
    "Scene",
    "Settlement",
    "find_authority",
    "fresh_actors",
    "known_actors",
    "play",
    "report",
]
