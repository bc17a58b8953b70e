"""Files that are whole, or as they were before."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast


@contextmanager
def replacing(file: Path) -> Iterator[IO[bytes]]:
    """A file beside it, which takes its place once it is whole and on the disk. Raises OSError."""
    partial = file.with_name(f"{file.name}.partial-{os.getpid()}")
    try:
        with partial.open("xb") as raw:
            if file.suffix == ".gz":
                with gzip.GzipFile(fileobj=raw, mode="wb", filename="", compresslevel=1, mtime=0) as packed:
                    yield cast(IO[bytes], packed)
            else:
                yield raw
            raw.flush()
            os.fsync(raw.fileno())
        partial.replace(file)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()
