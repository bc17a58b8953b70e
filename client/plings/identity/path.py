"""Paths: where an object (`Path`) or its class (`ClassPath`) stands in the tree of all objects.

    wallet . manufacturer . class levels … . batch . instance
    └──── prefix ───────┘
    └──────── path_to_pointer ───────────┘

A value of either class is always valid: the only way to make one is from its text, and the text is checked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final, Self

from plings.errors import PathError, SegmentError
from plings.identity.segment import parse_segment

PATH_BYTES: Final = 96
"""Longest path: three Solana seeds of 32 bytes."""

WALLET_LIMIT: Final = 255
WALLET_DIGITS: Final = frozenset("123456789")


@dataclass(frozen=True, slots=True)
class _Segments:
    """What both kinds of path share. `numbers` are the segments' values, in order."""

    text: str
    segments: tuple[str, ...] = field(init=False, repr=False, compare=False)
    numbers: tuple[int, ...] = field(init=False, repr=False, compare=False)

    FEWEST: ClassVar[int]
    MOST: ClassVar[int]
    LONGEST: ClassVar[int]

    def __post_init__(self) -> None:
        segments, numbers = _read(self.text, self.FEWEST, self.MOST, self.LONGEST)
        object.__setattr__(self, "segments", segments)
        object.__setattr__(self, "numbers", numbers)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The path that `text` is. Raises PathError, whose rule is that of the path or of the segment at fault."""
        return cls(text)

    @property
    def wallet(self) -> int:
        """Number of the platform's wallet, 1 to 255."""
        return self.numbers[0]

    @property
    def manufacturer(self) -> int:
        """Number of the manufacturer in its wallet."""
        return self.numbers[1]

    @property
    def prefix(self) -> str:
        """`wallet.manufacturer`, the node whose key is the manufacturer's identity key."""
        return f"{self.segments[0]}.{self.segments[1]}"

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Path(_Segments):
    """The path of one object: 4 to 16 segments, at most 96 bytes, the last two always batch and instance.

    Raises PathError with rule `not_text`, `empty`, `too_long`, `too_few_segments`, `too_many_segments`,
    `wallet_digits`, `wallet_range`, or the rule of the segment at fault (see `parse_segment`).
    """

    FEWEST: ClassVar[int] = 4
    MOST: ClassVar[int] = 16
    LONGEST: ClassVar[int] = PATH_BYTES

    @property
    def batch(self) -> int:
        """Number of the batch in the class."""
        return self.numbers[-2]

    @property
    def instance(self) -> int:
        """Number of the object in its batch."""
        return self.numbers[-1]

    @property
    def path_to_pointer(self) -> str:
        """The text before batch and instance: what the class pointer hashes."""
        return self.text.rsplit(".", 2)[0]

    @property
    def class_path(self) -> ClassPath:
        """`path_to_pointer` as a path of its own."""
        return ClassPath(self.path_to_pointer)


@dataclass(frozen=True, slots=True)
class ClassPath(_Segments):
    """The path of a class, or with two segments of a manufacturer: a `Path` without its batch and instance.

    2 to 14 segments and at most 92 bytes, so that the shortest batch and instance (`.1.1`) still fit a path.
    Raises PathError as `Path` does.
    """

    FEWEST: ClassVar[int] = 2
    MOST: ClassVar[int] = 14
    LONGEST: ClassVar[int] = PATH_BYTES - 4


def _read(text: str, fewest: int, most: int, longest: int) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The segments of `text` and their numbers, after every check."""
    if not isinstance(text, str):
        raise PathError(text, "not_text", "a path is text")
    if not text:
        raise PathError(text, "empty", "a path has segments")
    if len(text) > longest:  # characters here; what is not ASCII is refused below, so these are bytes
        raise PathError(text, "too_long", f"it has more than {longest} bytes")
    segments = tuple(text.split("."))
    if len(segments) < fewest:
        raise PathError(text, "too_few_segments", f"it has {len(segments)} of at least {fewest} segments")
    if len(segments) > most:
        raise PathError(text, "too_many_segments", f"it has {len(segments)} of at most {most} segments")
    try:
        numbers = tuple(map(parse_segment, segments))
    except SegmentError as error:
        raise _refused_segment(text, segments, error) from error
    _check_wallet(text, segments[0], numbers[0])
    return segments, numbers


def _refused_segment(text: str, segments: tuple[str, ...], error: SegmentError) -> PathError:
    # The first equal segment is the one at fault: an earlier one would have failed before it.
    position = segments.index(str(error.value)) + 1
    return PathError(text, error.rule, f"segment {position}, {error.value!a}: {error.reason}")


def _check_wallet(text: str, segment: str, value: int) -> None:
    if not WALLET_DIGITS.issuperset(segment):
        raise PathError(text, "wallet_digits", f"the wallet {segment!a} is not written in the digits 1 to 9")
    if not 1 <= value <= WALLET_LIMIT:
        raise PathError(text, "wallet_range", f"the wallet {segment!r} is number {value}, not 1 to {WALLET_LIMIT}")
