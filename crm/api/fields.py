"""Values that several endpoints take, with the bounds in which the rest of the house can work with them."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from django.db import models
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm import phones
from crm.models import Company, Contact, Membership
from crm.tenancy import require_company

EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2199, 12, 31, tzinfo=UTC)
_MOST = 2**63 - 1


class MomentField(serializers.DateTimeField):
    """ISO 8601, between 1970 and 2199; without an offset it is UTC."""

    def to_internal_value(self, value: Any) -> datetime:
        moment: datetime = super().to_internal_value(value)
        if not EARLIEST <= moment <= LATEST:
            raise serializers.ValidationError("A moment between 1970 and 2199.")
        return moment


class SecondsField(serializers.FloatField):
    """A finite number of seconds, from nothing to a week."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": 7 * 24 * 3600, **options})

    def to_internal_value(self, data: Any) -> float:
        read = super().to_internal_value(data)
        if not math.isfinite(read):
            raise serializers.ValidationError("A number of seconds.")
        return read


@extend_schema_field(OpenApiTypes.STR)
class WrittenNumberField(serializers.CharField):
    """A phone number in any written form; inside it is E.164 and what was written."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 60, **options})

    def to_internal_value(self, data: Any) -> tuple[str, str]:  # type: ignore[override]  # one value, two forms
        written = super().to_internal_value(data)
        e164 = phones.to_e164(written, region=Company.objects.current().region)
        if not e164:
            raise serializers.ValidationError("This is no phone number. Write it as you would dial it.")
        return e164, written


class _IdField(serializers.PrimaryKeyRelatedField[Any]):
    """An id of a row of this company. One of another company is answered exactly like one that nobody has."""

    default_error_messages = {"does_not_exist": "There is no row with this id.", "incorrect_type": "An id is a number."}  # noqa: RUF012

    model: type[models.Model]

    def __init__(self, **options: Any) -> None:
        if not options.get("read_only"):
            options.setdefault("queryset", self.model._base_manager.none())  # `get_queryset` is what is asked
        super().__init__(**options)

    def get_queryset(self) -> Any:
        raise NotImplementedError

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int | str):
            self.fail("incorrect_type", data_type="")
        text = str(data)
        if not (text.isascii() and text.isdigit()) or int(text[:20]) > _MOST:
            self.fail("does_not_exist")
        return super().to_internal_value(int(text[:20]))


@extend_schema_field(OpenApiTypes.INT)
class ColleagueField(_IdField):
    """A member of this company who works there."""

    model = Membership

    def get_queryset(self) -> Any:
        return Membership.objects.filter(company_id=require_company(), is_active=True)


@extend_schema_field(OpenApiTypes.INT)
class ContactField(_IdField):
    model = Contact

    def get_queryset(self) -> Any:
        from crm.api.callers import visible_to  # beside the views, which use this

        return visible_to(self.context["request"], Contact.objects.all())
