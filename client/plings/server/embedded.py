"""A running server, as its users see it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ROLE = "plings"
DATABASE = "plings"
PORT = 5432
"""Part of the socket's name, no port of the network."""


@dataclass(frozen=True)
class EmbeddedServer:
    """A server that runs as long as somebody is inside of `running_server` for its data folder."""

    data_folder: Path
    socket_folder: Path
    log: Path
    """What the server writes, across its starts."""

    def conninfo(self, database: str = DATABASE) -> str:
        """The URL of `database` for libpq, as the superuser `plings`. Only `plings` is there from the start."""
        host = quote(str(self.socket_folder), safe="")
        return f"postgresql://{ROLE}@/{quote(database, safe='')}?host={host}&port={PORT}"
