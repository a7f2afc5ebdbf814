"""The web application as granian loads it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from crm.actors import Source, this_process_is  # noqa: E402 - the applications are loaded now
from crm.tenancy import refuse_to_start  # noqa: E402

this_process_is(Source.PAGE)
refuse_to_start()
