"""A batch to be printed: its path, and which of its objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from plings.commitments import InstanceRanges
from plings.errors import PrintingError, shown
from plings.identity import Path, format_segment


@dataclass(frozen=True, slots=True)
class Batch:
    """A path without its instance, `2.3.2.G`, and the numbers of the instances. All of its paths are canonical.

    Raises PathError, also for an instance that would make the path too long.
    """

    path: str
    instances: InstanceRanges

    def __post_init__(self) -> None:
        Path(f"{self.path}.1")
        Path(f"{self.path}.{format_segment(self.instances.ranges[-1][1])}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The batch that `2.3.2.G:0-999,2000` says. Raises PathError, InstancesError, and PrintingError (no colon)."""
        path, colon, instances = text.partition(":")
        if not colon:
            raise PrintingError(f"{shown(text)} is no batch with its instances, such as 2.3.2.G:0-999", "batch")
        return cls(path, InstanceRanges.parse(instances))

    @property
    def prefix(self) -> str:
        return Path(f"{self.path}.1").prefix
