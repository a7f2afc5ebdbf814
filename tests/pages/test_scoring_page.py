"""The page of the rules: a change is looked at before it is kept, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from analysis.models import HotRule, Rescoring, ScoreRule
from crm.models import Company, User
from crm.tenancy import use_company
from telephony.models import Call
from tests import factories
from tests.admin.support import said, text_of
from tests.analysis.test_rescoring import scored_call

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


@pytest.fixture
def ours() -> Company:
    return factories.make_company(name="Ours")


@pytest.fixture
def browser(ours: Company, client_of: Browser) -> Client:
    return client_of(factories.make_member(ours, role="manager").user)


def posted(browser: Client, *, act: str, **changes: Any) -> Any:
    """Post the page as a browser would, with changes; None takes a tick away."""
    proposal = browser.get("/scoring/").context["proposal"]
    form: dict[str, Any] = {"seen": proposal.seen, "act": act}
    for each in (*proposal.lines, proposal.hot):
        for name in each.fields:
            value = each[name].value()
            form |= {each.add_prefix(name): value} if value not in (False, None) else {}
    form |= changes
    return browser.post("/scoring/", {name: value for name, value in form.items() if value is not None})


@pytest.mark.row("S0.26")
def test_a_change_is_shown_before_it_is_saved(ours: Company, browser: Client) -> None:
    with use_company(ours):
        call = scored_call()
    change = {"budget-points": "60", "hot-from_score": "65"}
    answer = posted(browser, act="preview", **change)
    page = text_of(answer)
    found = answer.context["preview"]
    assert (found.calls, found.moved, found.up, found.becomes_hot) == (1, 1, 1, 1)
    assert f'href="/calls/{call.pk}/"' in page
    assert 'value="60"' in page
    with use_company(ours):
        assert ScoreRule.objects.get(key="budget").points == 10

    answer = posted(browser, act="save", **change)
    assert answer.status_code == 302
    with use_company(ours):
        assert ScoreRule.objects.get(key="budget").points == 60
        assert HotRule.objects.get().from_score == 65
        assert Call.objects.get().score == 15


def test_scoring_the_calls_there_are_is_offered_and_shows_how_far_it_is(ours: Company, browser: Client) -> None:
    with use_company(ours):
        scored_call()
    posted(browser, act="save", **{"budget-points": "60"})
    assert "Score all calls by these rules" in text_of(browser.get("/scoring/"))
    assert browser.post("/scoring/rescore/").status_code == 302
    assert "0 of 1 calls looked at" in text_of(browser.get("/scoring/"))
    factories.work_off()
    assert "1 of them with another score" in text_of(browser.get("/scoring/progress/"))
    with use_company(ours):
        assert Call.objects.get().score == 65
        assert Rescoring.objects.get().by is not None


def test_the_rules_before_can_be_put_back(ours: Company, browser: Client) -> None:
    posted(browser, act="save", **{"budget-points": "60", "talked-is_active": None})
    answer = browser.get("/scoring/?earlier")
    proposal = answer.context["proposal"]
    by_key = {line.instance.key: line for line in proposal.lines}
    assert (by_key["budget"]["points"].value(), by_key["talked"]["is_active"].value()) == (10, True)
    assert answer.context["preview"] is not None
    with use_company(ours):
        assert ScoreRule.objects.get(key="budget").points == 60
    posted(browser, act="save", **{"budget-points": "10", "talked-is_active": "on"})
    with use_company(ours):
        assert ScoreRule.objects.get(key="budget").points == 10
        assert ScoreRule.objects.get(key="talked").is_active


@pytest.mark.parametrize("wrong", ["", "many", "101", "-101", "1.5", "99999999999999999999"])
def test_a_number_that_cannot_be_kept_is_marked(ours: Company, browser: Client, wrong: str) -> None:
    answer = posted(browser, act="save", **{"budget-points": wrong})
    assert answer.status_code == 200
    assert "marked below" in text_of(answer)
    assert "rs-wrong" in text_of(answer)
    with use_company(ours):
        assert ScoreRule.objects.get(key="budget").points == 10


def test_of_two_people_the_second_is_told(ours: Company, browser: Client) -> None:
    seen = browser.get("/scoring/").context["proposal"].seen
    posted(browser, act="save", **{"budget-points": "60"})
    answer = posted(browser, act="save", **{"budget-points": "20", "seen": seen})
    assert "Somebody changed the rules" in text_of(answer)
    with use_company(ours):
        assert ScoreRule.objects.get(key="budget").points == 60
    posted(browser, act="save", **{"budget-points": "20"})
    with use_company(ours):
        assert ScoreRule.objects.get(key="budget").points == 20


def test_saving_nothing_changes_nothing(ours: Company, browser: Client) -> None:
    assert "Nothing was changed" in said(posted(browser, act="save"))


def test_a_manager_edits_and_an_agent_does_not_see_it(ours: Company, client_of: Browser) -> None:
    agent = client_of(factories.make_member(ours, role="agent").user)
    assert agent.get("/scoring/").status_code == 403
    assert agent.post("/scoring/", {"act": "save"}).status_code == 403
    assert agent.post("/scoring/rescore/").status_code == 403


def test_another_company_s_rules_stay_its_own(ours: Company, browser: Client) -> None:
    other = factories.make_company()
    posted(browser, act="save", **{"budget-points": "60"})
    with use_company(other):
        assert ScoreRule.objects.get(key="budget").points == 10
