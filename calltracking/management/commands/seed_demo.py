"""`manage.py seed_demo`: a small believable company, its calls sent through the same front door as anybody's."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.test import Client
from django.utils import timezone
from rich.progress import track

from calltracking.demo import DEMO_LOGINS, DEMO_SLUG, company
from calltracking.demo.campaigns import know_the_recipients, plan_campaigns
from calltracking.demo.scenes import conversations, scenes
from crm.leases import work_on_due
from crm.models import Company
from crm.tenancy import use_company
from telephony.models import Call
from telephony.providers import get_provider


class Command(BaseCommand):
    help = "Creates the demo company with its calls. Does nothing when it is there already."

    def handle(self, *args: Any, **options: Any) -> None:
        if Company.objects.filter(slug=DEMO_SLUG).exists():
            self.stdout.write("The demo company is there already.")
            return
        now = timezone.now()
        banyan = company.found_company()
        with use_company(banyan):
            doors = company.open_accounts()
            company.know_the_reception()
            plan_campaigns(list(conversations()), today=banyan.local(now))
        played = scenes(now=now, zone=banyan.zone)
        for scene in track(played, description="calls", transient=True):
            path, secret = doors[scene.provider]
            delivery = get_provider(scene.provider).compose(scene.event, secret=secret, at=timezone.now())
            self._deliver(path, body=delivery.body, headers=dict(delivery.headers))
            # In the order they happened, as they would have been read.
            work_on_due(before=timezone.now())
        while work_on_due(before=timezone.now()):
            pass
        with use_company(banyan):
            know_the_recipients()
            company.live_a_little(banyan, now=now)
        self._say_what_failed(banyan)
        people = ", ".join(f"{email} ({role})" for email, _, role in DEMO_LOGINS)
        self.stdout.write(f"{banyan}: {len(played)} calls. Log in as {people}.")

    def _say_what_failed(self, banyan: Company) -> None:
        with use_company(banyan):
            failed = Call.objects.exclude(error="").count()
        if failed:
            self.stderr.write(f"{failed} calls could not be read yet; the sweeper tries them again.")

    def _deliver(self, path: str, *, body: bytes, headers: dict[str, str]) -> None:
        content_type = headers.pop("content-type")
        host = urlsplit(settings.SITE_URL).hostname or "localhost"
        answer = Client(headers=headers, SERVER_NAME=host).post(path, data=body, content_type=content_type, secure=True)
        if answer.status_code != 200:
            raise CommandError(f"the door answered {answer.status_code} to a call of the demo")
