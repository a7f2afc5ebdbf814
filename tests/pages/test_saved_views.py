"""Saved views: kept under a name, one's own or shared, opened, renamed, deleted and brought back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from calltracking.models import SavedView
from crm.models import Company, Membership, User
from crm.tenancy import use_company

Browser = Callable[[User], Client]


def save(client: Client, name: str, query: str = "hot=true", **more: str) -> str:
    return client.post("/views/", {"page": "calls", "query": query, "name": name, **more}, follow=True).content.decode()


def views_of(company: Company, user: User) -> list[SavedView]:
    with use_company(company):
        return list(SavedView.objects.filter(made_by=Membership.objects.get(user=user, company=company)))


@pytest.fixture
def empty(company: Company) -> Company:
    with use_company(company):
        SavedView.objects.all().delete()
    return company


@pytest.mark.row("S2.106")
def test_a_filter_is_kept_opened_and_lit(empty: Company, manager: User, client_of: Browser) -> None:
    client = client_of(manager)
    assert "Save this view" in client.get("/calls/?hot=true").content.decode()
    assert "Save this view" not in client.get("/calls/").content.decode()
    page = save(client, "Hot ones", "status=missed&hot=true&page=abc&q=")
    assert re.search(r'href="\?hot=true&amp;status=missed" aria-current="true">Hot ones', page)
    assert views_of(empty, manager)[0].query == "hot=true&status=missed"
    # In whichever order the filters were chosen, it is the same view.
    assert 'aria-current="true">Hot ones' in client.get("/calls/?status=missed&hot=true").content.decode()


def test_the_same_name_again_replaces_what_it_stood_for(empty: Company, manager: User, client_of: Browser) -> None:
    client = client_of(manager)
    save(client, "Mine")
    save(client, "Mine", "status=missed")
    assert [view.query for view in views_of(empty, manager)] == ["status=missed"]


def test_only_shared_ones_are_seen_by_others_and_only_ones_own_can_be_changed(
    empty: Company, manager: User, agent: User, viewer: User, outsider: User, client_of: Browser
) -> None:
    save(client_of(manager), "Private")
    save(client_of(manager), "For all", "status=missed", is_shared="on")
    seen = client_of(agent).get("/calls/").content.decode()
    assert "For all" in seen
    assert "Private" not in seen
    private, shared = sorted(views_of(empty, manager), key=lambda view: view.is_shared)
    for user in (agent, outsider):
        assert client_of(user).post(f"/views/{shared.pk}/", {"name": "Taken"}).status_code == 404
        assert client_of(user).post(f"/views/{shared.pk}/delete/").status_code == 404
    assert "For all" not in client_of(outsider).get("/calls/").content.decode()
    save(client_of(viewer), "Viewed", is_shared="on")
    assert not views_of(empty, viewer)[0].is_shared
    assert private.name == "Private"


def test_one_is_renamed_deleted_and_brought_back(empty: Company, manager: User, client_of: Browser) -> None:
    client = client_of(manager)
    save(client, "Old", is_shared="on")
    save(client, "Other", "status=missed")
    view = next(view for view in views_of(empty, manager) if view.name == "Old")
    client.post(f"/views/{view.pk}/", {"name": "New", "is_shared": "on"})
    assert (
        "a view of that name already"
        in client.post(f"/views/{view.pk}/", {"name": "Other"}, follow=True).content.decode()
    )
    page = client.post(f"/views/{view.pk}/delete/", follow=True).content.decode()
    assert [view.name for view in views_of(empty, manager)] == ["Other"]
    undo = dict(re.findall(r'<input type="hidden" name="(page|query|name|is_shared)" value="([^"]*)">', page))
    assert "Undo" in page
    client.post("/views/", undo)
    back = next(view for view in views_of(empty, manager) if view.name == "New")
    assert (back.query, back.is_shared) == ("hot=true", True)


def test_a_view_needs_a_name(empty: Company, manager: User, client_of: Browser) -> None:
    assert "Give the view a name" in save(client_of(manager), " ")
    assert views_of(empty, manager) == []


def test_the_dashboard_has_views_of_its_own(empty: Company, manager: User, client_of: Browser) -> None:
    client = client_of(manager)
    client.post("/views/", {"page": "dashboard", "query": "days=90", "name": "Quarter"})
    assert "Quarter" in client.get("/analytics/").content.decode()
    assert "Quarter" not in client.get("/calls/").content.decode()
