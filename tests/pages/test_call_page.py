"""A call's page: what was said and meant, and the lead edited in place."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from calltracking.models import CallNote
from crm.leases import WorkState
from crm.models import FollowUp, Lead, LeadStatus, LeadStatusChange
from crm.tenancy import use_company
from telephony.models import Call
from tests.factories import (
    deliver,
    make_account,
    make_call,
    make_campaign,
    make_contact,
    make_event,
    make_lead,
    work_off,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def heard(company):
    """A call that came through the door and was read."""
    with use_company(company):
        account = make_account()
    deliver(account, make_event(call_id="conv_heard", customer_number="+919845099999"))
    work_off()
    with use_company(company):
        return Call.objects.with_external_id("conv_heard").select_related("contact").get()


@pytest.mark.row("S0.17", "S3.8", "S3.110", "S0.123")
def test_it_shows_what_was_said_and_what_it_meant(agent, client_of, heard, company):
    with use_company(company):
        make_call(contact=heard.contact, started_at=heard.started_at - timedelta(days=2))

    page = client_of(agent).get(f"/calls/{heard.pk}/").content.decode()

    assert "my name is" in page
    assert "Meera Nair" in page
    assert "meera.nair@example.com" in page
    assert 'href="#turn-1"' in page  # a fact leads to its turn
    assert "<mark" in page
    assert "2nd call" in page
    assert "Other calls with them" in page


def test_it_says_which_campaign_brought_the_call(agent, client_of, company):
    with use_company(company):
        campaign = make_campaign(name="Spring & flats")
        brought = make_call(campaign=campaign, attributed_by="recipient")
        other = make_call()
    browser = client_of(agent)

    page = browser.get(f"/calls/{brought.pk}/").content.decode()

    assert f'href="/admin/crm/campaign/{campaign.pk}/change/">Spring &amp; flats</a>' in page
    assert "The caller was contacted for it" in page
    assert "No rule knows which campaign brought this call." in browser.get(f"/calls/{other.pk}/").content.decode()


def test_a_fact_and_its_mark_stand_for_the_same_words(agent, client_of, heard, company):
    with use_company(company):
        insight = heard.insights.get(is_current=True)
        turns = {turn.index: turn.content for turn in heard.turns.all()}
    email = insight.findings["email"]["evidence"]

    page = client_of(agent).get(f"/calls/{heard.pk}/").content.decode()

    assert email["quote"] in turns[email["turn"]]
    assert f">{email['quote']}</mark>" in page


@pytest.mark.row("S0.19", "S0.91")
def test_the_status_is_changed_in_place_and_can_be_undone(agent, client_of, company):
    with use_company(company):
        lead = make_lead(status=LeadStatus.NEW)
        call = make_call(contact=lead)
    browser = client_of(agent)

    changed = browser.post(f"/calls/{call.pk}/lead/", {"status": "callback", "was_status": "new"}, headers=HTMX)

    assert "Status is now Callback." in changed.content.decode()
    assert "Undo" in changed.content.decode()
    with use_company(company):
        assert Lead.objects.get(pk=lead.pk).lead_status == "callback"
        by = LeadStatusChange.objects.filter(contact=lead).latest("changed_at").by
        assert by.user == agent

    browser.post(f"/calls/{call.pk}/lead/", {"status": "new", "was_status": "callback"}, headers=HTMX)

    with use_company(company):
        assert Lead.objects.get(pk=lead.pk).lead_status == "new"


def test_a_mistaken_do_not_call_is_undone_whole(agent, client_of, company):
    with use_company(company):
        lead = make_lead(status=LeadStatus.INTERESTED)
        Lead.objects.filter(pk=lead.pk).update(priority=2)  # a person's own choice
        call = make_call(contact=lead)
    browser = client_of(agent)

    card = browser.post(f"/calls/{call.pk}/lead/", {"status": "do_not_call", "was_status": "interested"}, headers=HTMX)
    undo = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)">', card.content.decode().split("Undo")[0]))
    browser.post(f"/calls/{call.pk}/lead/", undo, headers=HTMX)

    with use_company(company):
        after = Lead.objects.get(pk=lead.pk)
    assert (after.lead_status, after.priority, after.do_not_call) == ("interested", 2, False)


@pytest.mark.row("S0.75")
def test_a_status_set_by_a_person_plans_its_step_though_the_call_s_own_was_done(agent, client_of, heard, company):
    with use_company(company):
        step = FollowUp.objects.open().get(contact=heard.contact)
        status = Lead.objects.get(pk=heard.contact_id).lead_status
    browser = client_of(agent)
    browser.post(f"/calls/{heard.pk}/follow-up/", {"done": step.pk}, headers=HTMX)

    browser.post(f"/calls/{heard.pk}/lead/", {"status": "callback", "was_status": status}, headers=HTMX)

    with use_company(company):
        assert FollowUp.objects.open().get(contact=heard.contact).reason == "Call back"


def test_done_taken_back_leaves_the_step_to_the_rules(agent, client_of, heard, company):
    with use_company(company):
        step = FollowUp.objects.open().get(contact=heard.contact)
    browser = client_of(agent)
    browser.post(f"/calls/{heard.pk}/follow-up/", {"done": step.pk}, headers=HTMX)
    browser.post(f"/calls/{heard.pk}/follow-up/", {"reopen": step.pk}, headers=HTMX)
    with use_company(company):
        Lead.objects.get(pk=heard.contact_id).move_to(LeadStatus.DO_NOT_CALL)

        assert not FollowUp.objects.open().filter(contact=heard.contact).exists()


def test_reading_again_keeps_a_priority_that_a_person_set(agent, client_of, heard, company):
    with use_company(company):
        Lead.objects.filter(pk=heard.contact_id).update(priority=1)

    client_of(agent).post(f"/calls/{heard.pk}/reprocess/", headers=HTMX)
    work_off()

    with use_company(company):
        assert Lead.objects.get(pk=heard.contact_id).priority == 1


def test_an_expired_session_leads_to_log_in_and_back_to_the_page(client, company):
    with use_company(company):
        call = make_call()
    page = f"http://testserver/calls/{call.pk}/"

    in_place = client.post(f"/calls/{call.pk}/notes/", {"text": "x"}, headers={**HTMX, "HX-Current-URL": page})
    plain = client.post(f"/calls/{call.pk}/notes/", {"text": "x"}, headers={"Referer": page})

    assert in_place["HX-Redirect"] == f"/accounts/login/?next=/calls/{call.pk}/"
    assert plain["Location"] == f"/accounts/login/?next=/calls/{call.pk}/"


def test_without_javascript_the_next_page_says_what_happened(agent, client_of, company):
    with use_company(company):
        lead = make_lead(status=LeadStatus.CONVERTED)
        call = make_call(contact=lead)
    browser = client_of(agent)

    answer = browser.post(f"/calls/{call.pk}/lead/", {"status": "new", "was_status": "new"}, follow=True)

    assert "Someone changed this lead" in answer.content.decode()


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(agent, client_of, company):
    with use_company(company):
        lead = make_lead(status=LeadStatus.CONVERTED)
        call = make_call(contact=lead)

    answer = client_of(agent).post(
        f"/calls/{call.pk}/lead/", {"status": "not_interested", "was_status": "new"}, headers=HTMX
    )

    assert "Someone changed this lead" in answer.content.decode()
    with use_company(company):
        assert Lead.objects.get(pk=lead.pk).lead_status == "converted"


@pytest.mark.parametrize("wrong", [{"status": "sold"}, {"priority": "9"}, {"priority": "x"}, {}])
def test_a_word_that_is_no_status_changes_nothing(agent, client_of, company, wrong):
    with use_company(company):
        lead = make_lead(status=LeadStatus.NEW)
        call = make_call(contact=lead)

    answer = client_of(agent).post(f"/calls/{call.pk}/lead/", {**wrong, "was_status": "new"}, headers=HTMX)

    assert answer.status_code == 200
    with use_company(company):
        assert Lead.objects.get(pk=lead.pk).lead_status == "new"


@pytest.mark.row("S0.20")
def test_the_next_step_is_planned_moved_done_and_reopened(agent, client_of, company):
    with use_company(company):
        lead = make_lead(status=LeadStatus.CONVERTED)  # a status without an automatic follow-up
        call = make_call(contact=lead)
    browser, address = client_of(agent), f"/calls/{call.pk}/follow-up/"

    browser.post(address, {"due_at": "2030-01-15T10:30", "reason": "Send the keys"}, headers=HTMX)
    browser.post(address, {"due_at": "2030-01-16T11:00", "reason": "Send the keys"}, headers=HTMX)

    with use_company(company):
        follow_up = FollowUp.objects.open().get(contact=lead)
        # The company's clocks: half past five hours ahead of UTC.
        assert follow_up.due_at.isoformat() == "2030-01-16T05:30:00+00:00"

    done = browser.post(address, {"done": follow_up.pk}, headers=HTMX)
    assert "Undo" in done.content.decode()
    browser.post(address, {"reopen": follow_up.pk}, headers=HTMX)

    with use_company(company):
        assert FollowUp.objects.open().get(contact=lead) == follow_up


@pytest.mark.row("S4.81", "S4.105")
@pytest.mark.parametrize("due_at", ["", "soon", "2030-02-31T10:00", "99999-01-01T00:00"])
def test_an_impossible_time_says_so_beside_the_field(agent, client_of, company, due_at):
    with use_company(company):
        call = make_call(contact=make_lead())

    answer = client_of(agent).post(f"/calls/{call.pk}/follow-up/", {"due_at": due_at}, headers=HTMX)

    assert answer.status_code == 200
    assert 'class="rs-error"' in answer.content.decode()


@pytest.mark.row("S0.18")
def test_a_note_is_kept_and_only_its_writer_takes_it_back(agent, manager, viewer, client_of, company):
    with use_company(company):
        call = make_call(contact=make_contact())
    said = "<b>Ring</b> after six"

    page = client_of(agent).post(f"/calls/{call.pk}/notes/", {"text": said}, headers=HTMX).content.decode()

    assert "&lt;b&gt;Ring&lt;/b&gt; after six" in page
    with use_company(company):
        note = CallNote.objects.get(call=call)
    assert client_of(viewer).post(f"/calls/{call.pk}/notes/", {"text": "me too"}).status_code == 403
    assert client_of(manager).post(f"/calls/{call.pk}/notes/{note.pk}/").status_code == 403
    assert client_of(agent).post(f"/calls/{call.pk}/notes/{note.pk}/", headers=HTMX).status_code == 200
    with use_company(company):
        assert not CallNote.objects.filter(call=call).exists()


def test_an_empty_note_is_not_kept(agent, client_of, company):
    with use_company(company):
        call = make_call()

    answer = client_of(agent).post(f"/calls/{call.pk}/notes/", {"text": "  "}, headers=HTMX)

    assert "Write something first." in answer.content.decode()


@pytest.mark.row("B.5")
def test_people_who_share_a_number_are_shown_and_a_person_chooses(agent, client_of, company):
    with use_company(company):
        account = make_account()
        first = make_contact(full_name="Ana Ghosh", number="+919845077777")
        second = make_contact(full_name="Tara Iyer", number="")
        second.add_number(e164="+919845077777", written="+919845077777")
        stranger = make_contact(full_name="Stranger")
    silent = (("agent", "Hello?"), ("customer", "Yes, one moment."))
    deliver(account, make_event(call_id="conv_shared", customer_number="+919845077777", turns=silent))
    work_off()
    with use_company(company):
        call = Call.objects.with_external_id("conv_shared").get()
    browser = client_of(agent)

    page = browser.get(f"/calls/{call.pk}/").content.decode()
    assert call.contact is None
    assert "It was Ana Ghosh" in page
    assert "It was Tara Iyer" in page

    assert browser.post(f"/calls/{call.pk}/contact/", {"contact": stranger.pk}).status_code == 404
    browser.post(f"/calls/{call.pk}/contact/", {"contact": second.pk})
    work_off()

    with use_company(company):
        call.refresh_from_db()
        assert call.contact == second
        assert second.interactions.count() == 1
        assert first.interactions.count() == 0


def test_a_call_that_is_being_read_says_so_and_reloads_when_it_is_done(agent, client_of, company):
    with use_company(company):
        call = make_call(work_state=WorkState.DUE)
    browser = client_of(agent)

    assert "is being read" in browser.get(f"/calls/{call.pk}/").content.decode()
    assert "is being read" in browser.get(f"/calls/{call.pk}/reading/", headers=HTMX).content.decode()
    with use_company(company):
        Call.objects.filter(pk=call.pk).update(work_state=WorkState.DONE)

    assert browser.get(f"/calls/{call.pk}/reading/", headers=HTMX)["HX-Refresh"] == "true"


def test_reading_again_keeps_what_a_person_decided(agent, client_of, heard, company):
    with use_company(company):
        status = Lead.objects.get(pk=heard.contact_id).lead_status
    browser = client_of(agent)
    browser.post(f"/calls/{heard.pk}/lead/", {"status": "not_interested", "was_status": status}, headers=HTMX)

    browser.post(f"/calls/{heard.pk}/reprocess/", headers=HTMX)
    work_off()

    with use_company(company):
        assert Lead.objects.get(pk=heard.contact_id).lead_status == "not_interested"


@pytest.mark.row("S1.8", "S0.126", "S2.80")
def test_the_raw_account_is_indented_and_escaped(agent, client_of, company):
    with use_company(company):
        call = make_call(raw={"said": "<script>alert(1)</script>", "naïve": {"deep": [1]}})

    page = client_of(agent).get(f"/calls/{call.pk}/raw/").content.decode()

    assert "<script>alert" not in page
    assert "&quot;naïve&quot;: {\n" in page


@pytest.mark.row("S4.82")
def test_what_callers_say_is_text_never_markup(agent, client_of, company):
    evil = "<img src=x onerror=alert(1)>"
    with use_company(company):
        contact = make_contact(full_name=evil, business_name=evil)
        call = make_call(
            contact=contact,
            turns=[("customer", evil), ("agent", evil)],
            title=evil,
            provider_summary=evil,
            ended_because=evil,
        )
    browser = client_of(agent)

    for address in (f"/calls/{call.pk}/", "/calls/", "/", "/api/telephony/calls"):
        answer = browser.get(address)
        assert answer.status_code == 200
        if "json" not in answer["Content-Type"]:
            assert evil not in answer.content.decode(), address


def test_a_call_with_nothing_known_still_has_a_page(agent, client_of, company):
    with use_company(company):
        call = Call.objects.create(provider="elevenlabs", started_at=timezone.now(), work_state="done")

    page = client_of(agent).get(f"/calls/{call.pk}/")

    assert page.status_code == 200
    assert "No number came with this call" in page.content.decode()


def test_a_long_conversation_costs_no_more_queries(agent, client_of, company, django_assert_max_num_queries):
    with use_company(company):
        call = make_call(contact=make_contact(), turns=[("customer", f"word {i}") for i in range(400)])
    browser = client_of(agent)
    browser.get(f"/calls/{call.pk}/")

    with django_assert_max_num_queries(30):
        page = browser.get(f"/calls/{call.pk}/").content.decode()

    assert "word 399" in page


def test_findings_can_be_shown_whatever_they_hold(agent, client_of, company):
    """The fullest findings there can be: each value is said in words, none as code."""
    evidence = {"turn": 0, "quote": "words", "second": 3.0, "speaker": "customer"}

    def fact(value):
        return {"value": value, "confidence": 0.9, "evidence": evidence, "conflict": None}

    findings = {
        "summary": "All of it.",
        "budget": fact({"minimum": "7500000", "maximum": "12500000", "currency": "INR", "period": "once"}),
        "annual_revenue": fact({"minimum": None, "maximum": "2000000", "currency": "USD", "period": "year"}),
        "decision_maker": fact(True),
        "callback_at": fact("2030-01-15T05:00:00Z"),
        "intent": fact("not_interested"),
        "phones": [fact("+919845012345")],
        "timeline": fact({"text": "within a month", "days": 30}),
        "custom": {"bedrooms": fact(2), "locations": fact(["Hebbal", "Whitefield"])},
    }
    from tests.factories import make_insight

    with use_company(company):
        call = make_call(turns=[("customer", "these words")])
        make_insight(call, findings=json.loads(json.dumps(findings)))

    page = client_of(agent).get(f"/calls/{call.pk}/").content.decode()

    for said in (
        "₹75 L to ₹1.25 Cr",
        "up to $2M a year",
        "yes",
        "Tue 15 Jan, 10:30",
        "not interested",
        "within a month",
        "Hebbal, Whitefield",
        "Bedrooms",
    ):
        assert said in page, said
