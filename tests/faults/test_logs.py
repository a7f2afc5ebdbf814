"""What the processes wrote while calls came, people logged in and things broke: nothing of anybody (bar S14)."""

from __future__ import annotations

import http.client
import json
import re
import sys
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests import factories
from tests.faults.harness import Programs, World
from tests.running.processes import run

EMAIL = "devika.log@example.com"
PASSWORD = "sapphire lantern orchard"
HIRE = """
from crm.models import Company
from tests import factories
factories.make_member(Company.objects.get(), role="owner", name="Devika Rao", email="{email}")
from crm.models import User
user = User.objects.get(email="{email}")
user.set_password("{password}")
user.save()
"""
SAID = (
    ("agent", "Good evening, which of our sapphire apartments may I show you?"),
    ("customer", "My name is Meera Nair, write to meera.nair@example.com or ring +91 98450 11223."),
    ("customer", "Ring me at (415) 555-0132 otherwise, the lantern house interests me."),
)
PHONE = re.compile(r"\+\d[\d\s().-]{6,}\d|(?<!\d)[6-9]\d{9}(?!\d)|\(\d{3}\)\s?\d{3}-\d{4}")
EMAIL_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
# The worker names itself after its machine, and the server after nothing: celery@host has no dot behind.
OURS_ALONE = re.compile(r"celery@[\w.-]+")


class Browser:
    """A browser of few means: cookies, forms, and no more."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, dict[str, str]()

    def ask(
        self, method: str, path: str, form: dict[str, str] | None = None, body: bytes | str = b"", **headers: str
    ) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        if form is not None:
            body = urlencode({**form, "csrfmiddlewaretoken": self.cookies["csrftoken"]})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return answer.status

    def log_in(self, password: str) -> int:
        self.ask("GET", "/accounts/login/")
        return self.ask("POST", "/accounts/login/", {"login": EMAIL, "password": password})


@pytest.fixture(scope="module")
def written(world: World) -> list[str]:
    """The lines of web, sweeper and worker of a busy minute."""
    hired = run(sys.executable, "manage.py", "shell", "-c", HIRE.format(email=EMAIL, password=PASSWORD), env=world.env)
    assert hired.returncode == 0, hired.stderr
    # Nobody takes mail there, so that a page breaks over a person's address.
    broken_mail = "smtp://127.0.0.1:1"
    with world.running(
        "web", "sweeper", "worker", LOG_FORMAT="json", LOG_LEVEL="INFO", EMAIL_URL=broken_mail
    ) as programs:
        calls_come(world, programs)
        people_work(programs.port)
        world.check()
        output = "\n".join(program.output for program in programs.all.values())
    world.answered.clear()
    return [line for line in output.splitlines() if line.strip()]


def calls_come(world: World, programs: Programs) -> None:
    port = programs.port
    for number in ("+919845011223", "+14155550132"):
        event = world.call(
            turns=SAID, customer_number=number, title="Meera\r\nNair asks", summary="Meera wants a flat."
        )
        assert world.send(event, port=port) == 200
    genuine = world.compose(world.call(turns=SAID))
    forged = replace(genuine, body=genuine.body + b" ")
    browser = Browser(port)
    # Refused; or kept on disk and refused later, when the machine is busy.
    assert browser.ask("POST", world.path, None, forged.body, **forged.headers) in (200, 401)
    odd = factories.make_event(turns=SAID, call_id="conv_odd\r\nERROR crm forged line")
    assert world.send(odd, port=port) == 200
    assert browser.ask("POST", "/api/webhooks/elevenlabs/token-that-nobody-made-71", None, b"{}") < 500
    assert browser.ask("POST", f"{world.path}/initiation", None, b"{}") < 500


def people_work(port: int) -> None:
    browser = Browser(port)
    assert browser.log_in("wrong lantern password") == 200
    assert browser.log_in(PASSWORD) == 302
    number = quote("+919845011223")
    for path in (
        "/",
        "/calls/",
        f"/calls/?q={number}",
        "/admin/crm/lead/",
        "/admin/crm/contact/?q=Meera",
        "/nowhere/Meera",
    ):
        assert browser.ask("GET", path) in (200, 302, 404), path
    assert browser.ask("GET", f"/api/contact-lookup/phone/{number}") == 200
    browser.ask("GET", "/accounts/password/reset/")
    assert browser.ask("POST", "/accounts/password/reset/", {"email": EMAIL}) == 500
    assert browser.ask("GET", "/accounts/login/", Host="evil.example") == 400


@pytest.mark.row("S4.82")
def test_the_logs_tell_of_nobody_and_open_nothing(world: World, written: list[str]) -> None:
    text = OURS_ALONE.sub("", "\n".join(written))
    assert '"a request failed: ConnectionRefusedError' in text, "nothing broke: the test proves little"
    assert "refused" in text
    assert PHONE.findall(text) == []
    assert EMAIL_ADDRESS.findall(text) == []
    secrets = [world.path.rpartition("/")[2], world.secret, PASSWORD, "wrong lantern", "token-that-nobody-made-71"]
    said = ["Meera", "Devika", "sapphire", "lantern", "wants a flat"]
    assert [word for word in (*secrets, *said) if word in text] == []


def test_every_line_of_ours_is_one_json_object_with_known_keys(written: list[str]) -> None:
    servers_own = re.compile(r"^\[(INFO|WARNING|ERROR)\] ")  # granian's, about itself
    ours = [line for line in written if not servers_own.match(line)]
    assert len(ours) > 3
    keys: set[str] = set()
    for line in ours:
        keys |= json.loads(line).keys()
    known = {"at", "level", "logger", "message", "process", "request", "error", "steps"}
    assert keys <= known | {
        "company_id",
        "row",
        "model",
        "provider",
        "account_id",
        "status_code",
        "seconds",
        "count",
        "task",
    }
    requests: list[Any] = [json.loads(line).get("request") for line in ours]
    assert any(requests)
