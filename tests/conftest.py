"""What every test stands on: the three database roles, no network, two companies that both hold data, their people.

Tests read and write as the application's role, under the policies, like the product itself. Company rows are made and
read inside `use_company(company)`; the factories are plain functions in `tests/factories.py`.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connections
from django.test import Client
from django.test.utils import setup_databases, teardown_databases

from crm.models import Company, User
from crm.tenancy import use_company

pytest.register_assert_rewrite("tests.factories", "tests.telephony.provider_contract")
pytest_plugins = ["tests.rows"]

from tests import factories, prepared  # noqa: E402 - after its asserts were made to speak

BOTH_ROLES = ["default", "owner"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let transactional tests be cleaned by the owner: the application's role cannot truncate, and rows would stay."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        asked = dict(mark.kwargs) if mark else {}
        if {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())):
            asked["transaction"] = True
        if asked.get("transaction") and "databases" not in asked:
            item.add_marker(pytest.mark.django_db(**asked, databases=BOTH_ROLES), append=False)
    # Those that start processes of their own and wait for them go first: at the end one would wait for the other.
    items.sort(key=lambda item: not _starts_processes(item))


def _starts_processes(item: pytest.Item) -> bool:
    return item.path.parent.name in {"running", "faults"}


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_keepdb: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Create the test database as its owner, whichever tests were chosen.

    pytest-django creates only what the chosen tests name: without `owner` its mirror, the application's connection,
    would stay on the real database.
    """
    verbosity = request.config.option.verbose
    with django_db_blocker.unblock():
        connections["owner"].settings_dict["TEST"]["TEMPLATE"] = prepared.template()
        created = setup_databases(verbosity, interactive=False, aliases=BOTH_ROLES, keepdb=django_db_keepdb)
    yield
    with django_db_blocker.unblock():
        # A connection that is still open would keep the database from being dropped.
        connections.close_all()
        if not django_db_keepdb:
            # A thread that still ends keeps it for a moment longer; the next run makes it anew in any case.
            with suppress(OperationalError):
                teardown_databases(created, verbosity)


@pytest.fixture(scope="session", autouse=True)
def only_this_machine() -> Iterator[None]:
    """Refuse connections to anywhere else: a test that needs the world proves nothing about us."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: socket.socket, address: Any) -> Any:
            if not _is_here(self, address):
                raise ConnectionRefusedError(f"tests talk only to this machine, not to {address!r}")
            return real(self, address)

        return call

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(connect))
        patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
        yield


def _is_here(used: socket.socket, address: Any) -> bool:
    if used.family not in (socket.AF_INET, socket.AF_INET6):
        return used.family == socket.AF_UNIX
    host = str(address[0])
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """A hash that is meant to be slow would be most of the tests' time; its strength is Django's to prove."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def static_files_when_asked(settings: Any) -> None:
    """Every test's client has middleware of its own, which would list all static files before the first answer."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    """What an earlier test asked counts against nobody."""
    cache.clear()


# ---- two companies --------------------------------------------------------------------------------------------


@pytest.fixture
def company(db: None) -> Company:
    """Ours: with a contact, a lead, a call and what belongs to them."""
    found = factories.make_company(name="Northwind Homes")
    factories.fill_company(found)
    return found


@pytest.fixture
def other_company(db: None) -> Company:
    """Somebody else's, filled alike: what a leak would show."""
    found = factories.make_company(name="Southgate Offices")
    factories.fill_company(found)
    return found


@pytest.fixture
def in_company(company: Company) -> Iterator[Company]:
    """The company, in use for the whole test."""
    with use_company(company):
        yield company


# ---- people ---------------------------------------------------------------------------------------------------


@pytest.fixture
def owner(company: Company) -> User:
    return factories.make_member(company, role="owner", name="Olga Owner").user


@pytest.fixture
def manager(company: Company) -> User:
    return factories.make_member(company, role="manager", name="Manu Manager").user


@pytest.fixture
def agent(company: Company) -> User:
    """The colleague."""
    return factories.make_member(company, role="agent", name="Agnes Agent").user


@pytest.fixture
def viewer(company: Company) -> User:
    return factories.make_member(company, role="viewer", name="Vik Viewer").user


@pytest.fixture
def outsider(other_company: Company) -> User:
    """The owner of the other company: every right there, none here."""
    return factories.make_member(other_company, role="owner", name="Otto Outsider").user


@pytest.fixture
def client_of(db: None) -> Callable[[User], Client]:
    """A browser in which that person is logged in."""

    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return log_in
