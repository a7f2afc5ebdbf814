"""The form of an account at a provider: secrets are entered and never shown, variables are lines of text."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from crm.admin.forms import CarefulForm
from crm.briefing import VARIABLES
from telephony.initiation import SECRET_HEADER
from telephony.models import ProviderAccount
from telephony.providers import get_provider

VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
LONGEST_VALUE = 1_000
MOST_VARIABLES = 100
SHORTEST_SECRET = 16


class VariablesField(forms.CharField):
    """`name = value` lines for a person, a dictionary for the row."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{name} = {said}" for name, said in value.items()) if isinstance(value, dict) else value

    def clean(self, value: Any) -> dict[str, str]:
        return read_variables(str(super().clean(value) or ""))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(read_variables(self.prepare_value(initial) or "") != read_variables(data or ""))
        except ValidationError:
            return True


def read_variables(text: str) -> dict[str, str]:
    """Return the variables of `name = value` lines; raises `ValidationError` that names the line and what to write."""
    variables: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, equals, value = (part.strip() for part in line.partition("="))
        if not equals:
            raise ValidationError(f"Line {number} has no “=”. Write it as “customer_name = there”.")
        if not VARIABLE_NAME.fullmatch(name):
            raise ValidationError(f"Line {number}: “{name[:60]}” is no name. Use letters, digits and “_”.")
        if name.startswith("system__"):
            raise ValidationError(f"Line {number}: names that begin with “system__” are the provider's own.")
        if name in variables:
            raise ValidationError(f"Line {number} names “{name}” a second time.")
        if len(value) > LONGEST_VALUE:
            raise ValidationError(f"Line {number} is too long: {LONGEST_VALUE} characters are the most.")
        variables[name] = value
    if len(variables) > MOST_VARIABLES:
        raise ValidationError(f"These are {len(variables)} variables; {MOST_VARIABLES} are the most.")
    return variables


class AccountForm(CarefulForm):
    """Secrets go in and never come out: an empty field leaves them as they are."""

    webhook_secret = forms.CharField(
        label="New webhook secret",
        required=False,
        max_length=500,
        widget=UnfoldAdminPasswordWidget({"autocomplete": "new-password"}),
        help_text=(
            "What the provider signs its deliveries with: the secret in its webhook settings, or the account's auth "
            "token. Kept encrypted and never shown again. Leave empty to keep the one there is. The one before stays "
            "valid beside a new one."
        ),
    )
    api_key = forms.CharField(
        label="New API key",
        required=False,
        max_length=500,
        widget=UnfoldAdminPasswordWidget({"autocomplete": "new-password"}),
        help_text=(
            "With the right to read conversations: calls that no webhook told us of are found with it. Kept encrypted "
            "and never shown again. Leave empty to keep the one there is."
        ),
    )
    initiation_secret = forms.CharField(
        label="New initiation secret",
        required=False,
        max_length=500,
        widget=UnfoldAdminPasswordWidget({"autocomplete": "new-password"}),
        help_text=(
            f"The provider sends it in the header {SECRET_HEADER} when it asks who is calling. Write your own, or let "
            "one be made above. Leave empty to keep the one there is."
        ),
    )
    initiation_variables = VariablesField(
        label="Variables",
        required=False,
        max_length=20_000,
        widget=UnfoldAdminTextareaWidget({"rows": 5, "placeholder": "office = Indiranagar"}),
        help_text=(
            "One “name = value” a line: the dynamic variables your agents use, with the value for a caller we know "
            "nothing of. A variable that is missing ends the call, so list every one that is not among ours: "
            + ", ".join(VARIABLES)
            + "."
        ),
    )
    region = forms.ChoiceField(
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text="Where the provider keeps this account's data. Each region has keys of its own.",
    )

    class Meta:
        model = ProviderAccount
        fields = ("provider", "label", "is_active", "region", "agent_ids", "allowed_ips", "initiation_variables")
        help_texts: ClassVar = {
            "provider": "Whose webhooks arrive at this account's address.",
            "is_active": "Deliveries for an account that is switched off are refused.",
        }
        widgets: ClassVar = {
            "agent_ids": UnfoldAdminTextareaWidget({"rows": 3}),
            "allowed_ips": UnfoldAdminTextareaWidget({"rows": 3}),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk and "webhook_secret" in self.fields:
            self.fields["webhook_secret"].label = f"New {get_provider(self.instance.provider).signed_with}"
        if "region" in self.fields:
            regions = get_provider(self.instance.provider).regions if self.instance.pk else ()
            known = [value for value, _ in regions]
            # A region that came from elsewhere stays chosen until a person chooses another.
            other = [(self.instance.region, self.instance.region)] if self.instance.region not in ("", *known) else []
            self.fields["region"].choices = [*(regions or (("", "Default"),)), *other]  # type: ignore[attr-defined]

    def clean_api_key(self) -> str:
        return str(self.cleaned_data["api_key"]).strip()

    def clean_initiation_secret(self) -> str:
        secret = str(self.cleaned_data["initiation_secret"]).strip()
        if secret and (len(secret) < SHORTEST_SECRET or not secret.isascii() or not secret.isprintable()):
            raise ValidationError(
                f"Use at least {SHORTEST_SECRET} plain letters, digits and signs: it travels in a header."
            )
        return secret

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        account = self.instance
        same = ProviderAccount.objects.filter(
            provider=cleaned.get("provider", account.provider), label=cleaned.get("label", account.label)
        )
        if same.exclude(pk=account.pk).exists():
            self.add_error("label", "You have an account of this provider with this name already.")
        return cleaned
