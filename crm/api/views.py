"""What the API's views of rows have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db import models
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.callers import visible_to
from crm.api.repeats import answer_once


class CompanyRows:
    """Beside a generic view: the rows of the company in use, by `rows()`, that whoever asks may see."""

    request: Any
    rights_on: ClassVar[type[models.Model]]

    def rows(self) -> models.QuerySet[Any]:
        """Return the rows the view is about, with what its answers need."""
        raise NotImplementedError

    def get_queryset(self) -> models.QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.rights_on._base_manager.none()  # the schema is drawn up with no company in use
        return visible_to(self.request, self.rows())


class CreatesOnce:
    """Beside a view with `create`: the same request twice, with one `Idempotency-Key`, makes one row."""

    create: Callable[..., Response]

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return answer_once(request, lambda: self.create(request, *args, **kwargs))
