"""Every sort and filter of a campaign's calls is the order of an index, on the first page and behind a cursor."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.models import Campaign, User
from crm.tenancy import use_company
from tests import factories
from tests.benchmarks.campaign import FILL

INDEXES = {
    "-date": "call_campaign_newest",
    "date": "call_campaign_newest",
    "-duration": "call_campaign_longest",
    "duration": "call_campaign_longest",
    "status": "call_campaign_outcome",
    "-status": "call_campaign_outcome",
}


@pytest.mark.django_db(transaction=True)
def test_each_page_is_read_in_the_order_of_an_index(client_of: Callable[[User], Client]) -> None:
    company = factories.make_company(name="Ours")
    browser = client_of(factories.make_member(company, role="agent").user)
    with use_company(company), connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, {"company": company.pk, "calls": 6_000, "others": 14_000})
        campaign = Campaign.objects.get()
    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze telephony_call")
    for sort, index in INDEXES.items():
        for status in ("", "success", "failure", "unknown"):
            address = f"/campaigns/{campaign.pk}/calls/?sort={sort}&status={status}"
            following = f"/campaigns/{campaign.pk}/calls/?{browser.get(address).context['older']}"
            for page in (address, following):
                with CaptureQueriesContext(connection) as captured:
                    assert len(browser.get(page).context["rows"]) == 10
                wanted = {
                    ("date", True): "call_campaign_outcome",
                    ("duration", True): "call_campaign_outcome_longest",
                }.get((sort.lstrip("-"), bool(status)), index)
                assert f" {wanted} " in plan_of(captured, company), page


def plan_of(captured: CaptureQueriesContext, company: object) -> str:
    """How PostgreSQL finds the rows of the page, which are the ones that are read with their contacts."""
    lists = [q["sql"] for q in captured.captured_queries if re.search(r'JOIN "crm_contact".*ORDER BY', q["sql"])]
    assert lists
    with use_company(company), connection.cursor() as cursor:  # type: ignore[arg-type]
        cursor.execute(f"explain {lists[0]}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Sort" not in plan, plan
    assert "Seq Scan on telephony_call" not in plan, plan
    return plan
