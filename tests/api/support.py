"""What the tests of the API share: the schema it draws up, and a company's whole state."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from drf_spectacular.generators import SchemaGenerator

from crm.models import Campaign, Company, Contact, FollowUp, RepeatableAnswer
from crm.tenancy import CompanyModel, use_company
from telephony.models import Call, CallId

UNKNOWN = 987654321
# What an {id} in an address is the id of: the word before it. A new word without a line here fails.
ROWS = {
    "contacts": lambda: Contact.objects.order_by("pk").first().pk,
    "leads": lambda: Contact.objects.order_by("pk").first().pk,
    "follow-ups": lambda: FollowUp.objects.order_by("pk").first().pk,
    "conversations": lambda: Call.objects.order_by("pk").first().pk,
    "campaigns": lambda: Campaign.objects.order_by("pk").first().pk,
    "calls": lambda: CallId.objects.order_by("pk").first().value,
    "phone": lambda: Contact.objects.order_by("pk").first().numbers.first().e164,
}
UNKNOWN_ROWS = {"calls": "conv_nobody", "phone": "+919811111111"}


@cache
def schema() -> dict[str, Any]:
    """Return the API's schema as its documentation page reads it."""
    drawn: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return drawn


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (method, path, description) of everything the schema describes."""
    for path, ways in schema()["paths"].items():
        for method, said in ways.items():
            if method in ("get", "post", "put", "patch", "delete"):
                yield method, path, said


def example_of(said: dict[str, Any]) -> Any:
    """Return the example of the request's body, if the operation takes one."""
    content = said.get("requestBody", {}).get("content", {}).get("application/json", {})
    examples = list(content.get("examples", {}).values())
    return examples[0]["value"] if examples else {}


def address(path: str, ids: dict[str, Any]) -> str:
    """Return the path with the id of the word before each {…}."""
    parts = path.split("/")
    return "/".join(str(ids[parts[i - 1]]) if part.startswith("{") else part for i, part in enumerate(parts))


def ids_in(company: Company) -> dict[str, Any]:
    with use_company(company):
        return {word: find() for word, find in ROWS.items()}


def unknown_ids() -> dict[str, Any]:
    return {word: UNKNOWN_ROWS.get(word, UNKNOWN) for word in ROWS}


def state_of(company: Company) -> list[Any]:
    """Everything the company has, as values."""
    with use_company(company):
        return [
            (model._meta.label, list(model.objects.order_by("pk").values()))
            for model in apps.get_models()
            if issubclass(model, CompanyModel) and not model._meta.proxy and model is not RepeatableAnswer
        ]
