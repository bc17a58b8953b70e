"""The registry: who may print what, and what every code means. On PostgreSQL, its own or any of version 17 or newer.

    with open_registry(as_user="anna@plings.example") as registry:
        allocate_range(registry, "2.3.2.G", first=1, quantity=1000)

What a caller may not do, and what cannot be true at once, the database itself refuses.
"""

from plings.registry.database import Registry, connect, open_database, open_registry
from plings.registry.migrate import Migration, migrate, pending, read_migrations

__all__ = [
    "Migration",
    "Registry",
    "connect",
    "migrate",
    "open_database",
    "open_registry",
    "pending",
    "read_migrations",
]
