"""What people and programs ask of a company with a million calls, and how many queries each may cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.utils import timezone
from rest_framework.pagination import Cursor

from calltracking.views.calls_by_business import stretches
from crm.keyset import cursor_after, place_after
from crm.models import Company, Contact, FollowUp, Lead
from crm.tenancy import use_company
from telephony.api.calls import CallList
from telephony.models import Call, WebhookEvent


@dataclass(frozen=True)
class Question:
    """An address, what it is called in the table, what kind of door it is, and how many queries it may cost."""

    name: str
    path: str
    kind: str
    most_queries: int


def questions(company: Company) -> list[Question]:
    """Return the questions; what they name is looked up, half way into each list."""
    now = timezone.now()
    first, last = (now - timedelta(days=400)).date(), (now - timedelta(days=370)).date()
    with use_company(company):
        calls, half = Call.objects.order_by("-started_at", "-id"), Call.objects.count() // 2
        call = calls.defer("raw")[half]
        read = Call.objects.filter(turns__isnull=False, pk__lte=call.pk).order_by("-pk").values_list("pk", flat=True)[0]
        busiest = Contact.objects.order_by("pk").values_list("pk", flat=True)[0]
        contacts = Contact.objects.order_by("-created_at", "-id")
        contact = contacts[contacts.count() // 2]
        lead = Lead.objects.exclude(latest_call_at=None).order_by("-latest_call_at", "-id")[Lead.objects.count() // 2]
        steps = FollowUp.objects.open().order_by("due_at", "id")
        step = steps[steps.count() // 2]
        events = WebhookEvent.objects.order_by("-received_at", "-id").defer("body")
        event = events[events.count() // 2]
        number = contact.numbers.all()[0].e164
        email = Contact.objects.exclude(email="").order_by("pk").values_list("email", flat=True)[100]
        named = Call.objects.filter(contact__business_key__gt="m", pk__lte=call.pk).select_related("contact")
        business = business_cursor(named.order_by("-pk")[0])
    deep = cursor_after(call, "started_at")
    pages = [
        Question("Calls, page 1", "/calls/", "page", 16),
        Question("Calls, deep page", f"/calls/?page={deep}", "page", 16),
        Question("Calls by status", "/calls/?status=failed", "page", 16),
        Question("Calls that were missed", "/calls/?status=missed", "page", 16),
        Question("Calls of converted leads", "/calls/?lead_status=converted", "page", 16),
        Question("Hot calls", "/calls/?hot=true", "page", 16),
        Question("Calls by score", "/calls/?sort=-score", "page", 16),
        Question("Calls by length, shortest first", "/calls/?sort=length", "page", 16),
        Question("Calls by business", "/calls/?sort=business", "page", 16),
        Question("Calls by business, deep page", f"/calls/?sort=business&page={business}", "page", 18),
        Question("Calls by business, failed, last first", "/calls/?sort=-business&status=failed", "page", 16),
        Question("Calls of a month, a year ago", f"/calls/?started_from={first}&started_to={last}", "page", 16),
        Question(
            "Calls of a month, by status", f"/calls/?started_from={first}&started_to={last}&status=failed", "page", 16
        ),
        Question("Calls, number typed in full", f"/calls/?q={quote(number)}", "page", 18),
        Question("Calls, beginning of a number: many", "/calls/?q=98000", "page", 18),
        Question("Calls, name", "/calls/?q=meera+nair", "page", 18),
        Question("Calls, beginning of a name: many", "/calls/?q=me", "page", 18),
        Question("Calls, second word of a name", "/calls/?q=nair", "page", 18),
        Question("Calls, business", "/calls/?q=nair+dental", "page", 18),
        Question("Calls, e-mail", f"/calls/?q={quote(email)}", "page", 18),
        Question("Calls, name nobody has", "/calls/?q=zzyzx", "page", 18),
        Question("Calls of the busiest caller", f"/calls/?contact={busiest}", "page", 17),
        Question("A call", f"/calls/{read}/", "page", 32),
        Question("Home", "/", "page", 18),
    ]
    api = [
        Question("API: calls", "/api/telephony/calls", "api", 14),
        Question("API: calls, deep page", f"/api/telephony/calls?cursor={api_cursor(call)}", "api", 14),
        Question("API: calls, failed", "/api/telephony/calls?status=failed", "api", 14),
        Question("API: contact by number", f"/api/contact-lookup/phone/{quote(number)}", "api", 12),
        Question("API: conversations", "/api/call-tracking/conversations", "api", 14),
    ]
    leads, people, steps_url = "/admin/crm/lead/", "/admin/crm/contact/", "/admin/crm/followup/"
    inbox = "/admin/telephony/webhookevent/"
    admin = [
        Question("Leads, page 1", leads, "admin", 18),
        Question("Leads, deep page", f"{leads}?at={cursor_after(lead, 'latest_call_at')}", "admin", 18),
        Question("Leads, interested", f"{leads}?lead_status__exact=interested", "admin", 18),
        Question("Leads, mine", f"{leads}?assignee=me", "admin", 18),
        Question("Leads, overdue", f"{leads}?next=overdue", "admin", 18),
        Question("Leads, hot", f"{leads}?is_hot__exact=1", "admin", 18),
        Question("Leads by score", f"{leads}?o=-3", "admin", 18),
        Question("Leads, name", f"{leads}?q=meera+nair", "admin", 19),
        Question("Leads, beginning of a name: many", f"{leads}?q=me", "admin", 19),
        Question("Leads, number", f"{leads}?q={quote(number)}", "admin", 19),
        Question("Contacts, page 1", people, "admin", 18),
        Question("Contacts, deep page", f"{people}?at={cursor_after(contact, 'created_at')}", "admin", 18),
        Question("Contacts, no lead", f"{people}?lead=no", "admin", 18),
        Question("Contacts by name", f"{people}?o=0", "admin", 18),
        Question("Contacts by e-mail", f"{people}?o=1", "admin", 18),
        Question("Contacts, business", f"{people}?q=nair+dental", "admin", 19),
        Question("Contacts, e-mail", f"{people}?q={quote(email)}", "admin", 19),
        Question("Contact", f"{people}{contact.pk}/change/", "admin", 36),
        Question("Follow-ups, page 1", steps_url, "admin", 18),
        Question("Follow-ups, deep page", f"{steps_url}?at={cursor_after(step, 'due_at')}", "admin", 18),
        Question("Follow-ups, overdue", f"{steps_url}?state=overdue", "admin", 18),
        Question("Follow-ups, mine", f"{steps_url}?assignee=me", "admin", 18),
        Question("Follow-ups, name", f"{steps_url}?q=meera+nair", "admin", 19),
        Question("History, page 1", "/admin/crm/interaction/", "admin", 18),
        Question("Inbox, page 1", inbox, "admin", 18),
        Question("Inbox, deep page", f"{inbox}?at={cursor_after(event, 'received_at')}", "admin", 18),
        Question("Inbox, given up", f"{inbox}?state=dead", "admin", 18),
    ]
    return [*pages, *api, *admin]


def business_cursor(call: Any) -> str:
    """Return the cursor of the page after a call, sorted by business; its contact has one."""
    call.business, call.person_id = call.contact.business_key, call.contact_id
    return place_after(call, stretches=stretches("business"), number=0)


def api_cursor(call: Call) -> str:
    """Return the API's cursor of the page after a call, as its paginator writes it."""
    paginator = CallList.pagination_class()
    paginator.base_url = ""
    link = paginator.encode_cursor(Cursor(offset=0, reverse=False, position=str(call.started_at)))
    return link.partition("cursor=")[2]
