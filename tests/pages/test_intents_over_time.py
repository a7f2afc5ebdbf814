"""What a person wanted, call by call, and how they felt in the latest one, on their card."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.models import Contact, Lead
from crm.tenancy import use_company
from tests.factories import TALK, deliver, make_account, make_call, make_event, make_lead, work_off

pytestmark = pytest.mark.django_db


@pytest.mark.row("S4.76")
def test_a_lead_s_card_tells_what_they_wanted_in_the_order_of_time(agent, client_of, company):
    with use_company(company):
        lead = make_lead()
        for days, intent in ((1, "interested"), (9, "not_interested"), (5, "callback"), (3, "unclear")):
            make_call(contact=lead, intent=intent, started_at=timezone.now() - timedelta(days=days))

    page = client_of(agent).get(f"/admin/crm/lead/{lead.pk}/change/").content.decode()

    card = page.partition('class="ra-wanted"')[2].partition("</ol>")[0]
    places = [card.index(word) for word in ("Not interested", "Callback", ">Interested")]
    assert places == sorted(places)
    assert card.count("<li>") == 3


@pytest.mark.row("S4.75", "S2.97")
def test_the_mood_of_the_latest_conversation_is_kept_on_the_contact(agent, client_of, company):
    glad = (*TALK, ("customer", "Wonderful, I love it, thank you so much, this is great!"))
    cross = (*TALK, ("customer", "This is terrible, I am very angry and disappointed. Awful, horrible service."))
    ago = timezone.now() - timedelta(days=3)
    with use_company(company):
        account = make_account()
    deliver(account, make_event(call_id="conv_late", customer_number="+919845099999", turns=glad))
    deliver(account, make_event(call_id="conv_early", customer_number="+919845099999", turns=cross, started_at=ago))
    work_off()

    with use_company(company):
        contact = Contact.objects.get(numbers__e164="+919845099999")
        Lead.of(contact).rate(score=50, probability=0.5, is_hot=False)  # as new weights would
        contact.refresh_from_db()
    assert contact.feeling == "positive"
    page = client_of(agent).get(f"/admin/crm/contact/{contact.pk}/change/").content.decode()
    assert "Mood: positive" in page.partition("ra-person")[2].partition("</section>")[0]
