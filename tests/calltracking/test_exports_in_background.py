"""Long exports: made in the background, gone on with when killed, offered whole to who asked for them, and removed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from calltracking.exports import files, working
from calltracking.exports.asked import Asked
from calltracking.exports.working import begin, pieces_of, purge_expired, write
from calltracking.models import Export, SavedView
from crm.actors import Source
from crm.leases import LeaseLost, WorkState, claim, work_on
from crm.models import Company, Contact, Membership, User
from crm.privacy import erase_person
from crm.tenancy import use_company
from telephony.models import Call
from tests import factories
from tests.calltracking.test_exports import sheets_of

Browser = Callable[[User], Client]


@pytest.fixture(autouse=True)
def a_place_of_its_own(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(working, "AT_ONCE", 3)
    monkeypatch.setattr("calltracking.views.exports.AT_ONCE", 3)
    monkeypatch.setattr("calltracking.exports.calls.LOT", 2)


@pytest.fixture
def calls(company: Company) -> list[int]:
    with use_company(company):
        for _ in range(6):
            factories.make_call(title="=1+1", contact=factories.make_contact())
        return list(Call.objects.order_by("-started_at", "-id").values_list("pk", flat=True))


def owe(company: Company, by: User, shape: str = "csv") -> Export:
    member = Membership.objects.get(user=by, company=company)
    with use_company(company):
        asked = Asked.by(member, shape=shape, said=QueryDict(""), include=())
        return begin(asked, source=Source.PAGE, by=member, is_background=True)


def again(export: Export) -> Export:
    with use_company(export.company_id):
        return Export.objects.get(pk=export.pk)


@pytest.mark.row("S4.38", "S2.78", "B.10")
@pytest.mark.parametrize("shape", ["csv", "xlsx", "json"])
def test_a_long_one_is_made_in_the_background_and_fetched(
    company: Company, calls: list[int], manager: User, client_of: Browser, shape: str
) -> None:
    client = client_of(manager)
    answer = client.post("/calls/export/", {"format": shape}, follow=True)
    assert "Waiting" in answer.content.decode()
    factories.work_off()
    export = Export.objects.none()
    with use_company(company):
        export = Export.objects.get(made_by__user=manager)
    page = client.get("/exports/").content.decode()
    assert f"/exports/{export.pk}/file/" in page
    assert "Ready" in page
    data = client.get(f"/exports/{export.pk}/file/").getvalue()
    assert len(data) == export.size
    assert export.rows == len(calls) == export.total
    assert ids_in(data, shape) == calls


def ids_in(data: bytes, shape: str) -> list[int]:
    if shape == "json":
        return [row["id"] for row in json.loads(data)]
    if shape == "csv":
        return [int(row[0]) for row in list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1:]]
    ((_, *rows),) = sheets_of(data)
    return [int(row[0]) for row in rows]


@pytest.mark.parametrize("shape", ["csv", "xlsx", "json"])
def test_a_killed_one_is_gone_on_with_and_nothing_half_is_offered(
    company: Company, calls: list[int], manager: User, client_of: Browser, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    export = owe(company, manager, shape)

    def killed(name: str, **_: Any) -> None:
        if name == "export:between_lots":
            raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(working, "failpoint", killed)
        with pytest.raises(SystemExit):
            work_on(Export, company_id=company.pk, pk=export.pk)
    assert again(export).rows == 2
    assert not again(export).finished_at
    assert client_of(manager).get(f"/exports/{export.pk}/file/").status_code == 404
    # What it was in the middle of writing counts for nothing.
    files.put(company.pk, export.pk, kind="t", number=1, data=b"half a lot")
    with use_company(company):
        Export.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    while work_on(Export, company_id=company.pk, pk=export.pk):
        pass
    data = b"".join(pieces_of(again(export)))
    assert ids_in(data, shape) == calls
    assert not files.workshops()


def test_a_slice_gives_the_row_back_and_the_next_one_ends_it(company: Company, calls: list[int], manager: User) -> None:
    export = owe(company, manager)
    lease = claim(Export, company_id=company.pk, pk=export.pk)
    assert lease
    write(lease, seconds=0)
    assert (again(export).rows, again(export).work_state) == (2, WorkState.DUE)
    factories.work_off()
    assert ids_in(b"".join(pieces_of(again(export))), "csv") == calls


def test_a_canceled_one_is_left_by_its_worker(
    company: Company, calls: list[int], manager: User, client_of: Browser
) -> None:
    export = owe(company, manager)
    lease = claim(Export, company_id=company.pk, pk=export.pk)
    assert lease
    write(lease, seconds=0)
    lease = claim(Export, company_id=company.pk, pk=export.pk)
    assert lease
    assert client_of(manager).post(f"/exports/{export.pk}/cancel/").status_code == 302
    with pytest.raises(LeaseLost):
        write(lease)
    assert again(export).canceled_at
    assert not again(export).is_ready(at=timezone.now())
    assert "Canceled" in client_of(manager).get("/exports/").content.decode()
    purge_expired()
    assert not files.folder_of(company.pk, export.pk).exists()


def test_nobody_else_is_given_the_file(
    company: Company, calls: list[int], manager: User, owner: User, outsider: User, client_of: Browser
) -> None:
    export = owe(company, manager)
    factories.work_off()
    path = f"/exports/{export.pk}/file/"
    assert client_of(manager).get(path).status_code == 200
    for user in (owner, outsider):
        assert client_of(user).get(path).status_code == 404
        assert client_of(user).post(f"/exports/{export.pk}/cancel/").status_code == 404


def test_who_sees_less_since_is_given_nothing(
    company: Company, calls: list[int], agent: User, client_of: Browser
) -> None:
    export = owe(company, agent)
    factories.work_off()
    Membership.objects.filter(user=agent).update(role="viewer")
    assert client_of(agent).get(f"/exports/{export.pk}/file/").status_code == 404


@pytest.mark.row("S0.36")
def test_a_file_is_sealed_and_gone_after_a_day_and_the_log_stays(
    company: Company, calls: list[int], manager: User, client_of: Browser
) -> None:
    export = owe(company, manager)
    factories.work_off()
    lying = [path.read_bytes() for path in files.sealed_files()]
    assert lying
    assert not any(b"Call" in data or b"+91" in data for data in lying)
    assert purge_expired(now=timezone.now() + timedelta(hours=23)) == 0
    with use_company(company):
        Export.objects.filter(pk=export.pk).update(expires_at=timezone.now())
    assert client_of(manager).get(f"/exports/{export.pk}/file/").status_code == 404
    assert purge_expired() == 1
    assert files.sealed_files() == []
    assert again(export).is_removed
    assert "Expired" in client_of(manager).get("/exports/").content.decode()
    log = client_of(manager).get("/admin/calltracking/export/").content.decode()
    assert "Manu Manager" in log
    assert "CSV" in log


def test_what_a_killed_process_left_lying_is_removed(company: Company, manager: User) -> None:
    files.put(company.pk, 4711, kind="t", number=0, data=b"of an export that is nowhere")
    assert purge_expired() == 1
    assert not files.sealed_files()


def test_erasing_a_person_takes_every_waiting_file_and_every_search_for_them(
    company: Company, calls: list[int], manager: User, owner: User
) -> None:
    member = Membership.objects.get(user=manager, company=company)
    with use_company(company):
        contact = factories.make_contact(full_name="Zuleika Farrow", number="+919812300099")
        named = Export.objects.create(
            what="calls", format="csv", source="page", made_by=member, filter={"q": "zuleika"}, work_state="done"
        )
        other = Export.objects.create(
            what="calls", format="csv", source="page", made_by=member, filter={"q": "nair"}, work_state="done"
        )
        view = SavedView.objects.create(
            page="calls", name="Zuleika Farrow", query="q=98123+00099&hot=true", made_by=member
        )
    ready, waiting = owe(company, manager), owe(company, manager, "json")
    lease = claim(Export, company_id=company.pk, pk=ready.pk)
    assert lease
    write(lease)
    lease = claim(Export, company_id=company.pk, pk=waiting.pk)
    assert lease
    write(lease, seconds=0)
    with use_company(company):
        contact = Contact.objects.get(pk=contact.pk)
    erase_person(contact, by=Membership.objects.get(user=owner, company=company), why="Asked")
    assert again(ready).is_removed
    assert not again(ready).is_ready(at=timezone.now())
    assert (again(waiting).rows, again(waiting).parts) == (0, 0)
    assert again(named).filter == {"q": "(erased)"}
    assert again(other).filter == {"q": "nair"}
    with use_company(company):
        view.refresh_from_db()
    assert "98123" not in view.query
    assert "Zuleika" not in view.name
    factories.work_off()
    assert again(waiting).finished_at
