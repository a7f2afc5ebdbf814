"""Rows as the work list: claimed once, fenced, given back, given up after five, found in every company."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from analysis.models import Reading, Rescoring
from calltracking.models import AttributionBatch, Export, Notification
from crm import leases
from crm.leases import MAX_ATTEMPTS, Lease, LeaseLost, WorkState, claim, due_rows, work_on, work_on_due
from crm.models import Company, ContactImport, Invitation
from crm.tenancy import use_company
from telephony.models import Call, SyncRun, TroubleMail, WebhookEvent
from tests import factories


def make_due(company: Company, **fields: object) -> WebhookEvent:
    """A delivery that owes its reading."""
    with use_company(company):
        account = factories.make_account()
        return WebhookEvent.objects.create(
            account=account, provider="elevenlabs", dedupe_key=str(account.pk), body=b"{}", **fields
        )


def again(row: WebhookEvent) -> WebhookEvent:
    with use_company(row.company_id):
        return WebhookEvent.objects.get(pk=row.pk)


def let_lease_expire(row: WebhookEvent) -> None:
    with use_company(row.company_id):
        WebhookEvent.objects.filter(pk=row.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def let_wait_pass(row: WebhookEvent) -> None:
    with use_company(row.company_id):
        WebhookEvent.objects.filter(pk=row.pk).update(next_at=timezone.now() - timedelta(seconds=1))


def take(row: WebhookEvent) -> Lease:
    lease = claim(WebhookEvent, company_id=row.company_id, pk=row.pk)
    assert lease is not None
    return lease


@pytest.fixture
def row(company: Company) -> WebhookEvent:
    return make_due(company)


@pytest.fixture
def working(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[Lease], None]], None]]:
    """Lets a test say what is owed by a delivery."""

    def owes(work: Callable[[Lease], None]) -> None:
        monkeypatch.setitem(leases._work, WebhookEvent, work)

    return owes  # type: ignore[return-value]


# ---- claim ----------------------------------------------------------------------------------------------------


def test_a_claim_counts_the_attempt_before_any_work(row: WebhookEvent) -> None:
    lease = take(row)
    stored = again(row)
    assert (stored.work_state, stored.attempts, stored.lease_token) == (WorkState.LEASED, 1, lease.token)
    assert stored.lease_until > timezone.now()


def test_a_leased_row_cannot_be_claimed_until_its_lease_is_over(row: WebhookEvent) -> None:
    first = take(row)
    assert claim(WebhookEvent, company_id=row.company_id, pk=row.pk) is None
    let_lease_expire(row)
    second = take(row)
    assert second.attempt == 2
    assert second.token != first.token


def test_a_row_whose_time_has_not_come_cannot_be_claimed(company: Company) -> None:
    row = make_due(company, next_at=timezone.now() + timedelta(minutes=1))
    assert claim(WebhookEvent, company_id=company.pk, pk=row.pk) is None


def test_another_company_cannot_claim_it(row: WebhookEvent, other_company: Company) -> None:
    assert claim(WebhookEvent, company_id=other_company.pk, pk=row.pk) is None
    assert again(row).attempts == 0


@pytest.mark.parametrize("state", [WorkState.DONE, WorkState.DEAD])
def test_what_is_over_cannot_be_claimed(company: Company, state: str) -> None:
    row = make_due(company, work_state=state)
    assert claim(WebhookEvent, company_id=company.pk, pk=row.pk) is None


# ---- the fence ------------------------------------------------------------------------------------------------


def test_an_effect_and_the_end_of_the_work_come_together(row: WebhookEvent) -> None:
    with take(row).effect() as event:
        event.call_ref = "conv_1"
        event.save(update_fields=["call_ref"])
    stored = again(row)
    assert (stored.call_ref, stored.work_state, stored.lease_token) == ("conv_1", WorkState.DONE, None)


def test_a_step_keeps_the_lease(row: WebhookEvent) -> None:
    lease = take(row)
    before = again(row).lease_until
    with lease.effect(finish=False) as event:
        event.call_ref = "step 1"
        event.save(update_fields=["call_ref"])
    stored = again(row)
    assert (stored.work_state, stored.call_ref) == (WorkState.LEASED, "step 1")
    assert stored.lease_until >= before
    with lease.effect():
        pass
    assert again(row).work_state == WorkState.DONE


def test_a_worker_that_lost_its_lease_changes_nothing(row: WebhookEvent) -> None:
    late = take(row)
    let_lease_expire(row)
    quick = take(row)
    with quick.effect() as event:
        event.call_ref = "by the quick one"
        event.save(update_fields=["call_ref"])
    with pytest.raises(LeaseLost), late.effect() as event:
        event.call_ref = "by the late one"
        event.save(update_fields=["call_ref"])
    assert again(row).call_ref == "by the quick one"


def test_a_row_made_due_again_is_lost_to_its_worker(row: WebhookEvent) -> None:
    lease = take(row)
    with use_company(row.company_id):
        again(row).replay()
    with pytest.raises(LeaseLost), lease.effect():
        pytest.fail("the effect must not run")
    assert (again(row).work_state, again(row).attempts) == (WorkState.DUE, 0)


def test_an_error_inside_the_effect_rolls_it_back_and_keeps_the_lease(row: WebhookEvent) -> None:
    lease = take(row)
    with pytest.raises(ZeroDivisionError), lease.effect() as event:
        event.call_ref = "half"
        event.save(update_fields=["call_ref"])
        raise ZeroDivisionError
    assert (again(row).call_ref, again(row).work_state) == ("", WorkState.LEASED)


# ---- errors ---------------------------------------------------------------------------------------------------


def test_an_error_puts_the_row_back_for_later_with_what_went_wrong(row: WebhookEvent, working: Callable) -> None:
    working(lambda lease: 1 / 0)
    began = timezone.now()
    assert work_on(WebhookEvent, company_id=row.company_id, pk=row.pk)
    stored = again(row)
    assert stored.work_state == WorkState.DUE
    assert stored.error.startswith("ZeroDivisionError")
    assert timedelta(seconds=7) < stored.next_at - began < timedelta(seconds=15)
    assert stored.lease_token is None


def test_success_clears_the_error(row: WebhookEvent, working: Callable) -> None:
    working(lambda lease: 1 / 0)
    work_on(WebhookEvent, company_id=row.company_id, pk=row.pk)
    let_wait_pass(row)
    working(finish)
    work_on(WebhookEvent, company_id=row.company_id, pk=row.pk)
    assert (again(row).error, again(row).work_state) == ("", WorkState.DONE)


def test_an_error_s_words_are_kept_out_of_the_log(
    row: WebhookEvent, working: Callable, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(lease: Lease) -> None:
        raise ValueError("Meera said: my card number is 4111")

    working(fail)
    work_on(WebhookEvent, company_id=row.company_id, pk=row.pk)
    assert "ValueError" in caplog.text
    assert "Meera" not in caplog.text
    assert "Meera" in again(row).error


def test_a_row_that_always_fails_is_given_up_after_exactly_five(row: WebhookEvent, working: Callable) -> None:
    tried = []

    def fail(lease: Lease) -> None:
        tried.append(lease.attempt)
        raise RuntimeError("always")

    working(fail)
    for _ in range(8):
        work_on(WebhookEvent, company_id=row.company_id, pk=row.pk)
        let_wait_pass(row)
    assert tried == [1, 2, 3, 4, 5]
    assert again(row).is_dead


def test_a_row_that_kills_its_worker_is_given_up_after_exactly_five(row: WebhookEvent, working: Callable) -> None:
    killed = 0
    for _ in range(8):
        # A worker that dies gives nothing back: its lease runs out.
        if claim(WebhookEvent, company_id=row.company_id, pk=row.pk):
            killed += 1
            let_lease_expire(row)
    assert killed == MAX_ATTEMPTS == 5
    assert again(row).is_dead
    assert again(row).error == "It ended its worker five times."
    assert (row.company_id, row.pk) not in due_rows(WebhookEvent, before=timezone.now())


def test_one_poisoned_row_does_not_stop_the_others(company: Company, working: Callable) -> None:
    poison, good = make_due(company), make_due(company)

    def work(lease: Lease) -> None:
        if lease.pk == poison.pk:
            raise RuntimeError("poison")
        finish(lease)

    working(work)
    work_on_due(before=timezone.now())
    assert again(good).work_state == WorkState.DONE
    assert again(poison).work_state == WorkState.DUE


def test_a_lease_lost_in_the_middle_is_no_error(row: WebhookEvent, working: Callable) -> None:
    def overtaken(lease: Lease) -> None:
        let_lease_expire(row)
        take(row)
        finish(lease)

    working(overtaken)
    assert work_on(WebhookEvent, company_id=row.company_id, pk=row.pk)
    assert (again(row).error, again(row).attempts) == ("", 2)


def finish(lease: Lease) -> None:
    with lease.effect():
        pass


# ---- finding due rows -----------------------------------------------------------------------------------------


def test_due_rows_of_all_companies_are_found_by_id_alone(company: Company, other_company: Company) -> None:
    one, other = make_due(company), make_due(other_company)
    found = due_rows(WebhookEvent, before=timezone.now())
    assert {(one.company_id, one.pk), (other.company_id, other.pk)} <= set(found)
    with connection.cursor() as cursor:
        cursor.execute("select * from public.telephony_webhookevent_due(now(), 10)")
        assert [column.name for column in cursor.description] == ["company_id", "id"]


def test_only_due_rows_and_expired_leases_are_found(company: Company) -> None:
    now = timezone.now()
    later = make_due(company, next_at=now + timedelta(minutes=1))
    held = make_due(company, work_state=WorkState.LEASED, lease_until=now + timedelta(minutes=1))
    expired = make_due(company, work_state=WorkState.LEASED, lease_until=now - timedelta(minutes=1))
    done = make_due(company, work_state=WorkState.DONE)
    found = {pk for _, pk in due_rows(WebhookEvent, before=timezone.now())}
    assert expired.pk in found
    assert not found & {later.pk, held.pk, done.pk}


def test_the_oldest_come_first_and_no_more_than_asked_for(company: Company) -> None:
    now = timezone.now()
    rows = [make_due(company, next_at=now - timedelta(minutes=minutes)) for minutes in (1, 3, 2)]
    found = [pk for _, pk in due_rows(WebhookEvent, before=now, most=2)]
    assert found == [rows[1].pk, rows[2].pk]


def test_everything_that_owes_work_has_a_worker() -> None:
    known = {WebhookEvent, Call, SyncRun, TroubleMail, Invitation, Rescoring, Reading, AttributionBatch, Export}
    assert set(leases.leased_models()) == known | {ContactImport, Notification}


# ---- two at once ----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_gets_the_row() -> None:
    rows = [make_due(factories.make_company()) for _ in range(10)]
    start = threading.Barrier(2)
    won: list[list[Lease | None]] = [[], []]

    def worker(place: int) -> None:
        try:
            for row in rows:
                start.wait(10)
                won[place].append(claim(WebhookEvent, company_id=row.company_id, pk=row.pk))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=worker, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for one, other in zip(*won, strict=True):
        assert (one is None) != (other is None)
    assert [again(row).attempts for row in rows] == [1] * len(rows)
