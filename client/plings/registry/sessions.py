"""Further connections to the same registry, for what waits in the background while the first is at work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from psycopg.conninfo import make_conninfo

from plings.registry.database import Registry, connect, open_registry


@dataclass(frozen=True)
class Sessions:
    """How to connect to a registry again, as the same user: also when its own connection is lost by then."""

    conninfo: str
    user_id: UUID | None
    role: str | None

    @classmethod
    def like(cls, registry: Registry) -> Sessions:
        info = registry.connection.info
        conninfo = make_conninfo(info.dsn, password=info.password or None)
        return cls(conninfo, registry.user_id, registry.role)

    def __repr__(self) -> str:
        return "Sessions()"  # without the password

    @contextmanager
    def another(self) -> Iterator[Registry]:
        """The registry over a connection of its own. Raises DatabaseUnavailable."""
        with closing(connect(self.conninfo)) as connection:
            yield Registry(connection, self.user_id, self.role)


@dataclass(frozen=True)
class Place:
    """A registry by where it is, as `open_registry` takes it: also before it can be reached, or once it died."""

    database: str | None = None
    data_folder: Path | None = None

    def __repr__(self) -> str:
        return "Place()"  # without the password

    @contextmanager
    def another(self) -> Iterator[Registry]:
        """The registry over a connection of its own. Raises DatabaseUnavailable, SettingsError."""
        with open_registry(self.database, data_folder=self.data_folder) as registry:
            yield registry
