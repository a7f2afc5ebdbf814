"""What was captured of Twilio's webhooks, where it is at hand: verified as it was signed, and through the door."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from crm.models import Company
from crm.tenancy import use_company
from telephony.models import Call, WebhookEvent
from telephony.providers.address_signatures import sign_address, verify_address
from telephony.providers.base import Delivery, InvalidSignature
from telephony.providers.twilio import FORM
from tests import factories

CAPTURED = Path(__file__).resolve().parents[3] / "shared" / "payloads" / "twilio"


def captured() -> list[Any]:
    if not CAPTURED.exists():
        return [pytest.param({}, marks=pytest.mark.skip(reason=f"{CAPTURED} is not on this machine"))]
    entries = json.loads((CAPTURED / "index.json").read_text())["files"]
    return [pytest.param(entry, id=entry["file"]) for entry in entries if "signed" in entry]


@pytest.mark.row("S2.2", "S2.3")
@pytest.mark.parametrize("entry", captured())
def test_a_capture_verifies_as_it_was_signed_and_not_otherwise(entry: dict[str, Any]) -> None:
    signed = entry["signed"]
    body = (CAPTURED / entry["file"]).read_bytes().rstrip(b"\n")
    header, url, secrets = signed["X-Twilio-Signature"], signed["url"], (signed["auth_token"],)
    verify_address(body, header=header, url=url, secrets=secrets)
    for changed_body, changed_url in ((body.replace(b"CallSid=CA0", b"CallSid=CA9"), url), (body, f"{url}/")):
        with pytest.raises(InvalidSignature):
            verify_address(changed_body, header=header, url=changed_url, secrets=secrets)


@pytest.mark.row("S2.4", "S4.73")
@pytest.mark.parametrize("entry", captured())
def test_a_capture_goes_through_the_door_and_says_what_it_should(company: Company, entry: dict[str, Any]) -> None:
    with use_company(company):
        account: Any = factories.make_account("twilio")
    body = (CAPTURED / entry["file"]).read_bytes().rstrip(b"\n")
    headers = {"content-type": FORM, "x-twilio-signature": sign_address(body, url=account.url, secret=account.secret)}
    delivery = Delivery(body=body, headers=headers, received_at=timezone.now())
    assert factories.post(account.path, delivery).status_code == 200
    factories.work_off()
    tells_of_the_call = entry["kind"].startswith(("status callback", "incoming call"))
    with use_company(company):
        event = WebhookEvent.objects.get(account=account)
        calls = list(Call.objects.filter(account=account))
        assert (not event.is_unrouted, bool(calls)) == (tells_of_the_call, tells_of_the_call)
        expected = entry.get("expected", {})
        for call in calls:
            assert call.status == expected["call_status"] or (expected["call_status"] is None and not call.has_ended)
            assert call.duration_seconds == expected.get("duration_seconds", 0)
            assert event.call_ref in call.ids.values_list("value", flat=True)
