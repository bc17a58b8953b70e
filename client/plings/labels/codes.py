"""The codes that are put on labels, from a file of them, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from plings import printing
from plings.errors import IdentityError, PrintingError
from plings.identity import DEFAULT_HOST, ScanUrl


def read_codes(file: Path, host: str = DEFAULT_HOST) -> Iterator[ScanUrl]:
    """The codes of a file that `plings.printing.read_codes` reads: .csv, .jsonl, .parquet, or one URL a line.

    Raises PrintingError with its rule `unreadable`; and, naming the line, `no_url`, `not_a_code` (none for `host`),
    `nfc` (t=n, which is no QR code's) and `no_codes`; SettingsError and OSError as it does.
    """
    listed = None
    for listed in printing.read_codes(file):
        where = f"{file}: line {listed.line}"
        if listed.url is None:
            raise PrintingError(f"{where}: it has no url", "no_url")
        try:
            code = ScanUrl.parse(listed.url, host)
        except IdentityError as error:
            raise PrintingError(f"{where}: {error}", "not_a_code") from error
        if code.kind != "q":
            raise PrintingError(f"{where}: the code of {code.path} is for an NFC tag, and on no label", "nfc")
        yield code
    if listed is None:
        raise PrintingError(f"{file}: it holds no code", "no_codes")
