"""How often the API may be asked (bar S6), counted in Redis and without it; and what happens when Redis is away."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.cache import cache, caches
from django.test import Client
from django.utils import timezone

from crm import caching, limits
from crm.caching import ForgivingRedis, redis_location
from crm.models import Company, RequestCount
from telephony.retention import purge_expired
from tests.factories import client_with, make_key

CALLS = "/api/telephony/calls"


@pytest.fixture(params=["redis", "database"])
def counted_by(request: pytest.FixtureRequest, settings: Any) -> str:
    if request.param == "database":
        settings.REDIS_URL = ""
    else:
        assert settings.REDIS_URL, "the tests have a Redis"
    return str(request.param)


@pytest.mark.django_db
def test_the_101st_request_of_a_minute_from_an_address_waits(counted_by: str) -> None:
    answers = [Client().get(CALLS) for _ in range(101)]

    assert {answer.status_code for answer in answers[:100]} == {401}
    last = answers[100]
    assert (last.status_code, last.json()["code"]) == (429, "throttled")
    assert set(last.json()) == {"error", "code", "fields"}
    assert 1 <= int(last["Retry-After"]) <= 61
    assert [answers[0]["X-RateLimit-Limit"], answers[0]["X-RateLimit-Remaining"]] == ["100", "99"]
    assert 0 <= int(last["X-RateLimit-Reset"]) - time.time() <= 61


@pytest.mark.django_db
def test_a_forged_header_begins_no_new_count(counted_by: str) -> None:
    answers = [Client().get(CALLS, headers={"X-Forwarded-For": f"203.0.113.{i}"}) for i in range(101)]

    assert answers[-1].status_code == 429
    assert Client().get(CALLS, REMOTE_ADDR="203.0.113.9").status_code == 401


@pytest.mark.django_db
def test_the_addresses_of_one_network_of_ipv6_are_one_sender(counted_by: str, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE_WITHOUT_KEY = 2
    codes = [Client().get(CALLS, REMOTE_ADDR=f"2001:db8:0:1::{i}").status_code for i in range(3)]

    assert codes == [401, 401, 429]
    assert Client().get(CALLS, REMOTE_ADDR="2001:db8:0:2::1").status_code == 401


@pytest.mark.django_db
def test_webhooks_are_never_held_back(counted_by: str, company: Company) -> None:
    codes = {Client().post("/api/webhooks/fake/nobody", b"{}", "application/json").status_code for _ in range(3)}
    for _ in range(101):
        answer = Client().get(CALLS)
    assert answer.status_code == 429

    after = Client().post("/api/webhooks/fake/nobody", b"{}", "application/json")

    assert codes == {after.status_code}
    assert "X-RateLimit-Limit" not in after


@pytest.mark.django_db
def test_a_key_has_its_own_count_and_limit(counted_by: str, company: Company, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    (_, one), (_, two) = make_key(company), make_key(company)

    answers = [client_with(one).get(CALLS) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["X-RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert client_with(two).get(CALLS).status_code == 200


@pytest.mark.django_db
def test_a_wrong_key_counts_for_its_address(counted_by: str, company: Company, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE_WITHOUT_KEY = 2

    codes = [client_with(f"rs_abcdefgh_{'x' * 43}").get(CALLS).status_code for _ in range(3)]

    assert codes == [401, 401, 429]


@pytest.mark.django_db
def test_a_minute_later_it_begins_anew() -> None:
    assert [limits.take_one("key:1", limit=1).is_exceeded for _ in range(2)] == [False, True]

    # Redis has its own clock, which no test turns: it says itself when it forgets.
    client = caches["default"]._cache.get_client(None)
    assert 59_000 < client.pttl(caches["default"].make_key("requests:key:1")) <= 60_000
    cache.delete("requests:key:1")
    assert not limits.take_one("key:1", limit=1).is_exceeded


@pytest.mark.django_db
def test_counts_of_minutes_that_are_over_are_purged(settings: Any) -> None:
    settings.REDIS_URL = ""
    limits.take_one("key:1", limit=1)
    RequestCount.objects.update(ends_at=timezone.now() - timezone.timedelta(seconds=1))
    assert not limits.take_one("key:1", limit=1).is_exceeded
    RequestCount.objects.update(ends_at=timezone.now() - timezone.timedelta(seconds=1))

    purge_expired()

    assert not RequestCount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_200_at_once_at_most_105_pass(counted_by: str, live_server: Any) -> None:
    def ask(_: int) -> int:
        return requests.get(f"{live_server.url}{CALLS}", timeout=60).status_code

    with ThreadPoolExecutor(20) as pool:
        codes = list(pool.map(ask, range(200)))

    assert set(codes) == {401, 429}
    assert codes.count(401) <= 105


# ---- the cache ------------------------------------------------------------------------------------------------


@pytest.fixture
def rested() -> Any:
    caching._away_until = 0.0
    yield
    caching._away_until = 0.0


@pytest.mark.row("S4.78", "S0.133")
def test_the_cache_is_the_queue_s_redis(settings: Any) -> None:
    assert settings.CACHES["default"]["BACKEND"] == "crm.caching.ForgivingRedis"
    cache.set("a", {"b": 1}, 60)
    assert (cache.get("a"), cache.incr("n") if cache.add("n", 4) else None) == ({"b": 1}, 5)
    cache.clear()
    assert cache.get("a") is None


def test_addresses_of_both_forms_are_understood() -> None:
    assert redis_location("redis://cache:6379/3") == "redis://cache:6379/3"
    assert redis_location("redis+socket:///tmp/a%20b.sock?virtual_host=2") == "unix:///tmp/a b.sock?db=2"


def test_without_its_redis_the_cache_is_empty_and_lets_pass(rested: None, tmp_path: Path) -> None:
    away = ForgivingRedis(f"redis+socket://{tmp_path}/nobody.sock", {})

    assert away.add("a", 1)
    assert away.count("a", seconds=60) == (0, 60.0)
    assert (away.get("a", 7), away.incr("a"), away.get_many(["a"]), away.has_key("a")) == (7, 0, {}, False)
    away.set("a", 1)
    away.clear()


def test_a_redis_that_hangs_costs_one_time_out_and_not_each(rested: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        hangs = ForgivingRedis(f"redis://127.0.0.1:{port}/0", {"OPTIONS": {"socket_timeout": 0.2}})
        began = time.monotonic()
        for _ in range(20):
            assert hangs.get("a") is None

    assert time.monotonic() - began < 2.0
