"""The tab «History» of a change form: who changed the row, when, from what to what. Read when it is opened."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import HttpRequest
from django.urls import reverse

from crm.history import histories


@cache
def history_panel(model: type[models.Model]) -> type[Any] | None:
    """Return the tab for a model's change form; None when its history is not kept."""
    from crm.admin.base import Panel  # the base of every admin asks for its panel here

    concrete: Any = model._meta.concrete_model
    events = histories().get(concrete._meta.label_lower)
    if events is None:
        return None

    class HistoryPanel(Panel):
        model = events
        fk_name = "pgh_obj"
        template = "admin/ringside/history_panel.html"
        verbose_name_plural = "history"

        @property
        def address(self) -> str:
            opts = self.parent_model._meta
            return reverse(f"admin:{opts.app_label}_{opts.model_name}_history", args=[self.parent.pk])

        def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
            # Whoever may see the row may see how it came about.
            return True

    return HistoryPanel


def all_changes_of(row: models.Model) -> str:
    """Return the address of the audit page with this row's events alone."""
    concrete: Any = row._meta.concrete_model
    return f"{reverse('audit')}?{urlencode({'what': concrete._meta.label_lower, 'row': row.pk})}"
