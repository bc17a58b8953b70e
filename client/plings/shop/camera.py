"""A folder that a camera saves pictures to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from plings.errors import SettingsError, shown
from plings.pictures import PICTURE_SUFFIXES

POLL_SECONDS: Final = 0.3
"""How often to look: a picture is taken up when it has not changed between two looks."""


class CameraFolder:
    """Pictures that appear in a folder, each told once. Those that are there already are none of them.

    Raises SettingsError for a folder that cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            self._done = set(self._pictures())
        except OSError as error:
            raise SettingsError(f"folder {shown(str(folder))}: it cannot be read: {error.strerror}") from error
        self._growing: dict[str, tuple[int, int]] = {}

    def look(self) -> list[Path]:
        """The pictures that are whole since the last look, by name. None of a folder that is away for a while."""
        try:
            found = self._pictures()
        except OSError:
            return []
        self._done &= found.keys()  # a name that was deleted may come again
        fresh = {name: stamp for name, stamp in found.items() if name not in self._done}
        whole = [name for name, stamp in sorted(fresh.items()) if stamp[0] and self._growing.get(name) == stamp]
        self._done.update(whole)
        self._growing = {name: stamp for name, stamp in fresh.items() if name not in self._done}
        return [self._folder / name for name in whole]

    def _pictures(self) -> dict[str, tuple[int, int]]:
        """Each one's size and time of change, by name."""
        found = {}
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if Path(entry.name).suffix.lower() in PICTURE_SUFFIXES and entry.is_file():
                    status = entry.stat()
                    found[entry.name] = (status.st_size, status.st_mtime_ns)
        return found
