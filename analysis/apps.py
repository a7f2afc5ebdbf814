"""What a call meant."""

from __future__ import annotations

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "analysis"
    verbose_name = "Analysis"

    def ready(self) -> None:
        from analysis import receivers  # noqa: F401 - importing it connects the receiver
        from analysis.models import Rescoring
        from analysis.rescoring import rescore
        from analysis.tasks import rescore_calls
        from crm import leases

        leases.register(Rescoring, work=rescore, hint=lambda rows: rescore_calls.delay(rows=rows))
