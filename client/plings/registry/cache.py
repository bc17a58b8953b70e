"""A cache of products in front of the registry, in any server of the Redis protocol. Optional.

    cache = open_cache(registry)                # of PLINGS_CACHE_URL; None where that is not set
    product = find_cached(registry, cache, "UYtaAsvd6GL")

The database is what is true: a cache that is down, slow, or full of somebody else's values costs time and nothing else.
What it tells is wrong for no longer than `ttl_seconds`, and, while somebody runs `keep_fresh`, hardly at all.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import uuid4

from plings.errors import NotInRegistry, SettingsError
from plings.identity import ClassPointer
from plings.registry.cache_values import Found, sealed, unsealed
from plings.registry.database import Registry
from plings.registry.pointers import Product, find_product

if TYPE_CHECKING:
    import redis

URL_VARIABLE: Final = "PLINGS_CACHE_URL"

TTL_SECONDS: Final = 300
MISSING_TTL_SECONDS: Final = 5
"""For pointers that nobody has: they may be registered any moment, and nobody is told then."""

PAUSE_SECONDS: Final = 5.0
"""How long a cache that failed is left alone, so that not every lookup waits for it."""

_TIMEOUT_SECONDS: Final = 0.25
_GENERATION: Final = "plings:generation"
_CHANGED: Final = b"changed"
_CHANGED_SECONDS: Final = 30
"""How long nothing is put where something changed: by then nobody still holds what it was before."""

log = logging.getLogger("plings.registry")
Result = TypeVar("Result")


class ProductCache:
    """Products by their pointers, as the database told them. Safe for several threads. It never raises."""

    def __init__(
        self,
        client: redis.Redis,
        secret: bytes,
        *,
        ttl_seconds: int = TTL_SECONDS,
        missing_ttl_seconds: int = MISSING_TTL_SECONDS,
    ) -> None:
        self.ttl_seconds = ttl_seconds
        self.missing_ttl_seconds = missing_ttl_seconds
        self._client = client
        self._secret = secret
        self._down_until = 0.0

    def look(self, class_pointer: str) -> tuple[Found | None, str | None]:
        """What is held of a pointer, or None; and what to `keep` the database's answer under, or None for not at all.

        One round trip.
        """
        key = _key(class_pointer)
        generation, value = self._asked(lambda: self._client.mget([_GENERATION, key]), [None, None])
        if value == _CHANGED:
            return None, None
        current = generation.decode("ascii", "replace") if isinstance(generation, bytes) else self._new_generation()
        if not isinstance(value, bytes):
            return None, current
        found = unsealed(value, self._secret, class_pointer, current or "")
        if found is None:  # another's, or too old
            self._asked(lambda: self._client.delete(key), 0)
        return found, current

    def keep(self, class_pointer: str, product: Product | None, generation: str) -> None:
        """Holds what the database told after `look`, unless it is known by now that it changed."""
        seconds = self.missing_ttl_seconds if product is None else self.ttl_seconds
        value = sealed(product, self._secret, class_pointer, generation, seconds)
        self._asked(lambda: self._client.set(_key(class_pointer), value, ex=seconds, nx=True), None)

    def forget(self, class_pointer: str) -> bool:
        """Drops what is held of a pointer. False when the cache could not be asked."""
        return bool(self._asked(lambda: self._client.set(_key(class_pointer), _CHANGED, ex=_CHANGED_SECONDS), False))

    def forget_all(self) -> bool:
        """Drops everything. False when the cache could not be asked."""
        return bool(self._asked(lambda: self._client.set(_GENERATION, uuid4().hex), False))

    def _new_generation(self) -> str | None:
        """Values of any other generation count for nothing. Whoever is first names it."""

        def name() -> Any:
            self._client.set(_GENERATION, uuid4().hex, nx=True)
            return self._client.get(_GENERATION)

        named = self._asked(name, None)
        return named.decode("ascii", "replace") if isinstance(named, bytes) else None

    def _asked(self, ask: Callable[[], Any], otherwise: Any) -> Any:
        """The cache's answer, or `otherwise` when it has none. The log tells once that it fails, and that it works."""
        import redis

        if monotonic() < self._down_until:
            return otherwise
        try:
            answer = ask()
        except (redis.RedisError, OSError) as error:
            if self._down_until == 0.0:
                log.warning("the cache is out of reach, the database is asked: %s", " ".join(str(error).split())[:200])
            self._down_until = monotonic() + PAUSE_SECONDS
            return otherwise
        if self._down_until:
            log.warning("the cache is back")
            self._down_until = 0.0
        return answer


def open_cache(registry: Registry, url: str | None = None, **seconds: int) -> ProductCache | None:
    """The cache of `url` or of PLINGS_CACHE_URL, for products of this registry. None when neither is given.

    It is not asked yet. Raises SettingsError for a malformed URL, or when the package `redis` is not installed.
    """
    url = url or os.environ.get(URL_VARIABLE)
    if not url:
        return None
    try:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError:
        raise SettingsError(f"{URL_VARIABLE} takes the package redis: pip install 'plings[cache]'") from None
    try:
        client = redis.Redis.from_url(
            url,
            socket_timeout=_TIMEOUT_SECONDS,
            socket_connect_timeout=_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
    except ValueError:
        raise SettingsError(f"{URL_VARIABLE} is no URL such as redis://host:6379/0") from None
    secret = registry.rows("SELECT secret FROM cache_secret")[0]["secret"]
    return ProductCache(client, bytes(secret), **seconds)


def find_cached(registry: Registry, cache: ProductCache | None, class_pointer: str) -> Product:
    """As `find_product`, with the cache asked first. Raises ClassPointerError, NotInRegistry."""
    if cache is None:
        return find_product(registry, class_pointer)
    ClassPointer.parse(class_pointer)
    found, generation = cache.look(class_pointer)
    if found is None:
        found = Found(_product(registry, class_pointer))
        if generation is not None:
            cache.keep(class_pointer, found.product, generation)
    if found.product is None:
        raise NotInRegistry(f"no class has the pointer {class_pointer}", "unknown_pointer")
    return found.product


def _product(registry: Registry, class_pointer: str) -> Product | None:
    try:
        return find_product(registry, class_pointer)
    except NotInRegistry:
        return None


def _key(class_pointer: str) -> str:
    return f"plings:product:{class_pointer}"
