"""In a company where agents see their own leads alone: a colleague's person is nowhere, at no address, in no count."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from calltracking.models import AttributionBatch, CallNote
from crm.models import Company, Contact, ContactImport, FollowUp, ImportedContact, Interaction, Lead, Membership, User
from crm.tenancy import use_company
from telephony.models import Agent, Call
from tests import factories
from tests.access.test_every_address import ACTING, ALL, MODELS, PAGES, UNKNOWN, address_of, get, model_of
from tests.admin.support import open_form, save

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]

SECRET = "Zubaida"
NUMBER = "+919812300077"


@pytest.fixture
def own(company: Company) -> Company:
    """Our company, set so; everything that was in it before is gone from sight: it is assigned to nobody."""
    company.agents_see = Company.Sight.OWN
    company.save(update_fields=["agents_see"])
    return company


@pytest.fixture
def colleague(own: Company) -> Membership:
    return factories.make_member(own, role="agent", name="Carla Colleague")


@pytest.fixture
def theirs(own: Company, colleague: Membership) -> Call:
    """A call of a colleague's lead, with all that can stand around it."""
    with use_company(own):
        lead = factories.make_lead(
            status="interested",
            by=colleague,
            assignee=colleague,
            number=NUMBER,
            full_name=f"{SECRET} Person",
            business_name=f"{SECRET} Works",
            email=f"{SECRET.lower()}@secret.example",
            notes=f"{SECRET} notes",
        )
        entry = Interaction.objects.create(contact_id=lead.pk, kind="call", summary=f"{SECRET} rang")
        FollowUp.objects.filter(contact=lead.pk).update(reason=f"Ring {SECRET}")
        call = factories.make_call(
            contact=Contact.objects.get(pk=lead.pk),
            interaction=entry,
            title=f"About {SECRET}",
            external_id=f"conv_{SECRET}",
            turns=(("customer", f"This is {SECRET}."),),
            is_hot=True,
            score=99,
        )
        factories.make_insight(call, summary=f"{SECRET} wants a flat")
        CallNote.objects.create(call=call, by=colleague, text=f"{SECRET} is nice")
        batch = ContactImport.objects.create(
            file_name=f"{SECRET}.csv", format="csv", made_by=colleague, source="page", stage="done", work_state="done"
        )
        ImportedContact.objects.create(batch=batch, contact_id=lead.pk, was_made=True)
        return call


def arguments(name: str, call: Call) -> list[Any]:
    """What stands in a page's address, of the colleague's person."""
    with_ids = {
        "follow-up-done": lambda: [FollowUp.objects.get(contact=call.contact_id).pk],
        "insights-step": lambda: [FollowUp.objects.get(contact=call.contact_id).pk],
        "call-note": lambda: [call.pk, call.notes.get().pk],
        # What a colleague did.
        "attribution-undo": lambda: [AttributionBatch.objects.order_by("pk").first().pk],
        "api-contact-lookup": lambda: [NUMBER],
        "api-call": lambda: [f"conv_{SECRET}"],
    }
    if name.startswith("import-") or name == "import":
        return [ContactImport.objects.get(file_name=f"{SECRET}.csv").pk]
    if name in with_ids:
        return with_ids[name]()
    return [call.pk] if name.startswith("call-") or name == "call" else []


def addresses_of(call: Call) -> list[tuple[str, str]]:
    """Every address of the site that shows something, with the ids of the colleague's person."""
    found = []
    for name in ALL:
        if name in PAGES and PAGES[name].act is None:
            found.append((name, address_of(name, arguments(name, call))))
        elif (model := model_of(name)) is not None:
            found.append((name, address_of(name, [])))
            row = of_the_person(model, call)
            found.append((name, address_of(name, [row]) if row else None))
    return [(name, address) for name, address in found if address]


def of_the_person(model: type[models.Model], call: Call) -> int | None:
    if issubclass(model, Contact):
        return call.contact_id
    if model in (Interaction, FollowUp):
        return model.objects.get(contact=call.contact_id).pk  # type: ignore[attr-defined]
    return None


@pytest.mark.row("S2.103", "S4.83")
def test_an_agent_sees_nothing_of_a_colleagues_person_at_any_address(own: Company, agent: User, theirs: Call) -> None:
    with use_company(own):
        addresses = addresses_of(theirs)
    assert len(addresses) > 60
    for name, address in addresses:
        answer = get(agent, address)
        body = answer.getvalue().decode()
        assert answer.status_code < 500, name
        shown = [word for word in (SECRET, SECRET.lower(), NUMBER, "98123 00077") if word in body]
        assert not shown, (name, address, shown)


def test_the_colleague_and_the_manager_do_see_it(
    own: Company, manager: User, colleague: Membership, theirs: Call
) -> None:
    """The control: what is looked for above is shown to those who may see it, at many addresses."""
    with use_company(own):
        addresses = addresses_of(theirs)
    for user in (manager, colleague.user):
        found = [name for name, address in addresses if SECRET in get(user, address).getvalue().decode()]
        assert len(found) >= 12, (user, found)


def test_a_colleagues_row_answers_like_one_that_is_not_there(own: Company, agent: User, theirs: Call) -> None:
    with use_company(own):
        addresses = addresses_of(theirs)
    for name, address in addresses:
        if not re.search(r"/\d+/", address) or name in ("admin:crm_contact_changelist",):
            continue
        answer = get(agent, address)
        unknown = get(agent, re.sub(r"/\d+/", f"/{UNKNOWN}/", address, count=1))
        assert (answer.status_code, answer.headers.get("Location")) == (
            unknown.status_code,
            unknown.headers.get("Location"),
        ), name
        if name in PAGES:
            assert answer.status_code == 404, name
            assert bare(answer) == bare(unknown), name


def bare(answer: Any) -> str:
    return re.sub(r'(csrf[^"]*"|value=")[^"]*"', "", answer.content.decode())


@pytest.mark.parametrize("name", ACTING)
def test_an_agent_does_nothing_to_a_colleagues_person(
    own: Company, agent: User, theirs: Call, client_of: Browser, name: str
) -> None:
    if name in ("connection-test", "trouble-acknowledge"):
        pytest.skip("of an account, not of a person")
    with use_company(own):
        address = reverse(name, args=arguments(name, theirs))
        before = state_of(theirs)
    posted = {"status": "converted", "was_status": "interested", "text": "mine", "contact": str(theirs.contact_id)}
    answer = client_of(agent).post(address, posted)
    assert answer.status_code == 404, (name, answer.status_code)
    with use_company(own):
        assert state_of(theirs) == before


def state_of(call: Call) -> list[Any]:
    return [
        *Call.objects.filter(pk=call.pk).values_list("work_state", "contact_id"),
        *Contact.objects.filter(pk=call.contact_id).values_list("lead_status", "assignee", "full_name"),
        *FollowUp.objects.filter(contact=call.contact_id).values_list("state", "due_at"),
        *CallNote.objects.filter(call=call).values_list("text"),
    ]


def test_admin_actions_and_autocomplete_do_not_reach_a_colleagues_person(
    own: Company, agent: User, theirs: Call, client_of: Browser
) -> None:
    client = client_of(agent)
    with use_company(own):
        step = FollowUp.objects.get(contact=theirs.contact_id)
    chosen = {"_selected_action": [theirs.contact_id], "apply": "1", "index": "0"}
    client.post(reverse("admin:crm_lead_changelist"), {**chosen, "action": "change_status", "status": "converted"})
    client.post(reverse("admin:crm_lead_changelist"), {**chosen, "action": "assign", "assignee": ""})
    client.post(
        reverse("admin:crm_followup_changelist"), {"action": "mark_done", "_selected_action": [step.pk], "index": "0"}
    )
    found = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "crm", "model_name": "followup", "field_name": "contact", "term": SECRET},
    )
    assert SECRET not in found.content.decode()
    for model in ("contact", "lead"):
        asked = {"q": SECRET, "s": SECRET, "extended": "1"}
        assert f"{SECRET} Person" not in client.get(f"/admin/crm/{model}/", asked).content.decode()
    assert f"{SECRET} Person" not in client.get(reverse("admin:search"), asked).content.decode()
    with use_company(own):
        lead = Lead.objects.get(pk=theirs.contact_id)
        assert (lead.lead_status, lead.assignee is not None, FollowUp.objects.get(pk=step.pk).is_open) == (
            "interested",
            True,
            True,
        )


@pytest.mark.parametrize("model", [m for m in MODELS.values() if hasattr(m._default_manager, "visible_to")])
def test_every_list_of_people_leaves_them_out(own: Company, agent: User, theirs: Call, model: Any, rf: Any) -> None:
    """The one place that filters in the admin asks each model that can be asked."""
    request = rf.get("/")
    request.user, request.membership = agent, Membership.objects.select_related("company").get(user=agent)
    with use_company(own):
        shown = admin.site._registry[model].get_queryset(request)
        assert model.objects.count() > 0
        assert shown.count() == 0


def test_lists_counts_and_search_leave_a_colleagues_calls_out(
    own: Company, agent: User, theirs: Call, client_of: Browser
) -> None:
    me = Membership.objects.get(user=agent)
    with use_company(own):
        mine = factories.make_lead(assignee=me, full_name="Mine Alone")
        factories.make_call(contact=Contact.objects.get(pk=mine.pk))
    client = client_of(agent)
    assert "1 call<" in client.get("/calls/").content.decode().replace("1 call ", "1 call<")
    assert len(client.get("/api/telephony/calls").json()["results"]) == 1
    assert len(client.get("/api/call-tracking/conversations").json()["results"]) == 1
    assert client.get("/api/telephony/calls", {"q": NUMBER}).json()["results"] == []
    assert client.get("/api/telephony/calls", {"contact": theirs.contact_id}).json()["results"] == []
    assert "<strong>1</strong>" in client.get("/").content.decode()


def test_what_is_assigned_to_nobody_is_a_managers_to_give_out(
    own: Company, agent: User, manager: User, client_of: Browser
) -> None:
    with use_company(own):
        call = factories.make_call(contact=factories.make_contact(full_name="Of Nobody"))
    assert client_of(agent).get(f"/calls/{call.pk}/").status_code == 404
    assert client_of(manager).get(f"/calls/{call.pk}/").status_code == 200


def test_a_call_they_held_themselves_is_theirs_and_the_person_is_still_not(
    own: Company, agent: User, theirs: Call, client_of: Browser
) -> None:
    me = Membership.objects.get(user=agent)
    with use_company(own):
        Call.objects.filter(pk=theirs.pk).update(
            agent=Agent.objects.create(kind="human", name="Agnes", external_id="a1", membership=me)
        )
    client = client_of(agent)
    page = client.get(f"/calls/{theirs.pk}/").content.decode()
    assert "A colleague looks after this person" in page
    assert "secret.example" not in page
    assert f"Ring {SECRET}" not in page
    assert f"{SECRET} Works" not in page
    told = client.get("/api/call-tracking/conversations").json()["results"][0]
    assert (told["email"], told["business_name"], told["contact_name"]) == ("", "", "")
    assert client.post(f"/calls/{theirs.pk}/lead/", {"status": "converted"}).status_code == 404
    assert client.get(reverse("admin:crm_lead_change", args=[theirs.contact_id])).status_code == 302


def test_a_call_they_held_with_somebody_of_nobodys_says_who_gives_them_out(
    own: Company, agent: User, theirs: Call, client_of: Browser
) -> None:
    me = Membership.objects.get(user=agent)
    with use_company(own):
        Contact.objects.filter(pk=theirs.contact_id).update(assignee=None)
        held_by = Agent.objects.create(kind="human", name="Agnes", external_id="a1", membership=me)
        Call.objects.filter(pk=theirs.pk).update(agent=held_by)
    assert "Nobody looks after this person yet" in client_of(agent).get(f"/calls/{theirs.pk}/").content.decode()


def test_whom_an_agent_adds_is_theirs(own: Company, agent: User, client_of: Browser) -> None:
    client, url = client_of(agent), reverse("admin:crm_contact_add")
    written = {"full_name": "Brand New", "numbers-0-written": "98765 43210"}
    assert save(client, url, open_form(client, url), **written).status_code == 302
    with use_company(own):
        assert Contact.objects.get(full_name="Brand New").assignee.user == agent


def test_a_shared_number_does_not_name_a_colleagues_person(
    own: Company, agent: User, theirs: Call, client_of: Browser
) -> None:
    client, url = client_of(agent), reverse("admin:crm_contact_add")
    answer = save(client, url, open_form(client, url), full_name="Other", **{"numbers-0-written": NUMBER})
    assert SECRET not in " ".join(str(message) for message in answer.wsgi_request._messages)


def test_viewers_managers_and_owners_see_all_there_too(
    own: Company, viewer: User, manager: User, owner: User, theirs: Call, client_of: Browser
) -> None:
    for user in (viewer, manager, owner):
        assert client_of(user).get(f"/calls/{theirs.pk}/").status_code == 200


def test_with_the_setting_off_agents_see_all(company: Company, agent: User, client_of: Browser) -> None:
    with use_company(company):
        call = Call.objects.exclude(contact=None).first()
    assert client_of(agent).get(f"/calls/{call.pk}/").status_code == 200


def test_only_owners_change_the_setting(company: Company, owner: User, manager: User, client_of: Browser) -> None:
    url = reverse("admin:crm_company_change", args=[company.pk])
    client = client_of(owner)
    form = {**open_form(client, url), "business_days": ["1", "2"]}
    assert save(client, url, form, agents_see="own").status_code == 302
    company.refresh_from_db()
    assert company.agents_see == "own"
    assert client_of(manager).post(url, {"agents_see": "all"}).status_code == 403


# ---- what it costs --------------------------------------------------------------------------------------------


def test_by_default_the_question_is_the_same_as_without(company: Company, agent: User) -> None:
    me = Membership.objects.select_related("company").get(user=agent)
    with use_company(company):
        for model in (Call, Contact, Lead, FollowUp, Interaction):
            rows = model.objects.all()
            assert rows.visible_to(me) is rows


def test_own_calls_are_found_by_indexes(own: Company, agent: User, colleague: Membership) -> None:
    me = Membership.objects.select_related("company").get(user=agent)
    now = timezone.now()
    with use_company(own):
        people = Contact.objects.bulk_create(
            Contact(full_name=f"P {n}", assignee=me if n % 100 == 0 else colleague) for n in range(2_000)
        )
        Call.objects.bulk_create(
            Call(provider="x", contact=person, started_at=now - timedelta(minutes=n), work_state="done")
            for n, person in enumerate(people * 2)
        )
        # The application's role cannot analyze; without statistics the planner has to be kept from guessing.
        with connection.cursor() as cursor:
            cursor.execute("set local enable_seqscan = off")
        held = Agent.objects.create(kind="human", name="Agnes", external_id="a1")
        for membership, expected in ((None, 40), (me, 41)):
            Agent.objects.filter(pk=held.pk).update(membership=membership)
            Call.objects.filter(pk=Call.objects.exclude(contact__assignee=me).order_by("-pk").first().pk).update(
                agent=held
            )
            for rows in (
                Call.objects.visible_to(me).order_by("-started_at", "-pk")[:50],
                Contact.objects.visible_to(me).order_by("-latest_call_at", "-pk")[:50],
            ):
                plan = rows.explain()
                assert "Seq Scan on telephony_call" not in plan, plan
                assert "Seq Scan on crm_contact" not in plan, plan
            assert Call.objects.visible_to(me).count() == expected
        assert "using call_agent" in Call.objects.filter(agent=held).order_by("-started_at", "-pk")[:50].explain()
