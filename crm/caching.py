"""Django's cache on the queue's Redis. Away or slow, it remembers nothing for a while, and nobody waits for it.

Nothing that must not be lost is kept there: it counts requests and attempts, and what counts on it lets them pass.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# After a failure Redis is left alone for so long: each attempt could cost a whole socket time-out.
REST_SECONDS = 5.0
# One round trip, and nobody comes between the first count and its end.
COUNT = """
local counted = redis.call('incr', KEYS[1])
if counted == 1 then redis.call('pexpire', KEYS[1], ARGV[1]) end
return {counted, redis.call('pttl', KEYS[1])}
"""
_T = TypeVar("_T")

_away_until = 0.0


def redis_location(url: str) -> str:
    """Return the address as the client writes it; the queue's form for a socket is another one."""
    parts = urlsplit(url)
    if parts.scheme != "redis+socket":
        return url
    database = parse_qs(parts.query).get("virtual_host", ["0"])[0]
    return f"unix://{unquote(parts.path)}?db={database}"


class ForgivingRedis(RedisCache):
    """Answers as an empty cache would when Redis does not."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(redis_location(server), params)

    def add(self, *args: Any, **options: Any) -> bool:
        return self._try(lambda: super(ForgivingRedis, self).add(*args, **options), otherwise=True)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._try(lambda: super(ForgivingRedis, self).get(key, default, version), otherwise=default)

    def set(self, *args: Any, **options: Any) -> None:
        self._try(lambda: super(ForgivingRedis, self).set(*args, **options), otherwise=None)

    def touch(self, *args: Any, **options: Any) -> bool:
        return self._try(lambda: super(ForgivingRedis, self).touch(*args, **options), otherwise=False)

    def delete(self, *args: Any, **options: Any) -> bool:
        return self._try(lambda: super(ForgivingRedis, self).delete(*args, **options), otherwise=False)

    def get_many(self, *args: Any, **options: Any) -> dict[Any, Any]:
        return self._try(lambda: super(ForgivingRedis, self).get_many(*args, **options), otherwise={})

    def set_many(self, *args: Any, **options: Any) -> list[Any]:
        return self._try(lambda: super(ForgivingRedis, self).set_many(*args, **options), otherwise=[])

    def delete_many(self, *args: Any, **options: Any) -> None:
        self._try(lambda: super(ForgivingRedis, self).delete_many(*args, **options), otherwise=None)

    def has_key(self, *args: Any, **options: Any) -> bool:
        return self._try(lambda: super(ForgivingRedis, self).has_key(*args, **options), otherwise=False)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return self._try(lambda: super(ForgivingRedis, self).incr(key, delta, version), otherwise=0)

    def count(self, key: str, *, seconds: int) -> tuple[int, float]:
        """Count once more; return how often it was since the first time, and the seconds until that is forgotten.

        Never, when Redis is away.
        """
        written = self.make_and_validate_key(key)

        def ask() -> tuple[int, float]:
            client = self._cache.get_client(written, write=True)
            counted, left = client.eval(COUNT, 1, written, seconds * 1000)
            return int(counted), left / 1000

        return self._try(ask, otherwise=(0, float(seconds)))

    def clear(self) -> None:
        """Drop what is ours and nothing else: the queue lives in the same Redis."""
        self._try(self._drop_ours, otherwise=None)

    def _drop_ours(self) -> None:
        client = self._cache.get_client(None, write=True)
        if ours := list(client.scan_iter(match=f"{self.key_prefix}:*", count=1000)):
            client.delete(*ours)

    def _try(self, ask: Callable[[], _T], *, otherwise: _T) -> _T:
        global _away_until
        if time.monotonic() < _away_until:
            return otherwise
        try:
            return ask()
        except (RedisError, OSError) as error:
            _away_until = time.monotonic() + REST_SECONDS
            logger.warning("The cache is away (%s); nothing is counted for %s s", type(error).__name__, REST_SECONDS)
            return otherwise
