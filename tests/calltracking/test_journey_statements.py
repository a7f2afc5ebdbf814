"""What a call asks of the database, from the inbox to the scored lead: each statement is a message there and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.leases import work_on_due
from crm.models import Company, Lead
from crm.tenancy import use_company
from telephony.models import Call
from tests import factories

pytestmark = pytest.mark.django_db

TALK = (
    ("agent", "Hello, this is Aria from Banyan. Who is speaking?"),
    ("customer", "Hi, my name is Meera Nair. I am very interested in the two bedroom flat."),
)
# Of a caller nobody knew, and of one who calls again: a row that is read twice, or written twice, shows here.
MOST_FOR_A_NEW_CALLER, MOST_FOR_A_KNOWN_ONE = 53, 49
# Looking for what is due is the sweeper's, once for many; and a test's own transaction is around each of the worker's.
NOT_OF_THE_CALL = (
    "SAVEPOINT",
    "RELEASE SAVEPOINT",
    "select company_id, id from public.",
    "select set_config('app.company_id', '',",
)


@contextmanager
def statements() -> Iterator[list[str]]:
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found += [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(NOT_OF_THE_CALL)]


def work_off() -> None:
    while work_on_due(before=timezone.now()):
        pass


def written(found: list[str], table: str) -> int:
    return sum(sql.lower().lstrip().startswith((f'update "{table}"', f'insert into "{table}"')) for sql in found)


def test_a_call_is_read_and_understood_in_few_statements(company: Company) -> None:
    with use_company(company):
        account: Any = factories.make_account(label="Counted")
    event = factories.make_event(turns=TALK, customer_number="+919812300017")
    assert factories.deliver(account, event).status_code == 200
    with statements() as new:
        work_off()
    with use_company(company):
        first = Call.objects.with_external_id(event.ids[0].value).get()
        assert Lead.objects.get(pk=first.contact_id).lead_score == first.score is not None
    again = factories.make_event(turns=TALK, customer_number="+919812300017")
    assert factories.deliver(account, again).status_code == 200
    with statements() as known:
        work_off()

    assert len(new) <= MOST_FOR_A_NEW_CALLER, "\n".join(sql[:120] for sql in new)
    assert len(known) <= MOST_FOR_A_KNOWN_ONE, "\n".join(sql[:120] for sql in known)
    # Stored whole, claimed, known, understood: each version of a call costs an entry in each of its indexes.
    assert written(new, "telephony_call") <= 4
    assert written(known, "crm_contact") <= 2
