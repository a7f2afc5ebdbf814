"""The history of calls by the API, narrowed by days, outcome and contact; and follow-ups by the score of their lead."""

from __future__ import annotations

from datetime import datetime

import pytest

from crm.models import Company, FollowUp, User
from crm.tenancy import use_company
from telephony.models import Agent
from tests.factories import client_with, make_call, make_contact, make_insight, make_key, make_lead, make_member

pytestmark = pytest.mark.django_db
HISTORY = "/api/crm/call-history"


def told(program, query: str = "") -> list[str]:
    answer = program.get(f"{HISTORY}?{query}")
    assert answer.status_code == 200
    return [one["call_sid"] for one in answer.json()["results"]]


@pytest.mark.row("S4.46", "S4.23", "S4.24", "S4.25")
def test_history_is_narrowed_by_days_outcome_and_contact(company: Company, other_company: Company) -> None:
    with use_company(company):
        meera = make_contact(full_name="Meera Nair")
        # Half an hour before midnight in India: the day is the company's.
        late = datetime.fromisoformat("2026-03-10T23:30:00+05:30")
        first = make_call(contact=meera, external_id="late", started_at=late, outcome="success", duration_seconds=252)
        make_insight(first, summary="Wants a flat.")
        make_call(external_id="next", started_at=datetime.fromisoformat("2026-03-11T00:30:00+05:30"), outcome="failure")
    program = client_with(make_key(company, scopes=("calls:read",))[1])

    # The newest is the company's own call of the fixture.
    assert told(program)[1:] == ["next", "late"]
    assert told(program, "started_from=2026-03-10&started_to=2026-03-10") == ["late"]
    assert told(program, "started_from=2026-03-11&started_to=2026-03-31") == ["next"]
    assert told(program, "outcome=failure") == ["next"]
    assert told(program, f"contact={meera.pk}") == ["late"]
    one = program.get(f"{HISTORY}?outcome=success").json()["results"][0]
    assert (one["contact"], one["contact_name"], one["summary"]) == (meera.pk, "Meera Nair", "Wants a flat.")
    assert (one["duration"], one["outcome"]) == (252, "success")
    assert one["started_at"] == "2026-03-10T18:00:00Z"
    assert program.get(f"{HISTORY}?started_from=soon").status_code == 400


def test_whom_an_agent_may_not_see_has_no_name_in_their_history(company: Company, client_of) -> None:
    company.agents_see = Company.Sight.OWN
    company.save(update_fields=["agents_see"])
    member, other = make_member(company, role="agent"), make_member(company, role="agent")
    with use_company(company):
        me = Agent.objects.create(kind="human", name="Me", membership=member)
        make_call(contact=make_contact(full_name="Theirs", assignee=other), external_id="held", agent=me)
        make_call(contact=make_contact(full_name="Hidden", assignee=other), external_id="not held")

    answer = client_of(member.user).get(HISTORY).json()["results"]

    assert [(one["call_sid"], one["contact_name"]) for one in answer] == [("held", "")]


@pytest.mark.row("S0.136")
def test_open_follow_ups_are_ordered_by_the_score_of_their_lead(company: Company, agent: User, client_of) -> None:
    with use_company(company):
        FollowUp.objects.all().delete()
        for name, score in (("Low", 20), ("Unscored", None), ("High", 90), ("Middle", 55)):
            make_lead(full_name=name, lead_score=score)
    browser = client_of(agent)
    program = client_with(make_key(company)[1])

    page = browser.get("/admin/crm/followup/?o=-3").content.decode()
    answer = program.get("/api/crm/follow-ups?state=open&ordering=-score").json()["results"]

    places = [page.index(f">{name}<") for name in ("High", "Middle", "Low", "Unscored")]
    assert places == sorted(places)
    with use_company(company):
        names = dict(FollowUp.objects.values_list("pk", "contact__full_name"))
    assert [names[one["id"]] for one in answer] == ["High", "Middle", "Low", "Unscored"]
    assert "o=3" in page
