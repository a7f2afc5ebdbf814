"""Three companies, and whatever may be done to their people in any order: none ever sees another's (bars T6, T13)."""

from __future__ import annotations

import inspect
import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from config.celery import app
from crm.models import Company, Contact
from crm.tenancy import AnotherCompanyInUse, NoCompany, use_company
from tests import factories

STEPS = int(os.environ.get("ISOLATION_STEPS", "800"))
EACH = 40
COMPANIES = st.integers(0, 2)
NAMES = st.text("abcdeé ", min_size=1, max_size=12)
ALL_IDS = "select id from crm_contact"


class Undone(Exception):
    """Raised to roll a transaction back."""


class ThreeCompanies(RuleBasedStateMachine):
    """`people` is what each company must see: the name of each contact by its id."""

    companies: list[Company]
    people: list[dict[int, str]]

    @initialize()
    def found(self) -> None:
        self.companies = [factories.make_company() for _ in range(3)]
        self.people = [{}, {}, {}]

    @rule(which=COMPANIES, name=NAMES)
    def add(self, which: int, name: str) -> None:
        with use_company(self.companies[which]):
            contact = Contact.objects.create(full_name=name)
        self.people[which][contact.pk] = name

    @rule(which=COMPANIES, names=st.lists(NAMES, max_size=4))
    def add_many(self, which: int, names: list[str]) -> None:
        with use_company(self.companies[which].pk):
            made = Contact.objects.bulk_create(Contact(full_name=name) for name in names)
        self.people[which] |= {contact.pk: contact.full_name for contact in made}

    @rule(which=COMPANIES, name=NAMES)
    def add_in_plain_sql(self, which: int, name: str) -> None:
        with use_company(self.companies[which]):
            like = Contact.objects.create(full_name=name)
            with connection.cursor() as cursor:
                cursor.execute("update crm_contact set full_name = full_name || '!' where id = %s", [like.pk])
        self.people[which][like.pk] = f"{name}!"

    @rule(which=COMPANIES, name=NAMES)
    def rename_all(self, which: int, name: str) -> None:
        """Plain SQL without any condition reaches the company in use alone."""
        with use_company(self.companies[which]), connection.cursor() as cursor:
            cursor.execute("update crm_contact set full_name = %s", [name])
            assert cursor.rowcount == len(self.people[which])
        self.people[which] = dict.fromkeys(self.people[which], name)

    @rule(which=COMPANIES, other=COMPANIES)
    def reach_for_another_s(self, which: int, other: int) -> None:
        theirs = [pk for pk in self.people[other] if which != other]
        with use_company(self.companies[which]):
            assert Contact.objects.filter(pk__in=theirs).update(full_name="taken") == 0
            assert Contact.objects.filter(pk__in=theirs).delete()[0] == 0

    @rule(which=COMPANIES)
    def remove_one(self, which: int) -> None:
        if self.people[which]:
            gone = max(self.people[which])
            with use_company(self.companies[which]):
                Contact.objects.get(pk=gone).delete()
            del self.people[which][gone]

    @rule(which=COMPANIES, name=NAMES)
    def undo(self, which: int, name: str) -> None:
        with pytest.raises(Undone), use_company(self.companies[which]):
            Contact.objects.create(full_name=name)
            Contact.objects.update(full_name="undone")
            raise Undone

    @rule(which=COMPANIES, name=NAMES)
    def undo_half(self, which: int, name: str) -> None:
        with use_company(self.companies[which]):
            with pytest.raises(Undone), transaction.atomic():
                Contact.objects.update(full_name="undone")
                raise Undone
            with use_company(self.companies[which]):
                kept = Contact.objects.create(full_name=name)
        self.people[which][kept.pk] = name

    @rule(which=COMPANIES, other=COMPANIES)
    def nest(self, which: int, other: int) -> None:
        if which != other:
            with use_company(self.companies[which]), pytest.raises(AnotherCompanyInUse):  # noqa: SIM117
                with use_company(self.companies[other]):
                    raise AssertionError("two companies at once")

    @invariant()
    def each_sees_its_own(self) -> None:
        for company, people in zip(getattr(self, "companies", ()), getattr(self, "people", ()), strict=True):
            with use_company(company), connection.cursor() as cursor:
                assert dict(Contact.objects.values_list("pk", "full_name")) == people
                cursor.execute(ALL_IDS)
                assert {pk for (pk,) in cursor.fetchall()} == people.keys()

    @invariant()
    def without_a_company_there_is_nothing(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(ALL_IDS)
            assert cursor.fetchall() == []
        with pytest.raises(NoCompany):
            Contact.objects.count()


@pytest.mark.django_db
@pytest.mark.timeout(900)
def test_no_order_of_deeds_shows_one_company_another_s_people() -> None:
    """Bar T6; `ISOLATION_STEPS=5000` is the bar's length, in `make security`."""
    run_state_machine_as_test(
        ThreeCompanies,
        settings=settings(
            max_examples=STEPS // EACH,
            stateful_step_count=EACH,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


# ---- T13: what leaves the database names the company ----------------------------------------------------------

CACHED: dict[str, str] = {
    "crm/limits.py": "counts of requests by key, person or address; no rows",
    "crm/api/schema.py": "the description of the API, the same for all",
    "crm/caching.py": "the cache itself",
    "calltracking/views/campaign_choice.py": "names of campaigns, under their company's id and version",
}


def test_every_task_that_is_about_rows_is_told_their_company() -> None:
    ours = [task for name, task in app.tasks.items() if name.startswith(("crm.", "telephony.", "calltracking."))]
    assert len(ours) >= 5
    for task in ours:
        parameters: Any = inspect.signature(task.run).parameters
        assert not parameters or {"rows", "company_id"} & parameters.keys(), task.name


def test_what_lies_in_the_cache_is_nobody_s_or_names_its_company() -> None:
    root = Path(django_settings.BASE_DIR)
    uses = re.compile(r"\bfrom django\.core\.cache\b|\bcache_page\b|\bcaches\[")
    found = {
        str(file.relative_to(root))
        for floor in ("config", "crm", "telephony", "analysis", "calltracking")
        for file in (root / floor).rglob("*.py")
        if uses.search(file.read_text())
    }
    assert found <= CACHED.keys()
