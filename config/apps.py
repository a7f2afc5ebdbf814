"""The project itself: makes Celery's app known to every Django process, so that publishing finds its broker."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import celery  # noqa: F401 - importing it makes it the current app
