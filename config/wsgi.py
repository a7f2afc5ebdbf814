"""The web application as granian loads it."""

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402

from crm.actors import Source, this_process_is  # noqa: E402 - the applications are loaded now
from crm.tenancy import refuse_to_start  # noqa: E402

this_process_is(Source.PAGE)
refuse_to_start()

# What is loaded stays as long as the process. Looking through all of it for garbage, again and again, would hold up a
# page now and then for as long as it takes to make.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
