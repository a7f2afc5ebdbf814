"""A local ElevenLabs, and an account that asks it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from crm.models import Company
from crm.tenancy import use_company
from telephony.models import ProviderAccount
from tests import factories
from tests.stubs import elevenlabs
from tests.stubs.elevenlabs import ElevenLabsStub


@pytest.fixture
def stub(settings: Any) -> Iterator[ElevenLabsStub]:
    with elevenlabs.serve() as running:
        settings.ELEVENLABS_BASE_URL = running.url
        yield running


@pytest.fixture
def account(company: Company, stub: ElevenLabsStub) -> ProviderAccount:
    """The company's one account with a key, connected a week ago."""
    with use_company(company):
        account = factories.make_account(label="Voice agents")
        account.set_api_key(stub.key)
        account.created_at = timezone.now() - timedelta(days=7)
        account.save()
    return account
