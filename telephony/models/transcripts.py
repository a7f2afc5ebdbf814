"""What was said."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from crm.constraints import SameCompany
from crm.tenancy import CompanyForeignKey, CompanyModel
from telephony.events import Speaker, TurnSaid

if TYPE_CHECKING:
    from telephony.models.calls import Call


class Turn(CompanyModel):
    """One turn of a conversation. `index` orders them: times of providers are not always monotonic."""

    call = CompanyForeignKey("telephony.Call", on_delete=models.CASCADE, related_name="turns")
    index = models.PositiveIntegerField()
    client_id = models.CharField(max_length=64, blank=True, editable=False)
    speaker = models.CharField(max_length=10, choices=Speaker.choices)
    content = models.TextField(blank=True)
    start_seconds = models.FloatField(null=True, blank=True)
    end_seconds = models.FloatField(null=True, blank=True)
    said_at = models.DateTimeField("when", null=True, blank=True)
    confidence = models.FloatField(null=True, blank=True)
    intent = models.CharField(max_length=40, blank=True)
    sentiment = models.FloatField(null=True, blank=True)
    entities = models.JSONField(default=list, blank=True)
    was_interrupted = models.BooleanField(default=False)
    intended = models.TextField(blank=True, help_text="What an interrupted agent wanted to say.")
    tools = models.JSONField(default=list, blank=True, help_text="Tools the agent used.")
    audio_url = models.URLField(blank=True)

    class Meta(CompanyModel.Meta):
        constraints: ClassVar = [
            *CompanyModel.Meta.constraints,
            SameCompany("call"),
            models.UniqueConstraint(fields=["company", "call", "index"], name="turn_once_per_index"),
            models.UniqueConstraint(
                fields=["company", "call", "client_id"],
                condition=~models.Q(client_id=""),
                name="turn_once_per_client_id",
            ),
        ]

    # What a provider tells of a turn, as against what we made of it.
    FACTS: ClassVar = (
        "speaker",
        "content",
        "start_seconds",
        "end_seconds",
        "said_at",
        "was_interrupted",
        "intended",
        "tools",
    )

    def __str__(self) -> str:
        return f"{self.get_speaker_display()}, turn {self.index + 1}"

    @classmethod
    def of(cls, call: Call, *, index: int, said: TurnSaid) -> Turn:
        """Make the row, not yet saved, of what a provider says was said."""
        turn = cls(
            call=call,
            index=index,
            speaker=call.heard_as(said.speaker),
            content=said.said,
            start_seconds=said.start_seconds,
            end_seconds=said.end_seconds,
            was_interrupted=said.was_interrupted,
            intended=said.intended,
            tools=[
                {"name": t.name, "parameters": t.parameters, "result": t.result, "is_error": t.is_error}
                for t in said.tools
            ],
        )
        turn.said_at = turn.moment_in(call)
        return turn

    def moment_in(self, call: Call) -> datetime | None:
        """Return when it was said, if its second is known."""
        return None if self.start_seconds is None else call.started_at + timedelta(seconds=self.start_seconds)
