"""What the analysis does when crm says that a company was founded."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from analysis.models import HotRule, ScoreRule
from crm.signals import company_founded


@receiver(company_founded)
def lay_down_rules(**_: Any) -> None:
    """Give the company, which is in use, what a new one scores by."""
    ScoreRule.objects.lay_down()
    HotRule.objects.create()
