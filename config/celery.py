"""Celery: the fast path to rows that are due. Nothing is lost without it; the sweeper finds every row.

The settings are those measured in the reliability notes: late acknowledgement, no prefetch, short socket time-outs.
"""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("ringside")
app.conf.update(
    broker_url=settings.REDIS_URL or "memory://",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=settings.WORK_SECONDS,
    task_soft_time_limit=settings.WORK_SECONDS * 0.9,
    task_publish_retry=False,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 600,
        "socket_timeout": 5,
        "socket_connect_timeout": 1,
        "socket_keepalive": not settings.REDIS_URL.startswith("redis+socket"),
        "max_retries": 0,
    },
    # Beat runs only the timetable.
    beat_schedule={
        "synchronize": {"task": "telephony.begin_syncs", "schedule": 15 * 60.0},
        "watch": {"task": "telephony.watch", "schedule": 60.0},
        "count": {"task": "calltracking.refresh_stats", "schedule": 60.0},
        "purge_notifications": {"task": "calltracking.purge_notifications", "schedule": crontab(hour=3, minute=37)},
        "purge": {"task": "telephony.purge_expired", "schedule": crontab(hour=3, minute=17)},
        "purge-exports": {"task": "calltracking.purge_exports", "schedule": 60 * 60.0},
        "purge-imports": {"task": "crm.purge_imports", "schedule": 60 * 60.0},
    },
    timezone="UTC",
)
app.autodiscover_tasks()


@worker_init.connect
def begin(**_: Any) -> None:
    from crm.actors import Source, this_process_is  # the applications are loaded now
    from crm.tenancy import refuse_to_start

    this_process_is(Source.WORKER)
    refuse_to_start()
