"""History is written by the database: whoever changes a row and however, and nobody can touch what is written."""

from __future__ import annotations

import json
import os
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.db import ProgrammingError, connection, connections, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from calltracking.models import CallNote
from crm.actors import Source
from crm.history import Change, histories
from crm.middleware import source_of
from crm.models import Company, Contact, FollowUpRule, Membership, PhoneNumber
from crm.tenancy import acting, use_company
from crm.told import DEEDS
from telephony.models import Call, ProviderAccount, WebhookAddress
from tests import factories
from tests.running.processes import run

ContactHistory: Any = Contact.pgh_event_model  # type: ignore[attr-defined]
MembershipHistory: Any = Membership.pgh_event_model  # type: ignore[attr-defined]
CompanyHistory: Any = Company.pgh_event_model  # type: ignore[attr-defined]

REFUSED = r"permission denied|must be owner|can only be called as"


def ask(sql: str, *params: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def latest(row: Any) -> Any:
    """The newest event of a row; its company is in use."""
    return type(row).pgh_event_model.objects.filter(pgh_obj_id=row.pk).order_by("-pgh_created_at", "-pgh_id").first()


# ---- every way of writing leaves an event with its actor ------------------------------------------------------


def by_save(contact: Contact) -> None:
    contact.city = "Pune"
    contact.save()


def by_update(contact: Contact) -> None:
    Contact.objects.filter(pk=contact.pk).update(city="Pune")


def by_bulk_update(contact: Contact) -> None:
    contact.city = "Pune"
    Contact.objects.bulk_update([contact], ["city"])


def by_sql(contact: Contact) -> None:
    ask("update crm_contact set city = 'Pune' where id = %s", contact.pk)


def by_merge_of_sql(contact: Contact) -> None:
    ask(
        "merge into crm_contact c using (values (%s::bigint)) v(id) on c.id = v.id"
        " when matched then update set city = 'Pune'",
        contact.pk,
    )


@pytest.mark.row("S0.129", "S4.65")
@pytest.mark.parametrize("write", [by_save, by_update, by_bulk_update, by_sql, by_merge_of_sql])
def test_every_way_of_changing_a_row_leaves_who_and_what(company: Company, write: Any) -> None:
    member = Membership.objects.filter(company=company).first()
    with use_company(company):
        contact = factories.make_contact(city="Goa")
    with acting(Source.PAGE, member=member.pk), use_company(company):
        write(contact)
        event = latest(contact)
    assert (event.pgh_label, event.changes) == ("update", {"city": ["Goa", "Pune"]})
    assert (event.source, event.member_id, event.company_id) == ("page", member.pk, company.pk)


@pytest.mark.parametrize("way", ["bulk_create", "sql"])
def test_rows_that_are_added_in_bulk_leave_an_event_each(company: Company, way: str) -> None:
    with acting(Source.COMMAND, name="an_import"), use_company(company):
        if way == "bulk_create":
            Contact.objects.bulk_create(Contact(full_name=f"Person {i}") for i in range(3))
        else:
            ask(
                "insert into crm_contact (company_id, full_name, business_name, owner_name, email, website, industry,"
                " address, city, state, source, notes, custom, lead_status, priority, is_hot, do_not_call, created_at)"
                " select %s, 'Person ' || i, '', '', '', '', '', '', '', '', '', '', '{}', '', 2, false, false, now()"
                " from generate_series(0, 2) i",
                company.pk,
            )
        events = ContactHistory.objects.filter(changes__full_name__1__startswith="Person ")
        assert [(e.pgh_label, e.source, e.pgh_context["name"]) for e in events] == [
            ("insert", "command", "an_import")
        ] * 3
        assert len({e.pgh_context_id for e in events}) == 1


def test_what_is_removed_stays_in_history(in_company: Company) -> None:
    contact = factories.make_contact(full_name="Meera Nair", city="Goa")
    pk = contact.pk
    Contact.objects.filter(pk=pk).delete()
    event = ContactHistory.objects.get(pgh_obj_id=pk, pgh_label="delete")
    assert event.changes["full_name"] == ["Meera Nair", None]
    numbers = PhoneNumber.pgh_event_model.objects.filter(whole_id=pk)  # type: ignore[attr-defined]
    assert set(numbers.values_list("pgh_label", flat=True)) == {"insert", "delete"}


def test_without_a_word_about_who_it_came_from_outside(in_company: Company) -> None:
    contact = factories.make_contact()
    ask("update crm_contact set city = 'Pune' where id = %s", contact.pk)
    event = latest(contact)
    assert (event.source, event.member_id, event.pgh_context) == ("outside", None, None)


def test_columns_that_machines_keep_leave_no_event(in_company: Company) -> None:
    contact, call = Contact.objects.first(), Call.objects.first()
    before = counts()
    contact.met_at(call.started_at)
    contact.save()
    Call.objects.update(raw={"a": 1}, told={}, work_state="due", score=10)
    Contact.objects.update(city=contact.city)
    assert counts() == before


def counts() -> dict[str, int]:
    return {label: model.objects.count() for label, model in histories().items()}


def test_within_an_act_another_one_can_be_named(company: Company) -> None:
    with acting(Source.PAGE, member=7), use_company(company):
        contact = factories.make_contact()
        with acting(Source.API_KEY, key=3):
            contact.fill_in(city="Pune")
        assert (latest(contact).source, latest(contact).pgh_context["key"]) == ("api_key", 3)
        contact.fill_in(state="Goa")
        assert (latest(contact).source, latest(contact).member_id) == ("page", 7)


def test_what_one_act_changed_belongs_together(company: Company) -> None:
    deeds = set()
    for _ in range(2):
        with acting(Source.PAGE), use_company(company):
            contact = factories.make_contact(number="")
            contact.fill_in(city="Pune")
            deeds |= set(ContactHistory.objects.filter(pgh_obj_id=contact.pk).values_list("pgh_context_id", flat=True))
    assert len(deeds) == 2


def test_the_worker_is_named_for_what_a_call_brings(company: Company) -> None:
    with use_company(company):
        account = factories.make_account()
    factories.deliver(account, factories.make_event(customer_number="+919822012345"))
    factories.work_off()
    with use_company(company):
        contact = Contact.objects.with_number("+919822012345").get()
        events = ContactHistory.objects.filter(pgh_obj_id=contact.pk)
        assert set(events.values_list("source", flat=True)) == {"worker"}
        of_call = Call.pgh_event_model.objects.get(pgh_obj__contact=contact)  # type: ignore[attr-defined]
        assert (of_call.source, of_call.changes) == ("worker", {"contact": [None, contact.pk]})
        # A call leaves what it changed, not what it touched.
        assert events.count() <= 5
        before = counts()
    factories.deliver(account, factories.make_event(customer_number="+919822012345", call_id="again", turns=()))
    with use_company(company):
        assert counts() == before


# ---- secrets --------------------------------------------------------------------------------------------------


def test_of_a_secret_only_the_change_is_kept(in_company: Company) -> None:
    account = factories.make_account(secret="wsec_first")
    assert latest(account).changes["webhook_secret_sealed"] == [False, True]
    account.set_webhook_secret("wsec_second")
    account.save()
    assert latest(account).changes == {"webhook_secret_sealed": [True, True]}
    ProviderAccount.objects.filter(pk=account.pk).update(webhook_secret_sealed="")
    assert latest(account).changes == {"webhook_secret_sealed": [True, False]}
    kept = json.dumps([e.changes for model in histories().values() for e in model.objects.all()])
    row = ProviderAccount.objects.get(pk=account.pk)
    for secret in ("wsec_", row.previous_secret_sealed, *WebhookAddress.objects.values_list("token_hash", flat=True)):
        assert secret
        assert secret not in kept


def test_no_column_that_sounds_like_a_secret_is_kept_with_its_value() -> None:
    sounds = ("sealed", "secret", "token", "hash", "password", "credential", "private")
    for label, model in histories().items():
        open_ones = [name for name in model.tracks.names if any(word in name for word in sounds)]
        assert open_ones == [], label


# ---- the company's alone --------------------------------------------------------------------------------------


def test_a_company_sees_its_own_history_alone(company: Company, other_company: Company) -> None:
    Company.objects.filter(pk=other_company.pk).update(name="Secretly Theirs")
    Membership.objects.filter(company=other_company).update(role="manager")
    with use_company(company):
        for label, model in histories().items():
            assert set(model.objects.values_list("company_id", flat=True)) <= {company.pk}, label
            seen = ask(f'select distinct company_id from "{model._meta.db_table}"')
            assert set(seen) <= {(company.pk,)}, label
    with use_company(other_company):
        assert CompanyHistory.objects.filter(changes__name__1="Secretly Theirs").exists()
        assert MembershipHistory.objects.filter(changes__role__1="manager").exists()
    for model in histories().values():
        assert ask(f'select 1 from "{model._meta.db_table}"') == []


def test_the_company_and_its_members_are_recorded_wherever_they_are_changed(company: Company) -> None:
    """They have no policy, so they change outside a company too: history is not refused, and goes to their own."""
    member = factories.make_member(company, role="viewer")
    Membership.objects.filter(pk=member.pk).update(is_active=False)
    with use_company(company):
        assert [e.pgh_label for e in MembershipHistory.objects.filter(pgh_obj=member).order_by("pgh_id")] == [
            "insert",
            "update",
        ]
        assert latest(member).changes == {"is_active": [True, False]}
        assert CompanyHistory.objects.get(pgh_label="insert").changes["name"] == [None, "Northwind Homes"]


def test_every_model_of_the_company_s_settings_and_people_is_tracked() -> None:
    assert set(histories()) >= {
        "crm.company",
        "crm.membership",
        "crm.contact",
        "crm.phonenumber",
        "crm.followup",
        "crm.followuprule",
        "telephony.call",
        "telephony.provideraccount",
        "telephony.webhookaddress",
        "calltracking.callnote",
    }


# ---- nobody touches it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", sorted(histories()))
def test_the_application_can_only_read_history(in_company: Company, label: str) -> None:
    table = histories()[label]._meta.db_table
    for statement in (
        f"update \"{table}\" set changes = '{{}}'",
        f'delete from "{table}"',
        f'truncate "{table}"',
        f'insert into "{table}" (company_id, pgh_created_at, pgh_label, pgh_obj_id, changes)'
        f" values ({in_company.pk}, now(), 'update', 1, '{{}}')",
        f'alter table "{table}" disable row level security',
    ):
        with pytest.raises(ProgrammingError, match=REFUSED), transaction.atomic():
            ask(statement)


def test_the_application_cannot_keep_a_trigger_from_writing(in_company: Company) -> None:
    contact = factories.make_contact()
    triggers = [name for (name,) in ask("select tgname from pg_trigger where tgrelid = 'crm_contact'::regclass")]
    ours = [name for name in triggers if name.startswith("pgtrigger_")]
    assert len(ours) == 3
    # pgtrigger's own triggers heed this setting, which any session may make.
    ask("select set_config('pgtrigger.ignore', %s, true)", "{" + ",".join(ours) + "}")
    contact.fill_in(city="Pune")
    assert latest(contact).changes == {"city": ["", "Pune"]}
    for statement in (
        "set local session_replication_role = replica",
        "alter table crm_contact disable trigger all",
        f"drop trigger {ours[0]} on crm_contact",
        f"select {ours[0]}()",
    ):
        with pytest.raises(ProgrammingError, match=REFUSED), transaction.atomic():
            ask(statement)


@pytest.mark.django_db(transaction=True)
def test_what_the_owner_changes_is_recorded_too(company: Company) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("update crm_followuprule set due_days = 2, overdue_days = 9 where status = 'callback'")
    with use_company(company):
        rule = FollowUpRule.objects.get(status="callback")
        assert latest(rule).changes == {"due_days": [3, 2], "overdue_days": [5, 9]}
        assert latest(rule).source == "outside"


def test_a_change_that_is_rolled_back_leaves_nothing(in_company: Company) -> None:
    contact = factories.make_contact()
    before = counts()
    with pytest.raises(RuntimeError), transaction.atomic():
        contact.fill_in(city="Pune")
        CallNote.objects.create(call=Call.objects.first(), text="never said")
        raise RuntimeError
    assert counts() == before


# ---- the way in, and the process ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("/", "page"),
        ("/calls/1/notes/", "page"),
        ("/accounts/login/", "page"),
        ("/admin/crm/lead/1/change/", "admin"),
        ("/api/telephony/calls", "api"),
        ("/api/webhooks/elevenlabs/token", "provider"),
    ],
)
def test_each_address_has_its_way_in(path: str, source: str) -> None:
    assert source_of(RequestFactory().get(path)) == source


def test_naming_who_acts_costs_no_statement_of_its_own(company: Company) -> None:
    with acting(Source.PAGE, member=1), CaptureQueriesContext(connection) as captured, use_company(company):
        assert [query["sql"].split()[0] for query in captured] == ["SAVEPOINT", "select"]


@pytest.mark.django_db(transaction=True)
def test_a_command_is_named_even_for_what_it_changes_outside_a_company(company: Company) -> None:
    database = settings.DATABASES["default"]["NAME"]
    ours = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()
    program = ("manage.py", "add_member", "new@lakeside.example", "--company", company.slug, "--role", "viewer")
    done = run(sys.executable, *program, env={**os.environ, "DATABASE_URL": ours, "PYTHONWARNINGS": "default"})
    assert done.returncode == 0, done.stderr
    with use_company(company):
        event = MembershipHistory.objects.get(pgh_obj__user__email="new@lakeside.example")
        assert (event.source, event.pgh_context) == ("command", {"source": "command", "name": "add_member"})


@pytest.mark.django_db(transaction=True)
def test_one_connection_names_each_request_s_person_and_nobody_after_it(company: Company) -> None:
    people = [Membership.objects.filter(company=company).first(), factories.make_member(company)]
    with use_company(company):
        contact = factories.make_contact()
    for person in people:
        with acting(Source.PAGE, member=person.pk), use_company(company):
            contact.city = f"By {person.pk}"
            contact.save()
    Membership.objects.filter(pk=people[0].pk).update(role="viewer")
    with use_company(company):
        contact.city = "By nobody"
        contact.save()
        events = ContactHistory.objects.filter(pgh_obj=contact, pgh_label="update").order_by("pgh_id")
        assert [e.member_id for e in events] == [people[0].pk, people[1].pk, None]
        assert (latest(people[0]).source, latest(people[0]).member_id) == ("outside", None)


def test_every_event_table_was_made_by_tracked() -> None:
    found = [model for model in apps.get_models() if issubclass(model, Change)]
    assert found
    assert all(model.tracks.names for model in found)
    assert set(DEEDS) == {"insert", "update", "delete", "erase"}
