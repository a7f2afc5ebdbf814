"""Which campaign brought a call: the rules as a function, then through the front door and in the journey."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from calltracking.attribution import NO_CAMPAIGN, Decision, Known, Rule, assign, attribute, decide
from calltracking.attribution.deciding import Contacted
from calltracking.demo import DEMO_SLUG
from calltracking.demo.campaigns import SILENT_NUMBERS
from calltracking.models.attribution import FIRST_RULES
from crm.models import Campaign, Company, Recipient
from crm.tenancy import use_company
from telephony.events import AttributedBy, ExternalId
from telephony.models import Call, ProviderAccount
from tests import factories

NOON = datetime(2026, 11, 17, 12, tzinfo=UTC)
NUMBER = "+919876543210"


def contacted(campaign: int, recipient: int, *, at: datetime | None = NOON - timedelta(days=1)) -> Contacted:
    return Contacted(recipient_id=recipient, campaign_id=campaign, e164=NUMBER, at=at)


def known(**facts: Any) -> Known:
    return Known(**{"started_at": NOON, "number": NUMBER, **facts})


def by(how: AttributedBy, campaign: int | None = None, recipient: int | None = None) -> Decision:
    return Decision(by=how, campaign_id=campaign, recipient_id=recipient)


METADATA, RECIPIENT, MANUAL = AttributedBy.PROVIDER_METADATA, AttributedBy.RECIPIENT, AttributedBy.MANUAL

# Those a new company starts from.
FIRST = tuple(Rule(kind=kind, window=timedelta(days=days) if days else None) for kind, days in FIRST_RULES.items())
RULES = {
    "nothing is known": (known(), NO_CAMPAIGN),
    "a campaign was named": (known(named_campaign=1), by(METADATA, 1)),
    "a recipient was named": (known(named_recipients=(contacted(2, 20),)), by(METADATA, 2, 20)),
    "both were named": (known(named_campaign=2, named_recipients=(contacted(2, 20),)), by(METADATA, 2, 20)),
    "the recipient is another campaign's": (
        known(named_campaign=1, named_recipients=(contacted(2, 20),)),
        by(METADATA, 1),
    ),
    "an id of two recipients stands for none": (
        known(named_recipients=(contacted(1, 10), contacted(2, 20)), answered=(contacted(3, 30),)),
        by(RECIPIENT, 3, 30),
    ),
    "an id of two recipients, told apart by the campaign": (
        known(named_campaign=2, named_recipients=(contacted(1, 10), contacted(2, 20))),
        by(METADATA, 2, 20),
    ),
    "the caller is a recipient of the campaign that was named": (
        known(named_campaign=1, caller_in=(contacted(1, 11),)),
        by(METADATA, 1, 11),
    ),
    "the caller was contacted": (known(answered=(contacted(3, 30),)), by(RECIPIENT, 3, 30)),
    "what was named counts before the number": (
        known(named_campaign=1, answered=(contacted(3, 30),)),
        by(METADATA, 1),
    ),
    "a person chose": (
        known(held=by(MANUAL, 5, 50), named_campaign=1, answered=(contacted(3, 30),)),
        by(MANUAL, 5, 50),
    ),
    "a person chose that there is none": (known(held=by(MANUAL), named_campaign=1), by(MANUAL)),
    "they were contacted again after the call": (
        known(
            held=by(RECIPIENT, 3, 30),
            held_recipient=contacted(3, 30, at=NOON + timedelta(days=2)),
            answered=(contacted(4, 40),),
        ),
        by(RECIPIENT, 3, 30),
    ),
    "the contact's day was corrected to long ago": (
        known(held=by(RECIPIENT, 3, 30), held_recipient=contacted(3, 30, at=NOON - timedelta(days=90))),
        NO_CAMPAIGN,
    ),
    "the call turned out to be from another number": (
        known(
            held=by(RECIPIENT, 3, 30),
            held_recipient=replace(contacted(3, 30, at=NOON + timedelta(days=2)), e164="+919000000001"),
        ),
        NO_CAMPAIGN,
    ),
}


@pytest.mark.parametrize("case", RULES)
def test_the_first_rule_that_knows_decides(case: str) -> None:
    facts, expected = RULES[case]
    assert decide(facts, FIRST) == expected


@pytest.mark.parametrize("case", RULES)
def test_a_decision_decided_again_is_the_same(case: str) -> None:
    facts, expected = RULES[case]
    assert decide(replace(facts, held=expected), FIRST) == expected or expected.by == AttributedBy.NONE


# ---- through the front door -----------------------------------------------------------------------------------


@pytest.fixture
def ours(db: None) -> Company:
    return factories.make_company(name="Northwind Homes")


@pytest.fixture
def account(ours: Company) -> ProviderAccount:
    with use_company(ours):
        return factories.make_account()


def tell(account: ProviderAccount, **facts: Any) -> Call:
    """Let the provider tell of a call; returns it after its journey."""
    event = factories.make_event(customer_number=facts.pop("customer_number", NUMBER), turns=None, **facts)
    assert factories.deliver(account, event).status_code == 200
    factories.work_off()
    return call_of(account, event.ids[0].value)


def call_of(account: ProviderAccount, external_id: str) -> Call:
    with use_company(account.company_id):
        return Call.objects.with_external_id(external_id).select_related("campaign", "recipient").get()


def found(call: Call) -> tuple[str, str, str]:
    """Return (campaign's name, recipient's number, how it was found)."""
    campaign = call.campaign.name if call.campaign else ""
    return campaign, call.recipient.e164 if call.recipient else "", call.attributed_by


@pytest.mark.row("S1.40", "S1.6", "S1.7", "S1.19")
def test_a_caller_who_was_contacted_is_brought_by_that_campaign(ours: Company, account: ProviderAccount) -> None:
    with use_company(ours):
        factories.make_recipient(factories.make_campaign(name="Earlier"), number=NUMBER, days_ago=20)
        factories.make_recipient(factories.make_campaign(name="Latest"), number=NUMBER, days_ago=3)
        factories.make_recipient(factories.make_campaign(name="Not yet"), number=NUMBER, days_ago=-1)
        factories.make_recipient(factories.make_campaign(name="Never"), number=NUMBER, days_ago=None)
        factories.make_recipient(factories.make_campaign(name="Others"), days_ago=1)
    assert found(tell(account)) == ("Latest", NUMBER, "recipient")


def test_a_number_in_another_writing_is_the_same_recipient(ours: Company, account: ProviderAccount) -> None:
    with use_company(ours):
        factories.make_recipient(factories.make_campaign(name="Spring"), number=NUMBER)
    assert found(tell(account, customer_number="098765 43210")) == ("Spring", NUMBER, "recipient")


@pytest.mark.parametrize(("days", "expected"), [(29.9, "recipient"), (30.1, "none")])
def test_an_answer_comes_within_thirty_days(
    ours: Company, account: ProviderAccount, days: float, expected: str
) -> None:
    with use_company(ours):
        factories.make_recipient(factories.make_campaign(), number=NUMBER, days_ago=days)
    assert tell(account).attributed_by == expected


def test_a_caller_without_a_number_is_nobody_s_recipient(ours: Company, account: ProviderAccount) -> None:
    with use_company(ours):
        factories.make_recipient(factories.make_campaign())
    assert found(tell(account, customer_number="")) == ("", "", "none")


@pytest.mark.row("S2.87", "S1.40")
@pytest.mark.parametrize("named", ["ours", "agreed"])
def test_a_delivery_that_names_a_campaign_and_a_recipient(ours: Company, account: ProviderAccount, named: str) -> None:
    with use_company(ours):
        campaign = factories.make_campaign(name="Named", external_id="spring-26")
        recipient = factories.make_recipient(campaign, number="+919000000055", external_id="r-7")
        factories.make_recipient(factories.make_campaign(name="By number"), number=NUMBER)
    refs = (str(campaign.pk), str(recipient.pk)) if named == "ours" else ("spring-26", "r-7")
    call = tell(account, campaign_ref=refs[0], recipient_ref=refs[1])
    assert found(call) == ("Named", "+919000000055", "provider_metadata")
    assert (call.campaign_ref, call.recipient_ref) == refs


PLACES = {
    "dynamic variables": {
        "conversation_initiation_client_data": {"dynamic_variables": {"campaign_id": "spring", "recipientId": "r-7"}}
    },
    "metadata": {"metadata": {"campaign_id": "spring", "recipient_id": "r-7"}},
    "camel case": {"metadata": {"campaignId": "spring", "recipientId": "r-7"}},
    "batch call": {"metadata": {"batch_call": {"batch_call_id": "spring", "batch_call_recipient_id": "r-7"}}},
    "only the recipient": {"metadata": {"recipient_id": "r-7"}},
    "a variable before the batch": {
        "conversation_initiation_client_data": {"dynamic_variables": {"campaign_id": "spring"}},
        "metadata": {"recipient_id": "r-7", "batch_call": {"batch_call_id": "btcal_1"}},
    },
}


@pytest.mark.row("S2.87")
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("form", ["vendor", "flat"])
def test_a_webhook_with_attribution_data_in_any_place(
    ours: Company, account: ProviderAccount, place: str, form: str
) -> None:
    with use_company(ours):
        factories.make_recipient(factories.make_campaign(name="Spring", external_id="spring"), external_id="r-7")
    conversation = {"conversation_id": "conv_placed", "agent_id": "agent_a", **PLACES[place]}
    body: dict[str, Any] = {"type": "post_call_transcription", "event_timestamp": 1763352000, "data": conversation}
    if form == "flat":
        body = {"event": "conversation.ended", "start_time_unix_secs": 1763352000, **conversation}
    assert post_signed(account, body).status_code == 200
    factories.work_off()
    call = call_of(account, "conv_placed")
    assert found(call)[0::2] == ("Spring", "provider_metadata")
    assert (call.recipient_ref, call.recipient.external_id) == ("r-7", "r-7")


def post_signed(account: ProviderAccount, body: dict[str, Any]) -> Any:
    from telephony.providers.signatures import sign_timestamped

    raw, at = json.dumps(body).encode(), timezone.now()
    made = factories.compose(account, factories.make_event())
    header = next(name for name in made.headers if "signature" in name)
    signature = sign_timestamped(raw, secret=factories.SECRET, at=at)
    return factories.post(account.path, replace(made, body=raw, headers={**made.headers, header: signature}))


HOSTILE = [None, True, 3.5, -1, 10**30, "", "   ", "x" * 4000, "0x10", "١٢", "9" * 40, [], {"id": 1}, "'; drop table"]


@pytest.mark.row("S2.87")
@pytest.mark.parametrize("ref", HOSTILE, ids=[str(index) for index in range(len(HOSTILE))])
def test_metadata_that_names_nothing_goes_on_to_the_number_and_is_kept(
    ours: Company, account: ProviderAccount, ref: Any
) -> None:
    with use_company(ours):
        factories.make_recipient(factories.make_campaign(name="By number"), number=NUMBER)
    variables = {"campaign_id": ref, "recipient_id": ref, "system__caller_id": NUMBER}
    conversation = {
        "conversation_id": "conv_hostile",
        "metadata": {"batch_call": ref},
        "conversation_initiation_client_data": {"dynamic_variables": variables},
    }
    body = {"type": "post_call_transcription", "event_timestamp": int(timezone.now().timestamp()), "data": conversation}
    assert post_signed(account, body).status_code == 200
    factories.work_off()
    call = call_of(account, "conv_hostile")
    assert found(call) == ("By number", NUMBER, "recipient")
    assert call.raw["conversation_initiation_client_data"]["dynamic_variables"]["campaign_id"] == ref


def test_ids_of_another_company_are_ids_that_nobody_knows(ours: Company, account: ProviderAccount) -> None:
    other = factories.make_company(name="Southgate Offices")
    with use_company(other):
        theirs = factories.make_recipient(factories.make_campaign(external_id="secret"), number=NUMBER)
    for refs in ((str(theirs.campaign_id), str(theirs.pk)), ("secret", "")):
        call = tell(account, campaign_ref=refs[0], recipient_ref=refs[1])
        assert found(call) == ("", "", "none")


def test_an_agreed_id_counts_before_our_own(ours: Company, account: ProviderAccount) -> None:
    with use_company(ours):
        first = factories.make_campaign(name="Ours")
        factories.make_campaign(name="Agreed", external_id=str(first.pk))
    assert found(tell(account, campaign_ref=str(first.pk)))[0] == "Agreed"


def test_a_campaign_that_is_entered_later_is_found_when_the_call_is_looked_at_again(
    ours: Company, account: ProviderAccount
) -> None:
    call = tell(account, campaign_ref="autumn")
    assert found(call) == ("", "", "none")
    with use_company(ours):
        factories.make_campaign(name="Autumn", external_id="autumn")
    assert found(again(call)) == ("Autumn", "", "provider_metadata")


def again(call: Call) -> Call:
    """Let the call's journey run once more."""
    with use_company(call.company_id):
        Call.objects.get(pk=call.pk).owe_journey()
    factories.work_off()
    with use_company(call.company_id):
        return Call.objects.select_related("campaign", "recipient").get(pk=call.pk)


def test_what_a_person_chose_stays(ours: Company, account: ProviderAccount) -> None:
    with use_company(ours):
        chosen = factories.make_campaign(name="Chosen")
        factories.make_recipient(factories.make_campaign(name="By number"), number=NUMBER)
    call = tell(account)
    with use_company(ours):
        assign(Call.objects.filter(pk=call.pk), campaign=chosen, by=factories.make_member(ours))
    assert found(again(call)) == ("Chosen", "", "manual")


def test_the_journey_again_attributes_the_same_although_they_were_contacted_again(
    ours: Company, account: ProviderAccount
) -> None:
    with use_company(ours):
        factories.make_recipient(factories.make_campaign(name="Older"), number=NUMBER, days_ago=9)
        recipient = factories.make_recipient(factories.make_campaign(name="Spring"), number=NUMBER)
    call = tell(account)
    with use_company(ours):
        Recipient.objects.filter(pk=recipient.pk).update(contacted_at=timezone.now() + timedelta(hours=1))
    for _ in range(2):
        assert found(again(call)) == ("Spring", NUMBER, "recipient")


def test_a_call_that_says_so_already_is_not_written(ours: Company, account: ProviderAccount) -> None:
    call = tell(account)
    with use_company(ours), connection.execute_wrapper(refuse_updates):
        attribute(Call.objects.get(pk=call.pk))


def refuse_updates(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    assert not sql.lstrip().upper().startswith("UPDATE"), sql
    return execute(sql, params, many, context)


def test_two_rows_of_one_call_keep_what_a_person_chose(ours: Company, account: ProviderAccount) -> None:
    carrier, agent = ExternalId(provider="twilio", value="CA1"), ExternalId(provider="elevenlabs", value="conv_1")
    with use_company(ours):
        chosen, other = factories.make_campaign(name="Chosen"), factories.make_campaign(name="Other")
        first = Call.objects.record(factories.make_event(ids=(carrier,)), account=account)
        second = Call.objects.record(factories.make_event(ids=(agent,)), account=account)
        Call.objects.filter(pk=first.pk).update(campaign=other, attributed_by="recipient")
        assign(Call.objects.filter(pk=second.pk), campaign=chosen, by=factories.make_member(ours))
        Call.objects.record(factories.make_event(ids=(agent, carrier)), account=account)
    assert found(call_of(account, "CA1")) == ("Chosen", "", "manual")


def test_a_campaign_that_goes_leaves_its_calls_with_none(ours: Company, account: ProviderAccount) -> None:
    with use_company(ours):
        factories.make_recipient(factories.make_campaign(), number=NUMBER)
    call = tell(account)
    assert call.attributed_by == "recipient"
    with use_company(ours):
        Campaign.objects.all().delete()
        connection.check_constraints()
    assert found(call_of(account, call_id(call))) == ("", "", "none")


def call_id(call: Call) -> str:
    with use_company(call.company_id):
        return str(call.ids.get(provider="elevenlabs").value)


# ---- the demo -------------------------------------------------------------------------------------------------


def test_the_demo_s_calls_are_brought_by_its_campaigns(db: None) -> None:
    call_command("seed_demo", calls=60, stdout=StringIO())
    with use_company(Company.objects.get(slug=DEMO_SLUG)):
        brought = Call.objects.exclude(campaign=None).values_list("campaign__name", "attributed_by")
        assert Counter(brought) == {
            ("Weekend site visits", "provider_metadata"): 14,
            ("Weekend site visits", "recipient"): 1,
            ("Office floors in Indiranagar", "recipient"): 10,
            ("Metro station posters", "tracking_number"): 4,
        }
        without = Call.objects.filter(campaign__isnull=False, recipient=None)
        assert set(without.values_list("line__label", flat=True)) == {"Metro posters"}
        assert Call.objects.unattributed().count() == 31
        assert set(Call.objects.filter(campaign=None).values_list("attributed_by", flat=True)) == {"none"}
        silent = Recipient.objects.filter(calls=None)
        assert set(silent.values_list("e164", flat=True)) == set(SILENT_NUMBERS)


# ---- indexes --------------------------------------------------------------------------------------------------

FILL_CALLS = """
    insert into telephony_call (company_id, provider, kind, direction, status, outcome, started_at, created_at,
      duration_seconds, work_state, attempts, next_at, error, disposition, customer_number, customer_number_written,
      our_number, our_number_written, is_end_assumed, is_ambiguous, attributed_by, campaign_id, language, title,
      provider_summary, ended_because, raw, told, reached_us_by, feeling, intent, is_hot)
    select %(company)s, 'elevenlabs', 'ai_agent', 'inbound', (array['completed', 'no_answer', 'failed'])[1 + i %% 3],
      'success', now() - i * interval '1 minute', now(), i %% 600, 'done', 0, now(), '', '',
      '+9190' || lpad(i::text, 8, '0'), '', '', '', false, false, '',
      case when i %% 4 = 0 then null else (%(campaigns)s)[1 + i %% 20] end,
      'en', '', '', '', '{}', '{}', '', '', '', false
    from generate_series(1, 8000) i
"""
FILL_RECIPIENTS = """
    insert into crm_recipient (company_id, campaign_id, e164, written, contacted_at, external_id)
    select %(company)s, (%(campaigns)s)[1 + i %% 20], '+9190' || lpad((i / 2)::text, 8, '0'), '',
      now() - i * interval '1 minute', 'r' || i
    from generate_series(1, 8000) i
"""


@pytest.mark.row("S1.2", "S2.79")
@pytest.mark.django_db(transaction=True)
def test_a_campaign_s_calls_are_found_by_their_indexes() -> None:
    company = factories.make_company()
    with use_company(company), connection.cursor() as cursor:
        campaigns = [factories.make_campaign().pk for _ in range(20)]
        given = {"company": company.pk, "campaigns": campaigns}
        cursor.execute(FILL_CALLS, given)
        cursor.execute(FILL_RECIPIENTS, given)
    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze telephony_call; analyze crm_recipient")
    with use_company(company):
        calls = Call.objects.filter(campaign=campaigns[3]).order_by("-started_at", "-pk").defer("raw")
        by_status = plan_of(calls.filter(status="completed")[:51])
        newest = plan_of(calls[:51])
    found = {"call_campaign_status": by_status, "call_campaign_newest": newest}
    for index, plan in found.items():
        assert f"using {index}" in plan, plan
        assert "Sort" not in plan, plan


def plan_of(rows: Any) -> str:
    return str(rows.explain())
