"""What is wrong with how conversations are to be read, said when the process starts (`manage.py check`)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, register

from analysis.backends import REMOTE


@register
def a_model_can_be_asked(**_: Any) -> list[CheckMessage]:
    """A remote backend has a key or a server of one's own, and a price; transcripts cross no network in clear."""
    if settings.ANALYSIS_BACKEND not in REMOTE:
        return []
    from analysis.backends.openai.tariff import price_of  # the client is loaded where it is used

    found: list[CheckMessage] = []
    if not settings.OPENAI_API_KEY and not settings.OPENAI_BASE_URL:
        said = "Conversations are to be read by a model, without a key."
        hint = "Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server that needs none. Until then rules read the calls."
        found.append(checks.Warning(said, hint=hint, id="ringside.W007"))
    if not settings.OPENAI_BASE_URL and price_of(settings.OPENAI_MODEL) is None:
        hint = f"Add OPENAI_PRICES={settings.OPENAI_MODEL}=in/out: without it OPENAI_COST_PER_DAY holds nothing back."
        found.append(checks.Warning("Nobody knows what the model costs.", hint=hint, id="ringside.W008"))
    address = urlsplit(settings.OPENAI_BASE_URL)
    if address.scheme == "http" and address.hostname not in ("localhost", "127.0.0.1", "::1"):
        said = "What was said on calls goes over the network in clear."
        hint = "Use https:// in OPENAI_BASE_URL, unless the network between is yours alone."
        found.append(checks.Warning(said, hint=hint, id="ringside.W009"))
    return found
