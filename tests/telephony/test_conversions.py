"""Conversions: what the provider, the lead's status and a person say, and who of them is believed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.audit import history_of
from crm.models import Company, Contact, LeadStatus
from crm.tenancy import use_company
from telephony.events import CallEvent, CallOutcome, CallStatus, ExternalId
from telephony.filters import CallFilter
from telephony.models import Call
from telephony.models.converting import IS_CONVERSION, ConversionBy
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours() -> Company:
    return factories.make_company(name="Ours")


def told(outcome: CallOutcome, *, minutes: int = 0) -> CallEvent:
    at = timezone.now() + timedelta(minutes=minutes)
    return CallEvent(
        ids=(ExternalId(provider="elevenlabs", value="conv_1"),),
        name="ended",
        told_at=at,
        started_at=at - timedelta(minutes=5),
        status=CallStatus.COMPLETED,
        outcome=outcome,
    )


@pytest.mark.row("S1.22", "S1.23")
def test_a_success_is_a_conversion_by_itself(ours: Company) -> None:
    with use_company(ours):
        call = Call.objects.record(told(CallOutcome.SUCCESS), account=None)
        assert (call.is_conversion, call.conversion_by) == (True, ConversionBy.PROVIDER)
        failed = factories.make_call(outcome="failure")
        assert (failed.is_conversion, failed.conversion_by) == (False, ConversionBy.NOBODY)


@pytest.mark.row("S1.65")
def test_every_way_of_telling_agrees_with_the_database(ours: Company) -> None:
    with use_company(ours):
        lead = factories.make_lead(status=LeadStatus.CONVERTED)
        customer = Contact.objects.get(pk=lead.pk)
        for outcome in CallOutcome.values:
            for contact in (None, customer):
                for said in (None, True, False):
                    call = factories.make_call(outcome=outcome, contact=contact)
                    call.say_converted(said, by=None)
        calls = list(Call.objects.select_related("contact"))
        wanted = {call.pk for call in calls if call.is_conversion}
        assert len(wanted) == 10
        assert set(Call.objects.filter(IS_CONVERSION).values_list("pk", flat=True)) == wanted
        others = CallFilter({"converted": "false"}, queryset=Call.objects.all()).qs
        assert {call.pk for call in others} == {call.pk for call in calls} - wanted
        by_lead = Call.objects.get(outcome="unknown", contact=customer, said_converted=None)
        assert by_lead.conversion_by == ConversionBy.LEAD_STATUS


@pytest.mark.row("S2.44", "S1.65")
def test_a_persons_word_survives_what_the_provider_tells_later(ours: Company) -> None:
    member = factories.make_member(ours, name="Ravi Menon")
    with use_company(ours):
        call = Call.objects.record(told(CallOutcome.SUCCESS), account=None)
        call.say_converted(False, by=member)
        again = Call.objects.record(told(CallOutcome.SUCCESS, minutes=20), account=None)
        assert (again.pk, again.is_conversion, again.conversion_by) == (call.pk, False, ConversionBy.PERSON)

        again.say_converted(None, by=member)
        assert (again.is_conversion, again.said_converted_at, again.said_converted_by) == (True, None, None)
        said = [(one.before, one.after) for row in history_of(again) for one in row.said if one.field == "Conversion"]
        assert said == [("no", ""), ("", "no")]
