"""Self-audit: a manufacturer derives anew what files say it printed, and sees what is not its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from plings.commitments import InstanceRanges
from plings.errors import IdentityError
from plings.identity import (
    DEFAULT_HOST,
    ClassPointer,
    Identity,
    Path,
    ScanUrl,
    decode_signature,
    format_address,
    parse_address,
    verify_tag,
)
from plings.identity.url import URL_LIMIT
from plings.printing.code import PrintedCode
from plings.printing.maker import CodeMaker
from plings.printing.read_codes import ListedCode
from plings.printing.workers import cores, in_order

ROWS: Final = 1024
"""Codes that a worker looks at in one go."""
BATCHES: Final = 256
"""Batches whose nodes a worker remembers."""


COMPARED: Final = tuple(name for name in PrintedCode._fields if name != "url")
"""Columns that have to say what the URL says, where they are there."""

Printed = Mapping[str, tuple[InstanceRanges, ...]]
Fault = tuple[str, str]


class Finding(NamedTuple):
    """A code that is not the manufacturer's own, or is not what it printed.

    `rule` is `malformed`, `contradiction` (the URL and the other columns differ), `foreign` (another manufacturer's
    prefix), `counterfeit_class`, `made_up_address`, `bad_signature` or `not_printed`.
    """

    line: int
    rule: str
    reason: str
    code: str
    """its URL, or else its path, as it was found"""


@dataclass(frozen=True, slots=True)
class Audited:
    """Some of the codes: how many there were, and what was found."""

    codes: int
    findings: tuple[Finding, ...]


class Auditor:
    """Says what is wrong with codes. Its pickle holds the manufacturer's private node: it goes to workers only.

    `printed` has the instances of each batch's path, where it is known what was printed.
    """

    def __init__(self, identity: Identity, *, host: str = DEFAULT_HOST, printed: Printed | None = None) -> None:
        self._identity, self._host, self._printed = identity, host, printed

    def __call__(self, rows: list[ListedCode]) -> Audited:
        found = (self.finding(row) for row in rows)
        return Audited(len(rows), tuple(finding for finding in found if finding))

    def finding(self, listed: ListedCode) -> Finding | None:
        """What is wrong with one code, None when it is the manufacturer's own."""
        fault = self._fault(listed)
        shown = str(listed.path if listed.url is None else listed.url)[:URL_LIMIT]
        return Finding(listed.line, *fault, shown) if fault else None

    def _fault(self, listed: ListedCode) -> Fault | None:
        try:
            code = self._read(listed)
        except IdentityError as error:
            return "malformed", str(error)
        own = PrintedCode.of(code)
        for name in COMPARED:
            claimed = getattr(own, name)
            if getattr(listed, name) not in (None, "" if claimed is None else str(claimed)):
                return "contradiction", f"its {name} is not the one in its URL"
        return self._claim_fault(code)

    def _read(self, listed: ListedCode) -> ScanUrl:
        if listed.url is not None:
            return ScanUrl.parse(listed.url, self._host)
        path, pointer = Path(listed.path or ""), ClassPointer.parse(listed.class_pointer or "")
        signature = decode_signature(listed.signature) if listed.signature else None
        return ScanUrl("q", path, pointer, parse_address(listed.address or ""), signature, self._host)

    def _claim_fault(self, code: ScanUrl) -> Fault | None:
        identity, path, pointer = self._identity, code.path, code.class_pointer
        if path.prefix != identity.prefix.text:
            return "foreign", f"it is not below {identity.prefix}"
        batch, _, _ = path.text.rpartition(".")
        own, _ = next(_maker(identity, batch).make([path.instance]))
        if pointer.text != own.class_pointer:
            return "counterfeit_class", f"the class pointer of {path.path_to_pointer} is {own.class_pointer}"
        if format_address(code.address) != own.address:
            return "made_up_address", f"the address of {path} is {own.address}"
        if code.signature and not verify_tag(
            identity.public_key, path, code.class_pointer, code.address, code.signature
        ):
            return "bad_signature", f"{identity.prefix} has not signed this tag"
        if self._printed is not None and not _is_printed(self._printed.get(batch, ()), path.instance):
            return "not_printed", "it is the manufacturer's own, but was not printed"
        return None


def audit_codes(auditor: Auditor, codes: Iterable[ListedCode], *, workers: int | None = None) -> Iterator[Audited]:
    """Look at all codes, in order, on all cores. Raises what reading them raises, and PrintingError for workers."""
    left = iter(codes)
    parts = iter(lambda: list(islice(left, ROWS)), [])
    return in_order(auditor, parts, workers or cores())


def _is_printed(all_ranges: Iterable[InstanceRanges], instance: int) -> bool:
    return any(instances.place_of(instance) is not None for instances in all_ranges)


@lru_cache(maxsize=BATCHES)
def _maker(identity: Identity, batch: str) -> CodeMaker:
    return CodeMaker(identity, batch)
