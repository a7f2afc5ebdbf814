"""The button that takes back what was attributed, and how many calls that is in words."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from calltracking.models import AttributionBatch


def undo_button(request: HttpRequest, batch: AttributionBatch, *, place: str, **more: Any) -> str:
    """Return the button that takes the operation back, for a message; `place` is what is shown afterwards."""
    hidden = {"csrfmiddlewaretoken": get_token(request), "in": place, **more}
    fields = format_html_join("", '<input type="hidden" name="{}" value="{}">', hidden.items())
    return format_html(
        ' <form method="post" action="{}" class="rs-inline">{}<button class="rs-link">Undo</button></form>',
        reverse("attribution-undo", args=[batch.pk]),
        fields,
    )


def calls_in_words(number: int) -> str:
    return f"{number:,} call{'' if number == 1 else 's'}"
