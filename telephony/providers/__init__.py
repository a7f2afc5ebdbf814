"""The registry of providers: one line each. A new provider is a file beside its neighbours and a line here."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from telephony.providers.base import Provider

# name → (what people call it, where it is)
PROVIDERS: dict[str, tuple[str, str]] = {
    "elevenlabs": ("ElevenLabs", "telephony.providers.elevenlabs.ElevenLabs"),
    "twilio": ("Twilio", "telephony.providers.twilio.Twilio"),
    "fake": ("Test line", "telephony.providers.fake.Fake"),
}


class UnknownProvider(LookupError):
    """There is no provider of this name."""


@cache
def get_provider(name: str) -> Provider:
    """Return the provider of this name; raises `UnknownProvider`."""
    if name not in PROVIDERS:
        raise UnknownProvider(name)
    provider: Provider = import_string(PROVIDERS[name][1])()
    return provider


def provider_choices() -> list[tuple[str, str]]:
    """Return `(name, label)` of every provider, for model fields."""
    return [(name, label) for name, (label, _) in PROVIDERS.items()]


def provider_label(name: str) -> str:
    """Return what people call the provider."""
    return PROVIDERS.get(name, (name, ""))[0]
