"""Every address of the site, as every kind of person: generated from the URL table, so that none is forgotten.

An address that takes an id needs a line in OBJECTS (or its model comes from the admin); an address that anybody may
open stands in OPEN with the reason. A new address without either fails here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from calltracking.models import AttributionBatch, AttributionEntry, CallNote
from crm import roles
from crm.models import ApiKey, Campaign, Company, Contact, ContactImport, FollowUp, Membership, PhoneNumber, User
from crm.tenancy import use_company
from telephony.models import Call, CallId, Correction, ProviderAccount, Trouble, Turn

pytestmark = pytest.mark.django_db

UNKNOWN = 987654321
OPEN = {
    "healthz": "tells load balancers that the process answers; shows nothing",
    "readyz": "tells load balancers whether the process can work; shows nothing",
    "webhook-initiation": "a voice agent's question: the token and its secret decide (tests/pages/test_initiation.py)",
    "api-comments": "only PUT; every write with an id is tried by tests/api/test_isolation.py",
    "api-conversation-lead-status": "only PUT; tests/api/test_isolation.py",
    "api-lead-status": "only PUT; tests/api/test_isolation.py",
    "api-call-reprocess": "only POST; every write with an id is tried by tests/api/test_isolation.py",
    "api-job-sync": "only POST; log-in and the right decide (tests/telephony/test_jobs.py)",
    "scoring-rescore": "only POST, takes no id; log-in and the right decide (tests/pages/test_scoring_page.py)",
    "notification-open": "each their own; another's is not found (tests/pages/test_notifications.py)",
    "notification-read": "only POST; each their own (tests/pages/test_notifications.py)",
    "notifications-read": "only POST, takes no id; each their own (tests/pages/test_notifications.py)",
    "first-steps": "only POST, takes no id; tests/pages/test_first_steps.py",
    "unattributed-assign": "only POST, takes no id in its address; tests/pages/test_unattributed.py",
    "export-file": "who asked for the file alone, once it is made (tests/calltracking/test_exports_in_background.py)",
    "export-cancel": "only POST; who asked for it alone (tests/calltracking/test_exports_in_background.py)",
    "import-rejected": "who sees the import, while there is something in it (tests/pages/test_imports.py)",
    "saved-views": "only POST, takes no id; tests/pages/test_saved_views.py",
    "saved-view": "only POST; whose view it is alone (tests/pages/test_saved_views.py)",
    "saved-view-delete": "only POST; whose view it is alone (tests/pages/test_saved_views.py)",
    "webhook": "the door: the token and the signature decide (tests/telephony)",
    "webhook-bare": "the door: the signature decides (tests/telephony)",
    "join": "the link of an invitation: its token decides (tests/crm/test_invitations.py)",
    "staff": "platform staff alone; nothing is there for others (tests/crm/test_visits.py)",
    "staff-visit": "only POST; platform staff alone (tests/crm/test_visits.py)",
    "staff-visit-end": "only POST; platform staff alone (tests/crm/test_visits.py)",
    "account_login": "log-in itself",
    "account_logout": "leaving is open to all",
    "account_signup": "says that people join by invitation",
    "account_inactive": "says that the account is switched off",
    "account_reset_password": "password reset",
    "account_reset_password_done": "password reset",
    "account_reset_password_from_key": "password reset",
    "account_reset_password_from_key_done": "password reset",
    "account_confirm_login_code": "a code of allauth's, for a log-in that is under way",
    "account_email_verification_sent": "a sentence of allauth's",
    "account_confirm_email": "a one-time link",
    "mfa_login_webauthn": "log-in by passkey: the passkey decides",
    "mfa_authenticate": "the second step of a log-in that is under way",
    "admin:login": "sends to log-in",
}
# Pages of one's own account: allauth asks for log-in, and there is nothing of a company on them.
OWN_ACCOUNT = {
    *("account_change_password", "account_set_password", "account_email", "account_reauthenticate"),
    *("mfa_index", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp"),
    *("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes"),
    *("mfa_list_webauthn", "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"),
    *("mfa_reauthenticate_webauthn", "usersessions_list"),
}
# The admin's own machinery: needs log-in, shows no row.
ADMIN_ITSELF = {
    "admin:index",
    "admin:logout",
    "admin:password_change",
    "admin:password_change_done",
    "admin:autocomplete",
    "admin:jsi18n",
    "admin:view_on_site",
    "admin:app_list",
    "admin:search",
    "admin:toggle_sidebar",
}


@dataclass(frozen=True)
class Page:
    """What an address needs: the right to look, the right to act, and whose id stands in it."""

    view: str | None = None
    act: str | None = None
    ids: Callable[[], list[Any]] = field(default=list)


def a_call() -> list[Any]:
    return [Call.objects.order_by("pk").first().pk]


def a_campaign() -> list[Any]:
    return [Campaign.objects.order_by("pk").first().pk]


def a_call_of_a_campaign() -> list[Any]:
    call = Call.objects.exclude(campaign=None).order_by("pk").first()
    return [call.campaign_id, call.pk]


def a_note() -> list[Any]:
    note = CallNote.objects.order_by("pk").first()
    return [note.call_id, note.pk]


def a_step() -> list[Any]:
    return [FollowUp.objects.order_by("pk").first().pk]


def a_batch() -> list[Any]:
    return [AttributionBatch.objects.order_by("pk").first().pk]


def an_import() -> list[Any]:
    return [ContactImport.objects.order_by("pk").first().pk]


def an_account() -> list[Any]:
    return [ProviderAccount.objects.order_by("pk").first().pk]


def a_trouble() -> list[Any]:
    return [Trouble.objects.order_by("pk").first().pk]


def a_contact() -> list[Any]:
    return [Contact.objects.order_by("pk").first().pk]


def a_number() -> list[Any]:
    return [PhoneNumber.objects.order_by("pk").first().e164]


def a_call_sid() -> list[Any]:
    return [CallId.objects.order_by("pk").first().value]


PAGES = {
    "home": Page(view="telephony.view_call"),
    "demo-filling": Page(view="telephony.view_call"),
    "follow-up-done": Page(act="crm.change_followup", ids=a_step),
    "calls": Page(view="telephony.view_call"),
    "export-calls": Page(view="calltracking.take_out"),
    "exports": Page(view="calltracking.take_out"),
    "imports": Page(view="crm.view_contactimport"),
    "import": Page(view="crm.view_contactimport", ids=an_import),
    "import-cancel": Page(act="crm.change_contactimport", ids=an_import),
    "import-undo": Page(act="crm.change_contactimport", ids=an_import),
    "reports": Page(view="telephony.view_call"),
    "report-file": Page(view="calltracking.take_out", ids=lambda: ["calls-over-time", "csv"]),
    "api-export": Page(view="telephony.view_call"),
    "call": Page(view="telephony.view_call", ids=a_call),
    "call-history": Page(view="telephony.view_call", ids=a_call),
    "call-raw": Page(view="crm.view_full_number", ids=a_call),
    "call-reading": Page(view="telephony.view_call", ids=a_call),
    "call-lead": Page(act="crm.change_lead", ids=a_call),
    "call-follow-up": Page(act="crm.change_followup", ids=a_call),
    "call-notes": Page(act="calltracking.add_callnote", ids=a_call),
    "call-note": Page(act="calltracking.change_callnote", ids=a_note),
    "call-contact": Page(act="telephony.change_call", ids=a_call),
    "call-value": Page(act="telephony.add_correction", ids=a_call),
    "call-attribution": Page(view="telephony.view_call", ids=a_call),
    "call-campaign": Page(act="telephony.attribute_call", ids=a_call),
    "unattributed": Page(view="telephony.view_call"),
    "unattributed-choices": Page(view="telephony.attribute_call"),
    "attributions": Page(view="calltracking.view_attributionbatch"),
    "attribution-undo": Page(act="telephony.attribute_call", ids=a_batch),
    "call-speakers": Page(act="telephony.change_call", ids=a_call),
    "call-reprocess": Page(act="telephony.change_call", ids=a_call),
    "call-readings": Page(view="telephony.view_insight", ids=a_call),
    "calls-reprocess": Page(view="telephony.reprocess_many"),
    "sync-health": Page(view="telephony.view_syncrun"),
    "trouble-acknowledge": Page(act="telephony.change_trouble", ids=a_trouble),
    "call-conversion": Page(act="telephony.change_call", ids=a_call),
    "campaigns": Page(view="crm.view_campaign"),
    "campaign": Page(view="crm.view_campaign", ids=a_campaign),
    "campaign-calls": Page(view="telephony.view_call", ids=a_campaign),
    "campaign-call": Page(view="telephony.view_call", ids=a_call_of_a_campaign),
    "campaign-recipients": Page(view="crm.view_recipient", ids=a_campaign),
    "analytics-leads": Page(view="crm.view_lead"),
    "analytics-costs": Page(view="calltracking.view_serviceprice"),
    "analytics-team": Page(view="crm.view_membership"),
    "insights": Page(view="crm.view_lead"),
    "insights-hottest": Page(view="crm.view_lead"),
    "insights-step": Page(act="crm.change_followup", ids=a_step),
    "api-call-history": Page(view="telephony.view_call"),
    "api-hot-leads": Page(view="crm.view_lead"),
    "audit": Page(view="crm.view_history"),
    "audit-file": Page(view="crm.view_history"),
    "connections": Page(view="telephony.view_provideraccount"),
    "connection-test": Page(act="telephony.view_provideraccount", ids=an_account),
    "notifications": Page(view="calltracking.view_notification"),
    "notification-count": Page(view="calltracking.view_notification"),
    "notification-preferences": Page(view="crm.view_notificationpreference"),
    "scoring": Page(view="analysis.view_scorerule"),
    "scoring-progress": Page(view="analysis.view_rescoring"),
    "companies": Page(),
    "roles": Page(),
    "company-switch": Page(ids=lambda: [UNKNOWN]),
    "api-conversation": Page(view="telephony.view_call", ids=a_call),
    "api-call-turns": Page(view="telephony.view_turn", ids=a_call_sid),
    "api-call-insights": Page(view="telephony.view_insight", ids=a_call_sid),
    "api-recent-callers": Page(view="telephony.view_call"),
    "api-contacts": Page(view="crm.view_contact"),
    "api-contact": Page(view="crm.view_contact", ids=a_contact),
    "api-interactions": Page(view="crm.view_interaction", ids=a_contact),
    "api-leads": Page(view="crm.view_lead"),
    "api-follow-ups": Page(view="crm.view_followup"),
    "api-follow-up": Page(view="crm.view_followup", ids=a_step),
    "api-dashboard-stats": Page(view="crm.view_contact"),
    "api-analytics-overview": Page(view="telephony.view_call"),
    "api-campaign-analytics": Page(view="telephony.view_call", ids=a_campaign),
    "api-call-summary": Page(view="telephony.view_call"),
    "analytics": Page(view="telephony.view_call"),
    "api-sync-runs": Page(view="telephony.view_syncrun"),
    "api-agents": Page(view="telephony.view_agent"),
    "api-contact-lookup": Page(view="crm.view_full_number", ids=a_number),
    "api-conversations": Page(view="telephony.view_call"),
    "api-calls": Page(view="telephony.view_call"),
    "api-call": Page(view="telephony.view_call", ids=a_call_sid),
    "api-schema": Page(),
    "api-docs": Page(),
}


def addresses(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[str]:
    """Yield the full name of every address; one without a name would be out of reach of this test, so it fails."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from addresses(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern) and not _is_admin_helper(entry, prefix):
            assert entry.name, f"an address without a name: {entry.pattern}"
            yield f"{prefix}{entry.name}"


def _is_admin_helper(entry: URLPattern, prefix: str) -> bool:
    # The redirect of old admin addresses and the catch-all behind log-in have no name; they show nothing.
    return prefix == "admin:" and entry.name is None


ALL = sorted(set(addresses()))
MODELS = {f"{m._meta.app_label}_{m._meta.model_name}": m for m in admin.site._registry}


def model_of(name: str) -> type[Model] | None:
    """The model of an admin address (`admin:crm_lead_change`), or None."""
    found = re.match(r"admin:([a-z]+_[a-z]+)_", name)
    return MODELS.get(found[1]) if found else None


def is_known(name: str) -> bool:
    return name in OPEN or name in PAGES or name in OWN_ACCOUNT or name in ADMIN_ITSELF or model_of(name) is not None


@pytest.mark.parametrize("name", ALL)
def test_every_address_is_accounted_for(name: str) -> None:
    assert is_known(name), f"{name} is new: say in this file who may open it"


def is_looked_at(name: str) -> bool:
    """Whether it is a page or an endpoint that shows something, as against one that acts."""
    return name in PAGES and PAGES[name].act is None and name != "company-switch"


def address_of(name: str, ids: list[Any]) -> str | None:
    try:
        return reverse(name, args=ids)
    except NoReverseMatch:
        return None


def admin_ids(model: type[Model], company: Company) -> list[list[Any]]:
    """Return the arguments an admin address of the model may take: none, or a row's id."""
    rows = model._default_manager.all()
    if model is Company:
        rows = Company.objects.filter(pk=company.pk)
    elif model in (ApiKey, Membership):
        rows = model._default_manager.filter(company=company)
    first = rows.order_by("pk").first()
    return [[], [first.pk]] if first else [[]]


def get(user: User | None, address: str) -> Any:
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    return client.get(address)


@pytest.fixture
def ours(company: Company) -> list[tuple[str, str, str | None]]:
    """Every address with ids of our company: (name, address, the right to look)."""
    found: list[tuple[str, str, str | None]] = []
    with use_company(company):
        for name in ALL:
            if name in PAGES:
                page = PAGES[name]
                if address := address_of(name, page.ids()):
                    found.append((name, address, page.view))
            elif model := model_of(name):
                right = f"{model._meta.app_label}.view_{model._meta.model_name}"
                reached = (address_of(name, ids) for ids in admin_ids(model, company))
                found += [(name, address, right) for address in reached if address]
    return found


@pytest.mark.row("S4.79", "S0.127")
def test_nobody_gets_anything_without_log_in(ours: list[tuple[str, str, str | None]]) -> None:
    for name, address, _ in ours:
        answer = get(None, address)
        is_sent_away = answer.status_code == 302 and "/login/" in answer["Location"]
        assert is_sent_away or answer.status_code in (401, 403, 405), (name, answer.status_code)
        assert "Northwind" not in text_of(answer), name


@pytest.mark.parametrize("role", ["owner", "manager", "agent", "viewer"])
def test_each_role_sees_exactly_what_its_rights_allow(
    ours: list[tuple[str, str, str | None]], role: str, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(role)
    for name, address, right in ours:
        answer = get(user, address)
        assert answer.status_code < 500, (name, address, answer.status_code)
        if right is not None and not roles.allows(role, right):
            assert answer.status_code in (302, 403, 404, 405), (name, address, answer.status_code)
        elif is_looked_at(name) or (name.endswith("_changelist") and answer.status_code != 302):
            assert answer.status_code == 200, (name, address, answer.status_code)


@pytest.mark.row("S4.80", "S0.127")
def test_an_outsider_learns_nothing_not_even_that_it_exists(
    ours: list[tuple[str, str, str | None]], outsider: User, company: Company
) -> None:
    secrets = secrets_of(company)
    for name, address, _ in ours:
        answer = get(outsider, address)
        body = text_of(answer)
        assert answer.status_code < 500, (name, address)
        for secret in secrets:
            assert secret not in body, (name, address, secret)
        if re.search(r"/\d+/", address) and is_looked_at(name):
            assert answer.status_code == 404, (name, address, answer.status_code)
            unknown = get(outsider, re.sub(r"/\d+/", f"/{UNKNOWN}/", address, count=1))
            assert (unknown.status_code, _bare(unknown)) == (404, _bare(answer)), name


def test_the_owner_does_see_what_the_outsider_must_not(
    ours: list[tuple[str, str, str | None]], owner: User, company: Company
) -> None:
    """The control: the secrets looked for above are really shown to those who may see them."""
    shown = "".join(text_of(get(owner, address)) for _, address, _ in ours)

    assert [secret for secret in secrets_of(company) if secret not in shown] == []


def secrets_of(company: Company) -> list[str]:
    """Words that stand only in our company's rows."""
    with use_company(company):
        call = Call.objects.select_related("contact").exclude(contact=None).order_by("pk").first()
        return [call.contact.full_name, call.contact.email, CallId.objects.get(call=call).value]


def text_of(answer: Any) -> str:
    """What the answer says, a file that is sent piece by piece included."""
    body: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode()


def _bare(answer: Any) -> str:
    return re.sub(r'(csrf[^"]*"|value=")[^"]*"', "", text_of(answer))


ACTING = [name for name, page in PAGES.items() if page.act]


@pytest.mark.parametrize("name", ACTING)
@pytest.mark.parametrize("who", ["anonymous", "viewer", "outsider", "agent"])
def test_acting_needs_the_right_and_the_company(
    name: str, who: str, company: Company, request: pytest.FixtureRequest
) -> None:
    page = PAGES[name]
    user = None if who == "anonymous" else request.getfixturevalue(who)
    with use_company(company):
        address = reverse(name, args=page.ids())
        before = state_of(company)
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)

    answer = client.post(address, {"status": "converted", "was_status": "interested", "text": "mine", "contact": "1"})

    if who == "agent":
        assert answer.status_code < 500
        return
    expected = {"anonymous": (302,), "viewer": (403,), "outsider": (404,)}[who]
    assert answer.status_code in expected, (name, answer.status_code)
    with use_company(company):
        assert state_of(company) == before


def state_of(company: Company) -> list[Any]:
    """Everything that an action might change, as values."""
    with use_company(company):
        return [
            list(Call.objects.order_by("pk").values_list("pk", "work_state", "contact_id")),
            list(FollowUp.objects.order_by("pk").values_list("pk", "state", "due_at")),
            list(CallNote.objects.order_by("pk").values_list("pk", "text")),
            list(Correction.objects.order_by("pk").values_list("pk", "verdict", "words")),
            list(Turn.objects.order_by("pk").values_list("pk", "speaker")),
            list(AttributionEntry.objects.order_by("pk").values_list("pk", "campaign_id")),
            list(company.memberships.order_by("pk").values_list("pk", "role", "is_active")),
        ]
