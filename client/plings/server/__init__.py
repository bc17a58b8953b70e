"""The embedded PostgreSQL: started in a data folder by whoever needs it first, stopped by the last one out.

    with running_server() as server:
        psycopg.connect(server.conninfo())

It listens on a Unix socket that only its own user can reach, and on no network. Everything that goes wrong is a
SettingsError of one line.
"""

from plings.server.embedded import EmbeddedServer
from plings.server.running import running_server

__all__ = ["EmbeddedServer", "running_server"]
