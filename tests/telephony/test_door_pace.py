"""More of one account than fifty a second: a line in the log, and nothing refused."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from crm.models import Company
from crm.tenancy import use_company
from telephony.door import arrivals
from telephony.models import WebhookEvent
from tests import factories


def test_more_than_fifty_a_second_are_all_taken_and_said_once(
    company: Company, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with use_company(company):
        busy, calm = factories.make_account(), factories.make_account()
        before = WebhookEvent.objects.count()
    clock = SimpleNamespace(monotonic=lambda: second + 0.5)
    monkeypatch.setattr(arrivals, "time", clock)

    def warnings_of(many: int, account: object = busy) -> list[str]:
        caplog.clear()
        for _ in range(many):
            assert factories.deliver(account, factories.make_event(turns=None)).status_code == 200  # type: ignore[arg-type]
        return [r.message for r in caplog.records if "deliveries a second" in r.message]

    second = 1000
    assert warnings_of(50) == []
    assert warnings_of(1, calm) == []
    assert warnings_of(1) == [f"account {busy.pk} sends more than 50 deliveries a second"]
    assert warnings_of(5) == []
    second = 1001
    assert warnings_of(50) == []
    assert len(warnings_of(2)) == 1
    with use_company(company):
        assert WebhookEvent.objects.count() == before + 109
