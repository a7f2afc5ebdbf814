"""What the door is compared with: the barest Django view that inserts the same bytes, on the same server.

No signature, no company, no policy, no repeat found, no record of who sent it. Loaded by granian in place of
`config.wsgi:application`.
"""

from __future__ import annotations

import os

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)
# The applications insist on their middleware; the view goes without.
settings.MIDDLEWARE = []
settings.ROOT_URLCONF = __name__

TABLE = "bench_bare"


def insert(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(f"insert into {TABLE} (body) values (%s)", [request.body])
    return HttpResponse()


urlpatterns = [path("bare", insert)]
application = WSGIHandler()
