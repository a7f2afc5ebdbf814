"""Whether a provider accepts the key we have: asked when a person wants to know, with no transaction open."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import NoReturn

from django.utils import timezone

from telephony.models import ProviderAccount
from telephony.providers import get_provider
from telephony.providers.base import ProviderError

SECONDS = 5.0
ASKED_ABOUT = timedelta(days=1)


@dataclass(frozen=True)
class Verdict:
    """Whether the key works, and what to tell the person who asked."""

    is_good: bool
    said: str


def try_key(account: ProviderAccount, *, seconds: float = SECONDS) -> Verdict:
    """Ask the account's provider for its latest calls, once; returns what came of it, after `seconds` at most."""
    answered: queue.Queue[Verdict] = queue.Queue(1)
    # Connecting and reading have time-outs of their own, each longer than a person should look at a button.
    threading.Thread(target=lambda: answered.put(_ask(account)), name="credentials", daemon=True).start()
    try:
        return answered.get(timeout=seconds)
    except queue.Empty:
        label = get_provider(account.provider).label
        return Verdict(False, f"{label} did not answer within {seconds:.0f} seconds. Try again in a moment.")


def _ask(account: ProviderAccount) -> Verdict:
    provider, now = get_provider(account.provider), timezone.now()
    try:
        page = provider.source(account, pause=_give_up).list_calls(since=now - ASKED_ABOUT, until=now)
    except ProviderError as error:
        return Verdict(False, str(error))
    except Exception as error:  # in a thread of its own nobody else would hear of it
        return Verdict(False, f"The key could not be tried ({type(error).__name__}).")
    count = f"{len(page.calls)}{'+' if page.cursor else ''} call{'' if len(page.calls) == 1 else 's'}"
    return Verdict(True, f"{provider.label} accepts the key. It lists {count} of the last 24 hours.")


def _give_up(_: float) -> NoReturn:
    raise ProviderError("The provider is busy or did not answer. Try again in a moment.")
