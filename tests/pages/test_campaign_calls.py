"""The tab of a campaign's calls: pages, sorts, the filter, what an empty one says, and a call beside the list."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calltracking.attribution import assign
from calltracking.models import AttributionEntry
from crm.models import Campaign, Company, User
from crm.tenancy import use_company
from telephony.models import Call, Turn
from tests import factories
from tests.admin.support import text_of

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


@pytest.fixture
def ours() -> Company:
    return factories.make_company(name="Ours")


@pytest.fixture
def agent(ours: Company) -> Any:
    return factories.make_member(ours, role="agent", name="Ravi Menon")


@pytest.fixture
def browser(agent: Any, client_of: Browser) -> Client:
    return client_of(agent.user)


@pytest.fixture
def campaign(ours: Company) -> Campaign:
    with use_company(ours):
        return factories.make_campaign(name="Spring")


def calls_of(campaign: Campaign, *outcomes: str, seconds: int = 60, **fields: Any) -> list[Call]:
    """Make a call of the campaign for each outcome, the first one the newest, each a little longer."""
    made = []
    for number, outcome in enumerate(outcomes):
        call = factories.make_call()
        call.started_at = timezone.now() - timedelta(minutes=number)
        call.outcome, call.duration_seconds, call.campaign = outcome, seconds + number, campaign
        call.attributed_by = "recipient"
        for name, value in fields.items():
            setattr(call, name, value)
        call.save()
        made.append(call)
    return made


def shown(browser: Client, campaign: Campaign, query: str = "") -> list[int]:
    """Return the ids of the calls on the page, from the top."""
    answer = browser.get(f"/campaigns/{campaign.pk}/calls/{query}")
    assert answer.status_code == 200, text_of(answer)[:500]
    return [row.pk for row in answer.context["rows"]]


def walked(browser: Client, campaign: Campaign, query: str) -> list[int]:
    """Return the ids of all pages, following the link to the next one."""
    found: list[int] = []
    while True:
        answer = browser.get(f"/campaigns/{campaign.pk}/calls/{query}")
        found += [row.pk for row in answer.context["rows"]]
        if not answer.context["older"]:
            return found
        query = f"?{answer.context['older']}"


@pytest.mark.row("S2.23", "S2.24", "S2.25", "S1.50", "S2.117")
def test_ten_calls_a_page_all_of_the_campaign_and_no_others(ours: Company, browser: Client, campaign: Campaign) -> None:
    with use_company(ours):
        its = [call.pk for call in calls_of(campaign, *["success"] * 23)]
        calls_of(factories.make_campaign(name="Autumn"), "success")
        factories.make_call()
    assert shown(browser, campaign) == its[:10]
    assert walked(browser, campaign, "") == its
    assert [len(shown(browser, campaign, f"?size={size}")) for size in (10, 20, 30, 50, 5000)] == [10, 20, 23, 23, 10]


@pytest.mark.row("S2.26", "S2.27", "S2.28", "S2.29", "S2.90")
@pytest.mark.parametrize("status", ["", "success", "failure", "unknown"])
@pytest.mark.parametrize("sort", ["-date", "date", "-duration", "duration", "status", "-status"])
def test_every_sort_and_filter_walks_all_calls_in_order(
    ours: Company, browser: Client, campaign: Campaign, sort: str, status: str
) -> None:
    with use_company(ours):
        made = calls_of(campaign, *["success", "failure", "unknown", "failure"] * 6)
    wanted = [call for call in made if status in ("", call.outcome)]
    rank = ["success", "failure", "unknown"]
    by = {
        "date": lambda call: call.started_at,
        "duration": lambda call: call.duration_seconds,
        "status": lambda call: rank.index(call.outcome),
    }[sort.lstrip("-")]
    wanted.sort(key=by, reverse=sort.startswith("-"))
    assert walked(browser, campaign, f"?sort={sort}&status={status}") == [call.pk for call in wanted]


@pytest.mark.row("S2.30", "S2.31", "S2.32", "S2.33", "S2.34", "S2.35", "S2.36")
def test_a_line_says_when_who_how_long_what_came_of_it_and_how_it_was_found(
    ours: Company, browser: Client, campaign: Campaign
) -> None:
    with use_company(ours):
        [call, failed] = calls_of(campaign, "success", "failure", seconds=252)
    answer = browser.get(f"/campaigns/{campaign.pk}/calls/")
    page = text_of(answer)
    row, other = answer.context["rows"]
    assert (row.length, row.status, row.is_conversion, row.found_by) == ("4:12", "Success", True, "Was contacted")
    assert (other.status, other.is_conversion) == ("Failure", False)
    assert row.number in page
    assert f'data-panel="{call.pk}"' in page
    assert f'href="/calls/{failed.pk}/#campaign"' in page
    for title in ("Date and time", "Caller", "Duration", "Status", "Conversion", "Attribution"):
        assert title in page


@pytest.mark.row("S2.37", "S2.38", "S2.39", "S2.89")
def test_the_three_empty_states(ours: Company, browser: Client, campaign: Campaign) -> None:
    address = f"/campaigns/{campaign.pk}/calls/"
    assert "No calls yet" in text_of(browser.get(address))

    with use_company(ours):
        factories.make_call()
    said = text_of(browser.get(address))
    assert "1 call has no campaign" in said
    assert "No calls yet" not in said

    with use_company(ours):
        calls_of(campaign, "failure", "failure")
    said = text_of(browser.get(address))
    assert "2 calls failed, and none succeeded" in said
    assert len(shown(browser, campaign)) == 2
    assert "2 calls failed, and none succeeded" in text_of(browser.get(f"{address}?status=success"))

    with use_company(ours):
        calls_of(campaign, "success")
    assert "none succeeded" not in text_of(browser.get(address))
    assert "Unknown: no call" in text_of(browser.get(f"{address}?status=unknown"))


@pytest.mark.row("S1.51", "S2.40", "S2.42", "S2.43", "S2.118", "S2.119")
def test_the_panel_tells_all_that_is_known(ours: Company, browser: Client, campaign: Campaign, agent: Any) -> None:
    with use_company(ours):
        [call] = calls_of(campaign, "success", language="en", title="A flat by the river", ended_because="caller left")
        assign(Call.objects.filter(pk=call.pk), campaign=campaign, by=agent)
    page = text_of(browser.get(f"/campaigns/{campaign.pk}/calls/{call.pk}/"))
    for words in ("A flat by the river", "caller left", "Chosen by a person", "Ravi Menon", "Spring", "Transcript"):
        assert words in page
    assert f'hx-get="/calls/{call.pk}/raw/"' in page


@pytest.mark.row("S2.45", "S2.46", "S2.41", "S2.120")
def test_the_panel_stands_missing_facts_a_very_long_talk_and_hostile_json(
    ours: Company, browser: Client, campaign: Campaign
) -> None:
    with use_company(ours):
        bare = Call.objects.create(provider="elevenlabs", started_at=timezone.now(), campaign=campaign)
        [long] = calls_of(campaign, "success", raw={"said": "<script>x</script>", "many": ["word"] * 20_000})
        long.turns.all().delete()
        Turn.objects.bulk_create(
            Turn(call=long, index=index, speaker="customer", content="so " * 5_000, said_at=timezone.now())
            for index in range(300)
        )
    page = text_of(browser.get(f"/campaigns/{campaign.pk}/calls/{bare.pk}/"))
    assert "No transcript came with this call" in page
    assert "no number" in page

    page = text_of(browser.get(f"/campaigns/{campaign.pk}/calls/{long.pk}/"))
    assert "292 more turns" in page
    assert len(page) < 60_000
    raw = text_of(browser.get(f"/calls/{long.pk}/raw/"))
    assert "<script>x" not in raw
    assert "&lt;script&gt;x" in raw


def test_a_call_of_another_campaign_or_company_is_not_found(
    ours: Company, browser: Client, campaign: Campaign, client_of: Browser
) -> None:
    with use_company(ours):
        [call] = calls_of(campaign, "success")
        other = factories.make_campaign(name="Autumn")
    address = f"/campaigns/{campaign.pk}/calls/{call.pk}/"
    assert browser.get(f"/campaigns/{other.pk}/calls/{call.pk}/").status_code == 404
    outsider = client_of(factories.make_member(factories.make_company(name="Theirs"), role="owner").user)
    assert {outsider.get(one).status_code for one in (address, f"/campaigns/{campaign.pk}/calls/")} == {404}
    assert outsider.post(f"/calls/{call.pk}/conversion/", {"converted": "no"}).status_code == 404


@pytest.mark.row("S2.44", "S1.22", "S1.23", "S1.65")
def test_a_persons_word_on_a_conversion_wins_is_kept_and_taken_back(
    ours: Company, browser: Client, campaign: Campaign
) -> None:
    with use_company(ours):
        [call] = calls_of(campaign, "success")
    assert "It is no conversion" in text_of(browser.get(f"/calls/{call.pk}/"))
    sent = {"HX-Request": "true", "HX-Current-URL": f"https://testserver/campaigns/{campaign.pk}/calls/"}
    answer = browser.post(f"/calls/{call.pk}/conversion/", {"converted": "no"}, headers=sent)
    page = text_of(answer)
    assert "Said by a person" in page
    assert "Ravi Menon" in page
    assert re.search(rf'id="converted-{call.pk}"\s+hx-swap-oob', page)
    with use_company(ours):
        call.refresh_from_db()
        assert (call.is_conversion, call.said_converted_by is not None) == (False, True)

    browser.post(f"/calls/{call.pk}/conversion/", {"converted": ""})
    with use_company(ours):
        call = Call.objects.get(pk=call.pk)
        assert (call.is_conversion, call.conversion_by.label) == (True, "Success, by its provider")
        assert AttributionEntry.objects.filter(call=call).count() == 0


def test_a_viewer_reads_and_says_nothing(ours: Company, campaign: Campaign, client_of: Browser) -> None:
    viewer = client_of(factories.make_member(ours, role="viewer").user)
    with use_company(ours):
        [call] = calls_of(campaign, "success")
    page = text_of(viewer.get(f"/campaigns/{campaign.pk}/calls/{call.pk}/"))
    assert "It is no conversion" not in page
    assert "as JSON" not in page
    assert viewer.post(f"/calls/{call.pk}/conversion/", {"converted": "no"}).status_code == 403


def test_a_page_of_fifty_asks_as_little_as_one_of_ten(ours: Company, browser: Client, campaign: Campaign) -> None:
    with use_company(ours):
        calls_of(campaign, *["success", "failure"] * 30)
    browser.get(f"/campaigns/{campaign.pk}/calls/")
    asked = []
    for size in (10, 50):
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"/campaigns/{campaign.pk}/calls/?size={size}&sort=status")
        asked.append(len(queries))
    # One more may count the rows.
    assert asked[1] <= asked[0] + 1
