"""What roles may do: the page says what the table says, for every right and every role."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from calltracking.views.roles import NOUNS, VERBS
from crm.models import Company, User
from crm.roles import RIGHTS, SPECIAL_RIGHTS, Role, allows

Browser = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def told(page: str) -> dict[tuple[str, str], set[str]]:
    """Read the table off the page: what each role may do with each thing, in the page's words."""
    found = {}
    for label, row in re.findall(r'<tr data-right="([^"]+)">(.*?)</tr>', page, re.DOTALL):
        for role, cell in re.findall(r'data-role="(\w+)"[^>]*>(.*?)</td>', row, re.DOTALL):
            words = re.sub(r"<[^>]+>", "", cell).strip()
            found[label, role] = set() if words == "–" else set(words.split(", "))
    return found


@pytest.mark.row("S2.103")
@pytest.mark.parametrize("who", ["owner", "manager", "agent", "viewer"])
def test_every_member_reads_the_table_as_it_is(who: str, client_of: Browser, request: pytest.FixtureRequest) -> None:
    page = client_of(request.getfixturevalue(who)).get("/roles/").content.decode()
    held: dict[tuple[str, str], set[str]] = {}
    for label, rights in RIGHTS.items():
        app, _, model = label.partition(".")
        for role in Role:
            may = {verb for action, verb in VERBS.items() if allows(role, f"{app}.{action}_{model}")}
            if rights.view is not None:
                held[label, role.value] = may
    for right in SPECIAL_RIGHTS:
        held |= {(right, role.value): {"yes"} if allows(role, right) else set() for role in Role}
    assert told(page) == held
    assert f'<th scope="col" class="is-mine">{who.capitalize()}' in page


def test_the_page_says_what_agents_see(company: Company, agent: User, owner: User, client_of: Browser) -> None:
    assert "agents see all leads" in client_of(agent).get("/roles/").content.decode()
    Company.objects.filter(pk=company.pk).update(agents_see="own")
    page = client_of(owner).get("/roles/").content.decode()
    assert "agents see their own leads" in page
    assert "Change this" in page
    assert "Change this" not in client_of(agent).get("/roles/").content.decode()


def test_every_word_is_of_a_right_there_is() -> None:
    assert NOUNS.keys() <= RIGHTS.keys()


def test_those_who_run_the_company_find_it_in_the_sidebar(manager: User, agent: User, client_of: Browser) -> None:
    assert 'href="/roles/"' in client_of(manager).get("/").content.decode()
    assert 'href="/roles/"' not in client_of(agent).get("/").content.decode()
