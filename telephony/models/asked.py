"""What people asked for on a call whose company does not do it by itself."""

from __future__ import annotations

from django.db import models


class Asked(models.Model):
    """The part of a call that remembers it."""

    wants_analysis = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="Somebody asked for it: read, although the company reads no calls.",
    )

    class Meta:
        abstract = True

    def ask_analysis(self) -> None:
        """Have the call read, whatever the company's switch says, now and whenever more of it becomes known."""
        self.wants_analysis = True
        self.save(update_fields=["wants_analysis"])
        self.owe_journey()

    def owe_journey(self) -> None:
        raise NotImplementedError  # the call's own
