"""Files that survive a power cut."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

NEW: Final = ".new"
"""Ends the name of a file that is written in one go, until it is whole."""


def write_whole(file: Path, content: bytes) -> None:
    """Write a file so that it is there whole, on the disk, or as it was before. Raises OSError."""
    new = file.with_name(file.name + NEW)
    new.unlink(missing_ok=True)  # it may be somebody's link to another file
    with new.open("xb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    new.replace(file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Make new names survive a power cut, too. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
