"""`Idempotency-Key`: sent twice, done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from crm.models import Company, Contact, FollowUp, RepeatableAnswer
from crm.tenancy import use_company
from telephony.models import Call
from telephony.retention import purge_expired
from tests.api.support import example_of, operations
from tests.factories import client_with, make_call, make_company, make_key

pytestmark = pytest.mark.django_db

CONTACTS = "/api/crm/contacts"
MEERA = {"full_name": "Meera Iyer", "city": "Mysuru"}


def post(program: Client, body: Any, key: str, *, where: str = CONTACTS) -> Any:
    return program.post(where, body, content_type="application/json", headers={"Idempotency-Key": key})


@pytest.fixture
def program(company: Company) -> Client:
    return client_with(make_key(company)[1])


def meeras(company: Company) -> int:
    with use_company(company):
        return Contact.objects.filter(full_name="Meera Iyer").count()


def test_the_same_request_again_is_answered_from_memory(program: Client, company: Company) -> None:
    first = post(program, MEERA, "one")
    again = post(program, dict(reversed(MEERA.items())), "one")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (first.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
    assert meeras(company) == 1


def test_the_same_key_for_another_request_is_refused(program: Client, company: Company) -> None:
    post(program, MEERA, "one")

    for answer in (
        post(program, {**MEERA, "city": "Pune"}, "one"),
        post(program, MEERA, "one", where="/api/crm/follow-ups"),
    ):
        assert answer.status_code == 422
        assert answer.json()["code"] == "idempotency_key_used"
    assert meeras(company) == 1


def test_another_caller_s_key_is_another_key(program: Client, company: Company, other_company: Company) -> None:
    post(program, MEERA, "one")
    for somebody in (make_key(company)[1], make_key(other_company)[1]):
        assert "Idempotency-Replayed" not in post(client_with(somebody), MEERA, "one")

    assert (meeras(company), meeras(other_company)) == (2, 1)


def test_a_refused_request_is_not_remembered(program: Client, company: Company) -> None:
    assert post(program, {}, "one").status_code == 400
    assert post(program, MEERA, "one").status_code == 201


@pytest.mark.parametrize("key", ["x" * 256, "a\tb"])
def test_a_key_has_its_bounds(program: Client, key: str) -> None:
    assert post(program, MEERA, key).status_code == 400


def test_it_is_forgotten_after_a_day(program: Client, company: Company) -> None:
    post(program, MEERA, "one")
    tomorrow = timezone.now() + timedelta(hours=25)

    with time_machine.travel(tomorrow, tick=True):
        assert "Idempotency-Replayed" not in post(program, MEERA, "one")
    assert meeras(company) == 2
    with use_company(company):
        RepeatableAnswer.objects.update(answered_at=timezone.now() - timedelta(hours=25))
    purge_expired()
    with use_company(company):
        assert not RepeatableAnswer.objects.exists()


def test_every_request_that_creates_takes_a_key() -> None:
    for method, path, said in operations():
        if method == "post" and "/jobs/" not in path:  # one synchronization runs at a time, whoever asks
            names = {parameter["name"] for parameter in said["parameters"]}
            assert "Idempotency-Key" in names, path


def test_every_request_that_creates_is_done_once(program: Client, company: Company) -> None:
    with use_company(company):
        contact = Contact.objects.get().pk
        make_call(external_id="read-anew")

    def counts() -> list[int]:
        with use_company(company):
            return [model.objects.count() for model in (Contact, FollowUp, Call)]

    for method, path, said in operations():
        if method != "post" or "/jobs/" in path:
            continue
        body = {**example_of(said), **({"contact": contact} if "follow-ups" in path else {})}
        where = path.replace("{id}", str(contact)).replace("{call_sid}", "read-anew")
        assert post(program, body, path, where=where).status_code in (201, 202), path
        before = counts()
        assert post(program, body, path, where=where)["Idempotency-Replayed"] == "true", path
        assert counts() == before


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_row() -> None:
    company = make_company()
    _, text = make_key(company)
    together = Barrier(6)

    def send() -> tuple[int, Any]:
        together.wait(20)
        try:
            answer = post(client_with(text), MEERA, "one")
            return answer.status_code, answer.json()["id"]
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = [done.result() for done in [pool.submit(send) for _ in range(6)]]

    assert set(answers) == {answers[0]}
    assert answers[0][0] == 201
    assert meeras(company) == 1
