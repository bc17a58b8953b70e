"""A printing job: all that decides what is in its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from plings.errors import PathError, PrintingError, shown
from plings.identity import DEFAULT_HOST
from plings.printing.batch import Batch
from plings.printing.code import columns_of
from plings.printing.formats import FORMATS

MOST_BATCHES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Job:
    """Batches of one manufacturer, and how their codes are written.

    Raises PrintingError with rule `no_batch`, `too_many_batches`, `batch_twice` or `output`, and PathError with rule
    `foreign` for batches of several manufacturers. The host is checked when the first code is made.
    """

    batches: tuple[Batch, ...]
    output: str = "csv"
    signed: bool = False
    nfc: bool = False
    host: str = DEFAULT_HOST

    def __post_init__(self) -> None:
        if not self.batches:
            raise PrintingError("there is no batch to print", "no_batch")
        if len(self.batches) > MOST_BATCHES:
            raise PrintingError(f"a job has at most {MOST_BATCHES:,} batches", "too_many_batches")
        if self.output not in FORMATS:
            raise PrintingError(f"{shown(self.output)} is none of {', '.join(FORMATS)}", "output")
        seen: set[str] = set()
        for batch in self.batches:
            if batch.path in seen:
                raise PrintingError(f"batch {batch.path} is there twice: name all its instances at once", "batch_twice")
            if batch.prefix != self.prefix:
                raise PathError(batch.path, "foreign", f"it is not below {self.prefix}, as the first batch is")
            seen.add(batch.path)

    @property
    def prefix(self) -> str:
        """The manufacturer's."""
        return self.batches[0].prefix

    @property
    def columns(self) -> tuple[str, ...]:
        """What the files have of each code."""
        return columns_of(signed=self.signed, nfc=self.nfc)

    @property
    def count(self) -> int:
        """How many codes."""
        return sum(batch.instances.count for batch in self.batches)

    @property
    def members(self) -> dict[str, Any]:
        """All of it as in JSON, but the batches."""
        parts = {"output": self.output, "signed": self.signed, "nfc": self.nfc, "host": self.host}
        return {"prefix": self.prefix, **parts}

    def file_name(self, place: int) -> str:
        """The name of the file of the batch at `place`. Its number keeps apart what ignores case (`G` and `g`)."""
        return f"{place + 1:04}-{self.batches[place].path}.{self.output}"
