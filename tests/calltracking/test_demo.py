"""The demo company: many calls that hang together, told through the front door, and told once."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from io import StringIO
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from analysis.backends.builtin import BuiltinBackend
from analysis.conversation import Conversation, Line
from analysis.grounding import ground
from analysis.metrics import measure
from analysis.scoring import score
from calltracking.demo import DEMO_SLUG
from calltracking.demo.company import AI_AGENTS, HUMAN_AGENTS
from calltracking.demo.composing import Demo
from calltracking.demo.customers import said_amount
from calltracking.demo.filling import Filling, found, progress_of
from crm.models import Company, Contact, FollowUp, Lead, User
from crm.tenancy import use_company
from telephony.models import Agent, Call, CallId, Insight, WebhookEvent

ZONE = ZoneInfo("Asia/Kolkata")
NOW = datetime(2026, 9, 16, 16, 0, tzinfo=ZONE)
# So many of the conversations are read by the rules, which is enough to see a file whose words they do not know.
EVERY = 6
AMOUNT = re.compile(r"\d[\d,.]* (?:lakh|crore)")


@pytest.fixture(scope="module")
def demo() -> Demo:
    return Demo(2_100, NOW.date(), ZONE, NOW)


@pytest.fixture(scope="module")
def calls(demo: Demo) -> list[dict[str, Any]]:
    return demo.calls


# ---- what is composed -----------------------------------------------------------------------------------------


@pytest.mark.row("S3.87")
def test_two_thousand_calls_are_spread_over_three_months_as_a_business_is_rung(calls: list[dict[str, Any]]) -> None:
    assert len(calls) == 2_100
    days = Counter((NOW.date() - call["started_at"].date()).days for call in calls)
    assert min(days) == 0
    assert 85 <= max(days) <= 91
    weekdays = Counter(call["started_at"].weekday() for call in calls)
    assert weekdays[6] < min(weekdays[day] for day in range(6))
    hours = Counter(call["started_at"].hour for call in calls)
    assert hours[11] > 1.3 * hours[13] > 0
    assert all(8 <= hour <= 21 for hour in hours)
    assert {"done", "no_answer", "busy", "failed", "voicemail"} == {call["status"] for call in calls}
    assert max(call["started_at"] for call in calls) <= NOW


@pytest.mark.row("S3.88")
def test_no_two_of_fifteen_hundred_conversations_are_equal(calls: list[dict[str, Any]]) -> None:
    talked = [call for call in calls if call["status"] == "done"]
    assert len(talked) >= 1_500
    said = Counter(tuple(turn[2] for turn in call["turns"]) for call in calls if call["turns"])
    assert max(said.values()) == 1
    assert {call["language"] for call in talked} == {"en", "hi"}
    assert min(Counter(call["trade"] for call in talked).values()) > 150
    assert not [turn for call in calls for turn in call["turns"] if re.search(r"[{}|]", turn[2])]


@pytest.mark.row("S3.88")
def test_what_is_said_agrees_with_who_says_it(demo: Demo) -> None:
    numbers = Counter(calls[0]["customer_number"] for calls in demo.stories)
    assert max(numbers.values()) == 1
    for story in demo.stories:
        amounts = {found for call in story for turn in call["turns"] for found in AMOUNT.findall(turn[2])}
        ours = {"2 lakh", "4 lakh"}  # what we say a club, a parking slot and a booking cost
        budgets = {call["meant"]["budget"] for call in story} - {None}
        assert len(budgets) <= 1
        assert amounts - ours <= {said_amount(budget) for budget in budgets} | _mentioned(story)
        assert len({call["meant"]["name"] for call in story} - {""}) <= 1
        assert [call["started_at"] for call in story] == sorted(call["started_at"] for call in story)


def _mentioned(story: list[dict[str, Any]]) -> set[str]:
    """What an agent repeats of an earlier call belongs to the same customer."""
    return {said_amount(call["budget"]) for call in story}


@pytest.mark.row("S3.88")
def test_a_visit_is_confirmed_for_the_day_that_was_agreed(demo: Demo) -> None:
    agreed = re.compile(r"\b(today|tomorrow|[A-Z][a-z]+day)\b at (noon|\d+ [ap]m)")
    seen = 0
    for story in demo.stories:
        for before, after in pairwise(story):
            if not after["title"].endswith(": confirmed") or after["language"] != "en":
                continue
            last = agreed.findall(before["title"])
            if not last or before["status"] != "done":
                continue
            ((_, hour),) = last
            ((day, same_hour),) = set(agreed.findall(" ".join(turn[2] for turn in after["turns"])))
            assert hour == same_hour
            assert day in {"today", "tomorrow"}
            seen += 1
    assert seen > 10


@pytest.mark.row("S3.88", "S3.89")
def test_the_rules_read_what_a_scene_means(calls: list[dict[str, Any]]) -> None:
    said, right, hot = Counter[str](), Counter[str](), 0
    for call in [call for call in calls if call["status"] == "done"][::EVERY]:
        conversation = _conversation(call)
        findings = ground(BuiltinBackend().analyze(conversation), conversation).findings
        hot += score(findings, measure(conversation)).is_hot
        budget = findings.budget.value if findings.budget else None
        heard = {
            "intent": findings.stated_intent.value,
            "name": findings.contact_name.value if findings.contact_name else "",
            "budget": (budget.maximum or budget.minimum) if budget else None,
        }
        for key, meant in call["meant"].items():
            if meant:
                said[key] += 1
                right[key] += heard[key] == meant
    assert set(said) == {"intent", "name", "budget"}
    assert hot * EVERY > 200
    for key, count in said.items():
        assert right[key] >= 0.95 * count, (key, right[key], count)


def _conversation(call: dict[str, Any]) -> Conversation:
    return Conversation(
        lines=tuple(Line(place, who, text, second, None) for place, (who, second, text) in enumerate(call["turns"])),
        called_at=call["started_at"],
        region="IN",
        currency="INR",
        time_zone="Asia/Kolkata",
        our_name="Banyan Estates",
        customer_number=call["customer_number"],
        preset="real_estate",
    )


def test_the_same_day_gives_the_same_calls(calls: list[dict[str, Any]]) -> None:
    again = Demo(2_100, NOW.date(), ZONE, NOW).calls
    assert again == calls


# ---- what is told ---------------------------------------------------------------------------------------------


@pytest.fixture
def banyan(db: None) -> Company:
    call_command("seed_demo", calls=110, stdout=StringIO())
    return Company.objects.get(slug=DEMO_SLUG)


@pytest.mark.row("S3.89", "S3.90", "S3.197")
def test_one_command_brings_calls_insights_leads_and_agents(banyan: Company) -> None:
    assert banyan.awaited_calls is None
    with use_company(banyan):
        assert Call.objects.count() == 110
        assert not Call.objects.exclude(error="").exists()
        assert {"elevenlabs", "fake", "twilio"} >= set(Call.objects.values_list("provider", flat=True).distinct())
        assert Insight.objects.filter(is_current=True).count() > 60
        hot = Lead.objects.filter(is_hot=True)
        assert hot.count() > 8
        assert all(lead.conversion_probability for lead in hot)
        assert hot.exclude(estimated_value=None).exists()
        agents = Agent.objects.all()
        assert {agent.name for agent in agents} == {*AI_AGENTS, *HUMAN_AGENTS}
        assert len(agents) == 10
        assert all(agent.membership_id for agent in agents.filter(kind=Agent.Kind.HUMAN))
        assert FollowUp.objects.open().filter(due_at__date=timezone.now().date()).exists()
        assert not Contact.objects.exclude(lead_status="").filter(assignee=None).exists()


def test_started_again_it_goes_on_and_doubles_nothing(db: None) -> None:
    banyan = found(calls=75)
    told = Filling.of(banyan).run()
    while next(told) < 20:
        pass
    told.close()
    with use_company(banyan):
        assert Call.objects.count() == 20
        events = WebhookEvent.objects.count()
    filling = Filling.of(found(calls=500))
    assert (filling.done, filling.total) == (20, 75)
    call_command("seed_demo", stdout=StringIO())
    with use_company(banyan):
        assert Call.objects.count() == 75
        assert WebhookEvent.objects.count() == events + 55
        assert CallId.objects.values("provider", "value").distinct().count() == CallId.objects.count()
        assert Contact.objects.filter(numbers__e164="+919000000040").count() == 1
    said = StringIO()
    call_command("seed_demo", stdout=said)
    assert said.getvalue() == "The demo company is there already.\n"


def test_home_says_how_far_the_demo_is_until_it_is_complete(db: None) -> None:
    banyan = found(calls=60)
    client = Client()
    client.force_login(User.objects.get(email="viewer@banyan.example"))
    assert "0 of 60" in client.get("/").content.decode()
    with use_company(banyan):
        assert progress_of(banyan) is not None
    Company.objects.filter(pk=banyan.pk).update(awaited_calls=None)
    assert "being filled" not in client.get("/").content.decode()
    assert client.get("/demo/filling/").content.strip() == b""
