"""A person's data in one file, and gone for good: bar S13 of the reliability notes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.utils import timezone

from calltracking.models import CallNote
from crm import phones
from crm.history import histories
from crm.leases import LeaseLost, claim
from crm.models import (
    Company,
    Contact,
    Erased,
    FollowUp,
    Interaction,
    Lead,
    Membership,
    PhoneNumber,
    RepeatableAnswer,
    User,
)
from crm.privacy import erase_person, export_person, parts
from crm.tenancy import use_company
from telephony.events import CallEvent
from telephony.models import Call, CallEventLog, Insight, Quarantined, Turn, WebhookEvent
from telephony.models.call_queries import CallIsErased
from tests import factories
from tests.crm.test_secrets_at_rest import dump

pytestmark = pytest.mark.django_db

NUMBER, SECOND = "+919812300045", "+919812300046"
CALL = "conv_of_the_person_who_is_erased"
SAID = (
    ("agent", "Who am I speaking to?"),
    ("customer", "My name is Zuleika Farrow. I am interested in the flat with the turquoise balcony."),
    ("agent", "What is your e-mail address?"),
    ("customer", "It is zuleika.farrow@example.com."),
)
# What a dump must not hold, by what it is.
THEIRS = {
    "name": "zuleika",
    "family name": "farrow",
    "number": "9812300045",
    "number as it is shown": "98123 00045",
    "second number": "9812300046",
    "second number as it is shown": "98123 00046",
    "words": "turquoise",
    "what was noted": "lighthouse",
    "id of the call": CALL,
}
# Models that hold nothing of a person a company talks to, and why.
NOTHING_OF_A_PERSON = {
    "calltracking.dailycallstats": "counts of calls",
    "calltracking.serviceprice": "what a service costs",
    "calltracking.staleday": "which days to count anew: for about a minute, the id of a contact or call",
    "crm.company": "the company itself",
    "crm.membership": "who works in it",
    "crm.user": "who works in it",
    "crm.invitation": "who is to work in it",
    "crm.notificationpreference": "what a colleague wants to be told of",
    "crm.staffvisit": "who runs the platform",
    "crm.apikey": "programs",
    "crm.campaign": "what was done for everybody",
    "crm.extractionfield": "what is asked of everybody",
    "crm.followuprule": "rules",
    "crm.erased": "keyed hashes of what was erased",
    "crm.failedattempts": "keyed hashes of who logs in",
    "crm.requestcount": "programs and colleagues",
    "analysis.scorerule": "rules",
    "analysis.hotrule": "a rule",
    "analysis.rescoring": "counts, and who began it",
    "telephony.agent": "who holds calls",
    "telephony.phoneline": "numbers of our own",
    "calltracking.attributionrule": "rules",
    "calltracking.attributionbatch": "operations: how many calls, by whom",
    "telephony.provideraccount": "accounts",
    "telephony.webhookaddress": "addresses",
    "telephony.refusal": "senders; nothing of the body",
    "analysis.analysisusage": "tokens and money of requests",
    "telephony.syncrun": "counts, and ids of calls while it runs",
    "telephony.trouble": "what is wrong with an account",
    "telephony.troublemail": "to whom among its members that was mailed",
    "telephony.webhookcheck": "what a provider says of our address",
}


def told(**fields: Any) -> CallEvent:
    """What the provider tells of the person's call."""
    said = {"customer_number": NUMBER, "turns": SAID, "title": "Zuleika asks", "summary": "Zuleika Farrow rang."}
    return factories.make_event(**{"call_id": CALL, **said, **fields})


@pytest.fixture
def account(company: Company) -> Any:
    with use_company(company):
        return factories.make_account()


@pytest.fixture
def event() -> CallEvent:
    return told()


@pytest.fixture
def person(company: Company, account: Any, event: CallEvent) -> Contact:
    """Somebody of whom there is something in every place."""
    factories.deliver(account, event)
    factories.work_off()
    by = Membership.objects.filter(company=company).first()
    with use_company(company):
        contact: Contact = Contact.objects.get(numbers__e164=NUMBER)
        assert contact.full_name == "Zuleika Farrow", "the journey did not read the call"
        contact.add_number(e164=SECOND, written="098123-00046")
        contact.notes, contact.city = "Likes the lighthouse", "Goa"
        contact.save()
        Lead.of(contact).move_to("converted", by=by, why="Saw the lighthouse")
        FollowUp.objects.create(contact=contact, due_at=timezone.now(), reason="Send Zuleika the lighthouse")
        Interaction.objects.create(contact=contact, kind="note", summary="Asked about the lighthouse")
        factories.make_recipient(factories.make_campaign(), number=SECOND)
        call = Call.objects.get(contact=contact)
        note = CallNote.objects.create(call=call, by=by, text="Zuleika knows the lighthouse")
        CallNote.objects.filter(pk=note.pk).update(text="Zuleika loves the lighthouse")
        Call.objects.filter(pk=call.pk).update(disposition="Wants the lighthouse")
        CallEventLog.objects.create(call=call, name="noted", detail="Zuleika", happened_at=timezone.now())
        body = json.dumps({"from": NUMBER, "said": "turquoise"}).encode()
        Quarantined.objects.create(account=account, provider=account.provider, body=body, why="It does not verify.")
        for written in ("from=0" + NUMBER[3:], f"from {phones.to_display(SECOND)}"):
            Quarantined.objects.create(account=account, provider="fake", body=written.encode(), why="No signature.")
        WebhookEvent.objects.create(
            account=account,
            provider=account.provider,
            dedupe_key="other::0",
            body=body,
            unrouted_because="Nothing we know",
            work_state="done",
        )
        RepeatableAnswer.objects.create(
            caller="key:1", key="k2", fingerprint="0" * 64, status=201, body={"name": "Zuleika Farrow"}
        )
    return contact


@pytest.fixture
def boss(company: Company, owner: User) -> Membership:
    return Membership.objects.get(company=company, user=owner)


def hits() -> dict[str, str]:
    """What a dump of the database still holds of the person, by what it is, with the row."""
    rows = [row.lower() for row in dump()]
    assert any("northwind homes" in row for row in rows), "the dump is empty: the test proves nothing"
    return {name: row[:300] for name, text in THEIRS.items() for row in rows if text in row}


# ---- export ---------------------------------------------------------------------------------------------------


@pytest.mark.row("S0.130")
def test_an_export_holds_everything_that_is_kept(company: Company, person: Contact) -> None:
    with use_company(company):
        exported = export_person(person)
        call = Call.objects.get(contact=person)
    assert exported["contact"]["full_name"] == "Zuleika Farrow"
    assert {number["e164"] for number in exported["numbers"]} == {NUMBER, SECOND}
    assert {change["why"] for change in exported["status_changes"]} >= {"Saw the lighthouse"}
    assert "Asked about the lighthouse" in {entry["summary"] for entry in exported["interactions"]}
    assert "Send Zuleika the lighthouse" in {step["reason"] for step in exported["follow_ups"]}
    assert [entry["e164"] for entry in exported["campaign_entries"]] == [SECOND]
    [of_call] = exported["calls"]
    assert [turn["content"] for turn in of_call["turns"]] == [said for _, said in SAID]
    assert [given["value"] for given in of_call["ids"]] == [CALL]
    assert of_call["raw"] == call.raw
    assert of_call["insights"]
    assert of_call["metrics"]
    assert "Zuleika" in {entry["detail"] for entry in of_call["log"]}
    assert [note["text"] for note in exported["call_notes"]] == ["Zuleika loves the lighthouse"]
    assert len(exported["deliveries"]) == 2
    assert all("turquoise" in delivery["body"] for delivery in exported["deliveries"])
    assert len(exported["quarantine"]) == 3
    assert ["Zuleika knows the lighthouse", "Zuleika loves the lighthouse"] in [
        change["changes"].get("text") for change in exported["history_of_call_notes"]
    ]
    assert {"contact", "phone number", "follow-up"} == {
        change["of"].rpartition(" ")[0] for change in exported["history"]
    }
    assert exported["history_of_calls"]
    assert json.loads(json.dumps(exported)) == exported


def test_an_export_holds_nothing_of_anybody_else(company: Company, person: Contact) -> None:
    with use_company(company):
        other = factories.make_contact(full_name="Somebody Else")
        factories.make_call(contact=other, turns=factories.TALK)
        assert "Somebody Else" not in json.dumps(export_person(person))
        assert "Meera" not in json.dumps(export_person(person))


# ---- erasure --------------------------------------------------------------------------------------------------


@pytest.mark.row("S0.130")
def test_after_an_erasure_a_dump_holds_nothing_of_the_person(
    company: Company, person: Contact, boss: Membership
) -> None:
    assert hits().keys() == THEIRS.keys() - {"number as it is shown"}, "the search finds nothing: it proves nothing"
    with use_company(company):
        others = {model: model.objects.count() for model in (Contact, Call, Turn, WebhookEvent)}
        call = Call.objects.get(contact=person)
    erase_person(person, by=boss, why="Asked for it")
    assert hits() == {}
    with use_company(company):
        stays = Call.objects.get(pk=call.pk)
        assert (stays.status, stays.started_at, stays.duration_seconds, stays.score) == (
            call.status,
            call.started_at,
            call.duration_seconds,
            call.score,
        )
        assert not Insight.objects.filter(call=stays).exists()
        assert {model: count - model.objects.count() for model, count in others.items()} == {
            Contact: 1,
            Call: 0,
            Turn: len(SAID),
            WebhookEvent: 2,
        }


def test_history_tells_that_somebody_was_erased_by_whom_and_why(
    company: Company, person: Contact, owner: User, client_of: Callable[[User], Client]
) -> None:
    answer = client_of(owner).post(f"/admin/crm/contact/{person.pk}/erase/", {"why": "Letter of May"})
    assert answer.status_code == 302
    assert hits() == {}
    member = Membership.objects.get(company=company, user=owner)
    with use_company(company):
        events = Contact.pgh_event_model.objects.filter(pgh_obj_id=person.pk)  # type: ignore[attr-defined]
        [erased] = events.filter(pgh_label="erase")
        assert (erased.changes, erased.member_id) == ({"why": [None, "Letter of May"]}, member.pk)
        assert not events.exclude(pgh_label="erase").exclude(changes={}).exists()
    shown = client_of(owner).get("/audit/").content.decode()
    assert "Letter of May" in shown
    assert "Zuleika" not in shown


def test_a_call_that_is_nobody_s_is_still_shown(
    company: Company, person: Contact, boss: Membership, client_of: Callable[[User], Client]
) -> None:
    with use_company(company):
        call = Call.objects.get(contact=person)
    client = client_of(boss.user)
    address = f"/calls/{call.pk}/"
    assert "turquoise" in client.get(address).content.decode()
    erase_person(person, by=boss, why="Asked for it")
    for page in (address, f"{address}history/", f"{address}raw/", "/calls/", "/", "/api/call-tracking/conversations"):
        shown = client.get(page)
        assert shown.status_code == 200, page
        assert not [text for text in THEIRS.values() if text in shown.content.decode().lower()], page


@pytest.mark.row("S0.130")
def test_repeats_and_replays_bring_nothing_back(
    company: Company, account: Any, person: Contact, boss: Membership, event: CallEvent
) -> None:
    sent = factories.compose(account, event)
    erase_person(person, by=boss, why="Asked for it")
    factories.post(account.path, sent)
    factories.deliver(account, told(told_at=timezone.now(), title="Zuleika again"))
    with use_company(company):
        inbox = WebhookEvent.objects.filter(account=account)
        assert inbox.filter(work_state="due").count() == 2, "the door took nothing: it proves nothing"
    factories.work_off()
    with use_company(company):
        assert not inbox.exists()
        # Every call's journey runs again: of those that are nobody's it finds nobody.
        for call in Call.objects.all():
            call.owe_journey()
    factories.work_off()
    assert hits() == {}


def test_a_call_of_before_that_was_never_told_is_not_recorded_and_a_later_one_is_somebody_new(
    company: Company, account: Any, person: Contact, boss: Membership
) -> None:
    erase_person(person, by=boss, why="Asked for it")
    before = told(call_id="conv_before", started_at=timezone.now() - timedelta(days=3))
    with use_company(company), pytest.raises(CallIsErased):
        Call.objects.record(before, account=account)
    later = timezone.now() + timedelta(minutes=1)
    factories.deliver(account, told(call_id="conv_later", started_at=later, told_at=later))
    factories.work_off()
    with use_company(company):
        anew = Contact.objects.get(numbers__e164=NUMBER)
        assert anew.pk != person.pk
        assert anew.notes == ""
        assert Call.objects.filter(contact=anew).count() == 1


def test_a_delivery_that_is_not_read_yet_goes_too(
    company: Company, account: Any, person: Contact, boss: Membership
) -> None:
    factories.deliver(account, told(told_at=timezone.now(), title="Zuleika waits"))
    erase_person(person, by=boss, why="Asked for it")
    assert hits() == {}


def test_a_worker_that_has_read_the_call_cannot_write_what_it_read(
    company: Company, person: Contact, boss: Membership
) -> None:
    with use_company(company):
        call = Call.objects.get(contact=person)
        call.owe_journey()
    lease = claim(Call, company_id=company.pk, pk=call.pk)
    assert lease is not None
    erase_person(person, by=boss, why="Asked for it")
    with pytest.raises(LeaseLost), lease.effect() as held:
        held.title = "Zuleika"
        held.save()
    assert hits() == {}


def test_whoever_shares_the_number_keeps_it_and_their_calls(
    company: Company, account: Any, person: Contact, boss: Membership
) -> None:
    with use_company(company):
        partner = factories.make_contact(full_name="Partner", number=NUMBER)
        call = factories.make_call(contact=partner, turns=factories.TALK)
    erase_person(person, by=boss, why="Asked for it")
    with use_company(company):
        assert PhoneNumber.objects.filter(e164=NUMBER).get().contact_id == partner.pk
        assert Call.objects.get(contact=partner).turns.count() == len(factories.TALK)
        assert Call.objects.get(pk=call.pk).customer_number == NUMBER
        earlier = told(call_id="conv_of_partner", started_at=timezone.now() - timedelta(days=3))
        assert Call.objects.record(earlier, account=account).customer_number == NUMBER


def test_another_company_s_person_of_the_same_number_is_untouched(
    company: Company, other_company: Company, person: Contact, boss: Membership
) -> None:
    with use_company(other_company):
        theirs = factories.make_contact(full_name="Zuleika Farrow", number=NUMBER)
        factories.make_call(contact=theirs, turns=SAID)
        before = export_person(theirs)
    erase_person(person, by=boss, why="Asked for it")
    with use_company(other_company):
        after = export_person(theirs)
        assert not Erased.objects.among([f"number:{NUMBER}"])
    assert {**before, "exported_at": ""} == {**after, "exported_at": ""}


def test_marks_hold_under_an_earlier_secret_key(
    company: Company, person: Contact, boss: Membership, settings: Any
) -> None:
    erase_person(person, by=boss, why="Asked for it")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    with use_company(company):
        assert Erased.objects.among([f"number:{NUMBER}", f"call:elevenlabs:{CALL}", "number:+910000000000"]).keys() == {
            f"number:{NUMBER}",
            f"call:elevenlabs:{CALL}",
        }


def test_a_person_is_erased_on_a_terminal_too(company: Company, person: Contact, boss: Membership) -> None:
    agent = factories.make_member(company, role="agent").user.email
    why = {"company": company.slug, "why": "Case 12"}
    for wrong in (
        {**why, "by": agent},
        {**why, "by": "nobody@example.com"},
        {**why, "by": boss.user.email, "why": " "},
    ):
        with pytest.raises(CommandError):
            call_command("erase_person", person.pk, **wrong)
    with pytest.raises(CommandError, match="no contact"):
        call_command("erase_person", 0, by=boss.user.email, **why)
    assert hits()
    call_command("erase_person", person.pk, by=boss.user.email, **why, stdout=StringIO())
    assert hits() == {}
    with use_company(company):
        event = Contact.pgh_event_model.objects.get(pgh_obj_id=person.pk, pgh_label="erase")  # type: ignore[attr-defined]
        assert (event.source, event.member_id) == ("command", boss.pk)


# ---- the keyhole in history -----------------------------------------------------------------------------------


def empty(function: str, rows: list[int], wholes: list[int]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"select {function}(%s::bigint[], %s::bigint[], '')", [rows, wholes])


def test_history_of_what_is_there_cannot_be_emptied(company: Company, person: Contact) -> None:
    with use_company(company):
        call = Call.objects.get(contact=person)
        for function, rows, wholes in (
            ("crm_contacthistory_erase", [person.pk], []),
            ("crm_phonenumberhistory_erase", [], [person.pk]),
            ("telephony_callhistory_erase", [call.pk], []),
            ("calltracking_callnotehistory_erase", [], [call.pk]),
        ):
            with pytest.raises(ProgrammingError, match="still there"):
                empty(function, rows, wholes)


def test_history_of_another_company_cannot_be_emptied(
    company: Company, other_company: Company, person: Contact
) -> None:
    with use_company(company):
        Contact.objects.filter(pk=person.pk).delete()
    with use_company(other_company):
        empty("crm_contacthistory_erase", [person.pk], [])
    with pytest.raises(ProgrammingError, match="no company is in use"):
        empty("crm_contacthistory_erase", [person.pk], [])
    with use_company(company):
        events = Contact.pgh_event_model.objects.filter(pgh_obj_id=person.pk)  # type: ignore[attr-defined]
        assert events.exclude(changes={}).exists()


# ---- who may --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "may"), [("owner", True), ("manager", True), ("agent", False), ("viewer", False)])
def test_managers_and_owners_export_and_erase_and_nobody_else(
    company: Company, person: Contact, client_of: Callable[[User], Client], role: str, may: bool
) -> None:
    client = client_of(factories.make_member(company, role=role).user)
    page = f"/admin/crm/contact/{person.pk}"
    export, asked = client.get(f"{page}/export/"), client.get(f"{page}/erase/")
    assert (export.status_code, asked.status_code) == ((200, 200) if may else (403, 403))
    assert (f"{page}/erase/" in client.get(f"{page}/change/").content.decode()) == may
    if may:
        sent = b"".join(export.streaming_content).decode()
        assert json.loads(sent)["contact"]["full_name"] == "Zuleika Farrow"
        assert "no-store" in export["Cache-Control"]
        assert "What goes" in asked.content.decode()
    assert client.post(f"{page}/erase/", {"why": ""}).status_code == (200 if may else 403)
    with use_company(company):
        assert Contact.objects.filter(pk=person.pk).exists()
    assert client.post(f"{page}/erase/", {"why": "Asked for it"}).status_code == (302 if may else 403)
    with use_company(company):
        assert Contact.objects.filter(pk=person.pk).exists() != may


def test_another_company_s_person_is_not_found(
    person: Contact, outsider: User, client_of: Callable[[User], Client]
) -> None:
    for page in ("export", "erase"):
        assert client_of(outsider).get(f"/admin/crm/contact/{person.pk}/{page}/").status_code in (403, 404)
    boss = factories.make_member(Membership.objects.get(user=outsider).company, role="owner").user
    for page in ("export", "erase"):
        assert client_of(boss).get(f"/admin/crm/contact/{person.pk}/{page}/").status_code == 404
    assert client_of(boss).post(f"/admin/crm/contact/{person.pk}/erase/", {"why": "x"}).status_code == 404


# ---- nothing is forgotten -------------------------------------------------------------------------------------


def test_every_model_with_personal_data_is_registered() -> None:
    ours = {"crm", "telephony", "calltracking", "analysis"}
    events = set(histories().values())
    everything = {
        model._meta.label_lower
        for model in apps.get_models()
        if model._meta.app_label in ours and not model._meta.proxy and model not in events
    }
    registered = {model._meta.label_lower for part in parts() for model in part.models}
    assert registered & NOTHING_OF_A_PERSON.keys() == set()
    assert everything == registered | NOTHING_OF_A_PERSON.keys()


def test_history_of_every_registered_model_can_be_emptied() -> None:
    registered = {model for part in parts() for model in part.models}
    for label, events in histories().items():
        can_be = any(constraint.name.endswith("_erase") for constraint in events._meta.constraints)
        assert can_be == (events.pgh_tracked_model in registered), label
