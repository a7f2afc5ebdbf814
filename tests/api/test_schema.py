"""The whole schema, asked for what nobody thought of, as company A with ids of B among its own (bars S2, T4).

A short run is part of `make test`. The long one asks 10,000 times and more:
`API_REQUESTS=10000 python -m pytest -q tests/api/test_schema.py`.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from crm.models import Company
from tests.api.support import address, ids_in, operations, schema, state_of, unknown_ids
from tests.factories import client_with, make_key

REQUESTS = int(os.environ.get("API_REQUESTS", "400"))
OPERATIONS = list(operations())
EACH = max(REQUESTS // len(OPERATIONS), 5) + 1

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(3600 if REQUESTS > 1000 else 300)]


@pytest.mark.row("S4.87", "S4.82", "S4.36")
def test_no_question_breaks_any_endpoint_or_crosses_to_another_company(
    company: Company, other_company: Company, settings: Any
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 10**9
    program = client_with(make_key(company)[1])
    ours, theirs, nobodys = ids_in(company), ids_in(other_company), unknown_ids()
    before = state_of(other_company)
    described = schemathesis.openapi.from_dict(schema())
    asked = 0
    for method, path, _ in OPERATIONS:
        asked += _ask_around(program, described[path][method.upper()], path, (ours, theirs, nobodys))
    assert state_of(other_company) == before
    print(f"{asked} requests to {len(OPERATIONS)} operations")
    assert asked >= min(REQUESTS, 200)


def _ask_around(program: Client, operation: Any, path: str, ids: tuple[dict[str, Any], ...]) -> int:
    count = 0
    ours, theirs, nobodys = ids

    @examples(
        max_examples=EACH,
        deadline=None,
        database=None,
        derandomize=REQUESTS <= 1000,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), whose=st.sampled_from(["drawn", "ours", "theirs"]))
    def ask(case: Any, whose: str) -> None:
        nonlocal count
        count += 1
        if "{" not in path or whose == "drawn":
            _sound(_send(program, case, case.formatted_path), case)
            return
        answer = _send(program, case, address(path, ours if whose == "ours" else theirs))
        _sound(answer, case)
        if whose == "theirs":
            unknown = _send(program, case, address(path, nobodys))
            assert (answer.status_code, answer.content) == (unknown.status_code, unknown.content), path
            assert answer.status_code in (400, 404, 406, 415), (path, answer.status_code)

    ask()
    return count


def _send(program: Client, case: Any, where: str) -> Any:
    body = b"" if isinstance(case.body, schemathesis.core.NotSet) else _written(case.body)
    headers = {
        name: str(value) for name, value in dict(case.headers or {}).items() if name.lower() == "idempotency-key"
    }
    return program.generic(
        case.method.upper(),
        where.replace("#", "%23"),
        body,
        content_type="application/json",
        query_params={name: value for name, value in dict(case.query or {}).items() if value is not None},
        headers=headers,
    )


def _written(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body, default=str).encode("utf-8", "surrogatepass")


def _sound(answer: Any, case: Any) -> None:
    assert answer.status_code < 500, (case.method, case.path, case.query, case.body, answer.content[:500])
    if answer.status_code >= 400 and "/jobs/" not in case.path:
        assert set(answer.json()) == {"error", "code", "fields"}, (case.method, case.path, answer.content[:300])
