"""Secrets at rest: sealed for one row, opened by any of our keys, useless anywhere else."""

from __future__ import annotations

import base64
import os
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from crm.encryption import UnableToUnseal, seal, unseal
from crm.models import Company
from crm.tenancy import use_company
from telephony.models import ProviderAccount
from tests import factories


def make_key(name: str) -> str:
    return f"{name}:{base64.b64encode(os.urandom(32)).decode()}"


@given(text=st.text(max_size=200))
def test_what_was_sealed_opens(text: str) -> None:
    assert unseal(seal(text, context="a"), context="a") == text


def test_sealing_twice_gives_two_texts_and_neither_shows_the_secret() -> None:
    one, other = seal("wsec_abc", context="a"), seal("wsec_abc", context="a")
    assert one != other
    assert "wsec_abc" not in one
    assert b"wsec_abc" not in base64.b64decode(one.partition(".")[2])


def test_a_sealed_text_opens_only_in_its_own_row() -> None:
    with pytest.raises(UnableToUnseal):
        unseal(seal("secret", context="company 1"), context="company 2")


@pytest.mark.parametrize("sealed", ["x", "nokey.abc", "first.", "first.!!!", "first.YWJj", ".", "first.\u00e9"])
def test_what_was_never_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(UnableToUnseal):
        unseal(sealed, context="a")


def test_one_changed_character_closes_it() -> None:
    sealed = seal("secret", context="a")
    raw = bytearray(base64.b64decode(sealed.partition(".")[2]))
    for place in range(len(raw)):
        raw[place] ^= 1
        with pytest.raises(UnableToUnseal):
            unseal(f"{sealed.partition('.')[0]}.{base64.b64encode(raw).decode()}", context="a")
        raw[place] ^= 1


def test_the_error_never_tells_the_secret() -> None:
    with pytest.raises(UnableToUnseal) as caught:
        unseal(seal("the secret", context="a"), context="b")
    assert "the secret" not in str(caught.value)


def test_a_new_first_key_seals_and_the_old_one_still_opens(settings: Any) -> None:
    old, new = make_key("old"), make_key("new")
    settings.ENCRYPTION_KEYS = [old]
    sealed = seal("secret", context="a")
    settings.ENCRYPTION_KEYS = [new, old]
    assert unseal(sealed, context="a") == "secret"
    assert seal("secret", context="a").startswith("new.")
    settings.ENCRYPTION_KEYS = [new]
    with pytest.raises(UnableToUnseal):
        unseal(sealed, context="a")


@pytest.mark.parametrize("key", ["first:abc!", "first:YWJj", ":YWJj", "YWJj", "a.b:" + "A" * 43 + "="])
def test_a_key_that_is_none_is_refused(settings: Any, key: str) -> None:
    settings.ENCRYPTION_KEYS = [key]
    with pytest.raises(ImproperlyConfigured):
        seal("secret", context="a")


def test_an_account_keeps_its_secrets_sealed_and_the_one_before(company: Company) -> None:
    with use_company(company):
        account = factories.make_account(secret="wsec_first")
        account.set_webhook_secret("wsec_second")
        account.save()
        stored = ProviderAccount.objects.get(pk=account.pk)
        assert stored.webhook_secrets() == ("wsec_second", "wsec_first")
        assert "wsec" not in stored.webhook_secret_sealed + stored.previous_secret_sealed


def test_an_account_s_secret_does_not_open_in_another_company(company: Company, other_company: Company) -> None:
    with use_company(company):
        sealed = factories.make_account().webhook_secret_sealed
    with use_company(other_company):
        thief = factories.make_account()
        thief.webhook_secret_sealed = sealed
        with pytest.raises(UnableToUnseal):
            thief.webhook_secrets()
