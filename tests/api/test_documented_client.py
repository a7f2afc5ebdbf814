"""The client of docs/api.md: taken from the page, type-checked by its own annotations, run against a real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from config.api import urlpatterns
from crm.models import Contact
from crm.roles import Scope
from crm.tenancy import use_company
from tests.api.support import operations
from tests.factories import make_company, make_contact, make_key

PAGE = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text()


@pytest.mark.row("S4.36", "S4.71", "S3.196")
@pytest.mark.django_db(transaction=True)
def test_the_client_on_the_page_works(live_server: Any, tmp_path: Path) -> None:
    company = make_company()
    _, text = make_key(company)
    with use_company(company):
        for i in range(60):  # more than a page
            make_contact(full_name=f"Meera {i:02}")
    (source,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    client = tmp_path / "client.py"
    client.write_text(source)

    env = {**os.environ, "RINGSIDE_URL": live_server.url, "RINGSIDE_KEY": text}
    done = subprocess.run([sys.executable, client], env=env, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("added Contact(id=")
    assert "+919845012345" in lines[0]
    assert len([line for line in lines if line.startswith("found")]) == 61
    with use_company(company):
        assert Contact.objects.filter(full_name="Meera Iyer", lead_status="new").count() == 1


def test_every_endpoint_and_scope_stands_on_the_page() -> None:
    for _, path, _ in operations():
        written = re.sub(r"\{(\w+)\}", lambda found: "<number>" if "number" in found[1] else "<id>", path)
        assert f"{written}`" in PAGE, path
    for scope in Scope.values:
        assert f"| `{scope}` |" in PAGE
    assert len(urlpatterns) > 25
