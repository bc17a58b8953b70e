"""What is indexed and registered, over HTTP: read-only, for anybody. See docs/api.md and docs/decisions/0018-api.md."""

from plings.api.application import make_application, make_routes
from plings.api.document import document
from plings.api.serving import Server, address_of, is_public, listen, serve
from plings.api.settings import TOKEN_VARIABLE, Settings

__all__ = [
    "TOKEN_VARIABLE",
    "Server",
    "Settings",
    "address_of",
    "document",
    "is_public",
    "listen",
    "make_application",
    "make_routes",
    "serve",
]
