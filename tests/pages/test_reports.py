"""Reports: every table behind the pages of figures, to read and to take out with the page's filter."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest
from django.test import Client

from calltracking.figures import TABLES, AnalyticsFilter
from calltracking.models import Export
from crm.models import Company, Membership, User
from crm.tenancy import use_company
from tests import factories
from tests.calltracking.test_exports import sheets_of

Browser = Callable[[User], Client]


@pytest.fixture
def calls(company: Company) -> None:
    with use_company(company):
        campaign = factories.make_campaign(name="=HYPERLINK(1)")
        for _ in range(3):
            factories.make_call(campaign=campaign, outcome="success", score=82)
        factories.make_call(status="no_answer")


@pytest.mark.row("S2.106", "S4.91", "S0.21")
def test_each_report_is_shown_and_taken_out_in_every_format(
    company: Company, calls: None, manager: User, client_of: Browser
) -> None:
    client, member = client_of(manager), Membership.objects.get(user=manager, company=company)
    for name, source in TABLES.items():
        page = client.get(f"/analytics/reports/?report={name}&days=30")
        assert page.status_code == 200, name
        assert f"/analytics/reports/{name}.csv?days=30" in page.content.decode(), name
        with use_company(company):
            chosen = AnalyticsFilter.read({"days": "30"}, company=company)
            rows = source.read(chosen, member=member).rows
        answer = client.get(f"/analytics/reports/{name}.csv?days=30")
        lines = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))
        assert lines[0] == [column.title for column in source.columns]
        assert len(lines) == len(rows) + 1, name
        sheets_of(client.get(f"/analytics/reports/{name}.xlsx?days=30").getvalue())


def test_the_page_says_the_days_of_a_row_in_one_column(
    company: Company, calls: None, manager: User, client_of: Browser
) -> None:
    asked = "/analytics/reports/?report=moods&started_from=2026-01-28&started_to=2026-02-03"
    page = client_of(manager).get(asked)
    assert [title for title, _ in page.context["columns"]][:2] == ["Days", "Positive"]
    assert [row[0][0] for row in page.context["rows"]][:2] == ["28 Jan 2026", "29 Jan 2026"]
    weeks = client_of(manager).get(asked.replace("2026-02-03", "2026-04-30"))
    assert [row[0][0] for row in weeks.context["rows"]][:2] == ["28 Jan to 1 Feb 2026", "2 Feb to 8 Feb 2026"]


def test_what_a_report_counts_is_what_the_filter_says(
    company: Company, calls: None, manager: User, client_of: Browser
) -> None:
    client = client_of(manager)
    everything = lines_of(client, "calls-by-campaign", "")
    assert ["'=HYPERLINK(1)", "3"] in [line[:2] for line in everything]
    with use_company(company):
        other = factories.make_campaign(name="Other")
    assert lines_of(client, "calls-by-campaign", f"campaign={other.pk}")[1:] == []


def lines_of(client: Client, name: str, query: str) -> list[list[str]]:
    data = client.get(f"/analytics/reports/{name}.csv?{query}").getvalue()
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_log_says_which_report_left(company: Company, calls: None, manager: User, client_of: Browser) -> None:
    lines_of(client_of(manager), "lengths", "started_from=2026-11-01&started_to=2026-11-02")
    with use_company(company):
        export = Export.objects.get(what="report")
    assert export.filter == {"report": "Length of calls", "started_from": "2026-11-01", "started_to": "2026-11-02"}
    assert export.rows > 0


def test_the_dashboard_offers_each_section_with_its_filter(
    company: Company, calls: None, manager: User, client_of: Browser
) -> None:
    page = client_of(manager).get("/analytics/?days=7").content.decode()
    links = set(re.findall(r'href="(/analytics/reports/[\w-]+\.csv)\?days=7"', page))
    assert links >= {
        f"/analytics/reports/{name}.csv" for name in ("calls", "calls-over-time", "lengths", "scores", "moods")
    }


def test_an_unknown_report_is_not_there(company: Company, manager: User, client_of: Browser) -> None:
    assert client_of(manager).get("/analytics/reports/secrets.csv").status_code == 404
    assert client_of(manager).get("/analytics/reports/calls.pdf").status_code == 404
    assert client_of(manager).get("/analytics/reports/?report=secrets").status_code == 200
