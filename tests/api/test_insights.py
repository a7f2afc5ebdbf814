"""What a call meant, as programs read it: named columns, mood, intent, resolution and the numbers."""

from __future__ import annotations

import pytest

from crm.tenancy import use_company
from tests.factories import TALK, client_with, deliver, make_account, make_event, make_key, make_member, work_off

pytestmark = pytest.mark.django_db

TALK_OF_MONEY = (
    *TALK,
    ("agent", "What is your budget?"),
    ("customer", "Up to 90 lakh. You have helped me, that answers my question, thank you so much, that is great!"),
)


@pytest.fixture
def read(company):
    with use_company(company):
        account = make_account()
    deliver(account, make_event(call_id="conv_read", customer_number="+919845099999", turns=TALK_OF_MONEY))
    work_off()


@pytest.mark.row("S3.194")
def test_a_reading_has_the_columns_that_reports_know_by_name(company, read):
    program = client_with(make_key(company, scopes=["calls:read"])[1])

    told = program.get("/api/telephony/calls/conv_read/insights").json()["results"][0]

    assert told["customer_name"] == "Meera Nair"
    assert told["customer_phone"] == "+919845099999"
    assert told["budget_max"] == "9000000.00"
    assert told["lead_quality_score"] == told["score"] > 0
    assert 0 < told["conversion_probability"] < 1
    assert told["summary"]
    assert told["next_best_action"]
    assert told["hot_lead"] is told["is_hot"]


@pytest.mark.row("S4.22", "S4.62")
def test_mood_intent_resolution_and_numbers_stand_on_the_page_and_in_the_api(agent, client_of, company, read):
    browser = client_of(agent)
    told = browser.get("/api/telephony/calls/conv_read/insights").json()["results"][0]

    assert (told["intent"], told["sentiment"]) == ("interested", "positive")
    assert told["resolution"] in ("resolved", "unresolved", "escalated", "")
    assert told["metrics"]["turns"] == {"agent": 3, "customer": 3}
    with use_company(company):
        from telephony.models import Call

        call = Call.objects.with_external_id("conv_read").get()
    page = browser.get(f"/calls/{call.pk}/").content.decode()
    meant = page.partition('id="meaning"')[2].partition("</section>")[0]
    for words in (
        "Interested",
        "Positive",
        "Mood over the call",
        "Flow",
        "Interruptions",
        "overlaps by 0.2 s",
        "Best next step",
    ):
        assert words in meant


def test_numbers_are_hidden_from_roles_that_may_not_read_them(client_of, company, read):
    told = client_of(make_member(company, role="viewer").user).get("/api/telephony/calls/conv_read/insights").json()

    assert "9845099" not in str(told["results"][0]["customer_phone"]).replace(" ", "")
