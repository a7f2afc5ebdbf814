"""Asking a provider how our webhook is doing there: whether it is there, switched on, and repeated when it fails.

Asked at the end of each run of the synchronization, once, with no transaction open. What it answers changes nothing
of the run: a key that may read calls need not read webhooks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn
from urllib.parse import urlsplit

from django.utils import timezone

from crm.tenancy import use_company
from telephony.models import ProviderAccount, WebhookAddress, WebhookCheck
from telephony.models.accounts import hash_token
from telephony.providers import get_provider
from telephony.providers.base import ProviderError, WebhookThere


def check_webhooks(account: ProviderAccount, *, company_id: int) -> None:
    """Ask the account's provider about its webhooks and keep the answer, or why there is none. Raises nothing of it."""
    provider = get_provider(account.provider)
    if not provider.tells_webhooks or account.is_demo:
        return
    try:
        there, could_not = provider.source(account, pause=_ask_once).webhooks(), ""
    except ProviderError as error:
        there, could_not = (), str(error)
    except Exception as error:  # nothing that is odd about an answer may end the run that asked
        there, could_not = (), f"The answer could not be read ({type(error).__name__})."
    with use_company(company_id):
        _keep(account, there, could_not=could_not)


def _keep(account: ProviderAccount, there: Iterable[WebhookThere], *, could_not: str) -> None:
    asked = {"asked_at": timezone.now(), "could_not": could_not[:300]}
    if could_not:
        # What was known before stays: that nobody answered says nothing of the webhook.
        WebhookCheck.objects.update_or_create(account=account, defaults=asked)
        return
    hashes = set(WebhookAddress.objects.filter(account=account, is_active=True).values_list("token_hash", flat=True))
    ours = [webhook for webhook in there if _leads_to(webhook.url, account=account, hashes=hashes)]
    told = [webhook.sends_again for webhook in ours if webhook.sends_again is not None]
    failed = max((webhook for webhook in ours if webhook.failed_at), key=_when_failed, default=None)
    said = {
        "found": len(ours),
        "is_off": bool(ours) and all(webhook.is_off for webhook in ours),
        "is_off_by_itself": any(webhook.is_off_by_itself for webhook in ours),
        "sends_again": all(told) if told else None,
        "failed_with": failed.failed_with if failed else None,
        "failed_at": failed.failed_at if failed else None,
    }
    WebhookCheck.objects.update_or_create(account=account, defaults={**asked, **said})


def _leads_to(url: str, *, account: ProviderAccount, hashes: set[str]) -> bool:
    """Whether the address is one of the account's, whatever host stands before it; the bare one counts as well."""
    start, _, token = urlsplit(url).path.rstrip("/").rpartition("/")
    ours = f"/api/webhooks/{account.provider}"
    return (start.endswith(ours) and hash_token(token) in hashes) or f"{start}/{token}".endswith(ours)


def _when_failed(webhook: WebhookThere) -> float:
    return webhook.failed_at.timestamp() if webhook.failed_at else 0.0


def _ask_once(_: float) -> NoReturn:
    raise ProviderError("The provider did not answer; it is asked again with the next synchronization.")
