"""How many requests somebody may make in a minute: counted in Redis, or in PostgreSQL where there is none.

The minute begins with the first request, and is the same for every web process.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import DEFAULT_CACHE_ALIAS, caches
from django.db import connection

from crm.caching import ForgivingRedis

WINDOW_SECONDS = 60


@dataclass(frozen=True)
class Allowance:
    """What is left of somebody's minute. `ends_at` is Unix time."""

    limit: int
    used: int
    ends_at: float

    @property
    def is_exceeded(self) -> bool:
        return self.used > self.limit

    @property
    def remaining(self) -> int:
        return max(self.limit - self.used, 0)

    @property
    def wait_seconds(self) -> int:
        """Return how long until it begins anew, at least a second."""
        return max(int(self.ends_at - time.time()) + 1, 1)


def take_one(bucket: str, limit: int) -> Allowance:
    """Count one more request in the bucket (`key:12`, `address:192.0.2.7`) and return how it stands.

    One round trip. In PostgreSQL it is to be made outside a transaction: the row is locked until its end.
    """
    used, ends_at = _count_in_redis(bucket) if settings.REDIS_URL else _count_in_database(bucket)
    return Allowance(limit=limit, used=used, ends_at=ends_at)


def _count_in_redis(bucket: str) -> tuple[int, float]:
    redis: ForgivingRedis = caches[DEFAULT_CACHE_ALIAS]  # type: ignore[assignment]  # see CACHES
    used, left = redis.count(f"requests:{bucket}", seconds=WINDOW_SECONDS)
    return used, time.time() + left


def _count_in_database(bucket: str) -> tuple[int, float]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into crm_requestcount as c (bucket, used, ends_at)
            values (%(bucket)s, 1, clock_timestamp() + make_interval(secs => %(window)s))
            on conflict (bucket) do update set
              used = case when c.ends_at <= clock_timestamp() then 1 else least(c.used, 1000000) + 1 end,
              ends_at = case when c.ends_at <= clock_timestamp() then excluded.ends_at else c.ends_at end
            returning used, extract(epoch from ends_at)
            """,
            {"bucket": bucket, "window": WINDOW_SECONDS},
        )
        used, ends_at = cursor.fetchone()
    return int(used), float(ends_at)
