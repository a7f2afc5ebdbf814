"""The web application as granian loads it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from crm.tenancy import refuse_to_start  # noqa: E402 - the applications are loaded now

refuse_to_start()
