"""Using the server: join it or start it, and stop it as the last one out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plings.errors import SettingsError
from plings.server.embedded import EmbeddedServer


@contextmanager
def running_server(data_folder: Path | None = None) -> Iterator[EmbeddedServer]:
    """The server of `data_folder`, by default of PLINGS_DATA or the user's own. Raises SettingsError.

    Blocks until the server takes connections, and at the end, when nobody else uses it, until it has stopped. Entered
    again, also by the same process, it brings back a server that died.
    """
    if sys.platform == "win32":
        raise SettingsError("the embedded PostgreSQL runs on Linux and macOS only: name a database by its URL")
    from plings.server.home import open_home  # both need what only Unix has
    from plings.server.use import using

    home = open_home(data_folder)
    with using(home):
        yield EmbeddedServer(home.folder, home.socket_folder, home.log)
