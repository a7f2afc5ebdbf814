"""The first account of a fresh install, from the environment; later changes are made in the admin."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from crm.models import Company
from crm.tenancy import use_company
from telephony.models import ProviderAccount
from telephony.providers import get_provider

PROVIDER = "elevenlabs"
LABEL = "Voice agents"


class CannotConnect(Exception):
    """The environment names an account that cannot be made. The message names the variable."""


def connect_from_environment() -> ProviderAccount | None:
    """Return the account made from the environment; None when none is asked for, or the company has one already.

    Raises `CannotConnect`. Running it again changes nothing.
    """
    if not (settings.ELEVENLABS_API_KEY or settings.ELEVENLABS_WEBHOOK_SECRET):
        return None
    if not settings.COMPANY_NAME.strip():
        raise CannotConnect("COMPANY_NAME is not set: it names the company whose account ELEVENLABS_… describes.")
    with transaction.atomic():
        company = _company(settings.COMPANY_NAME.strip())
        with use_company(company):
            if ProviderAccount.objects.filter(provider=PROVIDER, is_demo=False).exists():
                return None
            return _make_account()


def webhook_url() -> str:
    """Return the address to paste at the provider; it names no token, so it works for one account alone."""
    return f"{settings.SITE_URL}/api/webhooks/{PROVIDER}"


def _company(name: str) -> Company:
    known = Company.objects.filter(name=name, is_demo=False).order_by("pk").first()
    if known:
        return known
    slug = slugify(name)
    if not slug or Company.objects.filter(slug=slug).exists():
        raise CannotConnect(f"COMPANY_NAME: the short name {slug!r} is taken by another company; choose another name.")
    return Company.objects.found(name=name, slug=slug)


def _make_account() -> ProviderAccount:
    account = ProviderAccount(
        provider=PROVIDER,
        label=LABEL,
        region=settings.ELEVENLABS_REGION.strip().lower(),
        agent_ids="\n".join(agent.strip() for agent in settings.ELEVENLABS_AGENT_IDS if agent.strip()),
    )
    if settings.ELEVENLABS_API_KEY:
        account.set_api_key(settings.ELEVENLABS_API_KEY)
    if settings.ELEVENLABS_WEBHOOK_SECRET:
        account.set_webhook_secret(settings.ELEVENLABS_WEBHOOK_SECRET)
    account.save()
    # The bare address finds the account through its own; the token is shown to nobody.
    account.open_address()
    return account


def describe(account: ProviderAccount) -> str:
    """Return what to tell whoever starts Ringside."""
    label = get_provider(account.provider).label
    return f"{label} is connected for {account.company}. Its webhook URL: {webhook_url()}"
