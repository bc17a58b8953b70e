"""Where benchmarks put what they measure on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that the server's account can pass, gone afterwards."""
    folder = Path(gettempdir()) / f"plings-benchmark-{os.getpid()}"
    folder.mkdir()
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)
