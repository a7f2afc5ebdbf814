"""One company at a time: the only door to company tables, and the base of every one of them.

Two layers. Managers filter by the company in use and raise when there is none; PostgreSQL's row-level security shows
nothing when a filter was forgotten. The application's role must be one that the policies bind.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from crm.actors import Actor, Source, acting_now, actor_of_process, as_told, current_actor
from crm.constraints import CompanyPolicy

if TYPE_CHECKING:
    from crm.models import Company

_company_in_use: ContextVar[int | None] = ContextVar("company_in_use", default=None)
_remembered: ContextVar[dict[str, Any] | None] = ContextVar("remembered", default=None)

_Asked = TypeVar("_Asked")

SET_COMPANY = "select set_config('app.company_id', %s, true)"
# Read by the triggers of crm/history.py; the names are those of pghistory. It rides along, so it costs no statement.
_TELL = "set_config('pghistory.context_metadata', %s, {}), set_config('pghistory.context_id', %s, {})"
TELL_ACTOR, TELL_CONNECTION = _TELL.format("true", "true"), _TELL.format("false", "false")


class NoCompany(RuntimeError):
    """A company table was read or written while no company was in use."""


class AnotherCompanyInUse(RuntimeError):
    """`use_company` was asked for one company inside the block of another."""


class RoleBypassesPolicies(RuntimeError):
    """The application's database role would not be bound by the row-level policies."""


@contextmanager
def use_company(company: Company | int) -> Iterator[int]:
    """Open a transaction in which the company's rows, and no others, can be read and written.

    Yields the company's id. The same company may be nested (a savepoint); another one raises `AnotherCompanyInUse`.
    """
    company_id = company if isinstance(company, int) else company.pk
    in_use = _company_in_use.get()
    if in_use is not None and in_use != company_id:
        raise AnotherCompanyInUse(f"company {in_use} is in use, so company {company_id} cannot be")
    if in_use is not None:
        with transaction.atomic():
            yield company_id
        return
    with transaction.atomic():
        _set_company(company_id)
        reset = _company_in_use.set(company_id)
        try:
            yield company_id
        finally:
            _company_in_use.reset(reset)
    # The setting outlives a released savepoint. After an error the rollback has already taken it back.
    if connection.in_atomic_block:
        _set_company(None)


@contextmanager
def remembering() -> Iterator[None]:
    """Ask the database once for what `remembered` asks for inside: for work that changes none of it."""
    reset = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(reset)


def remembered(what: str, ask: Callable[[], _Asked]) -> _Asked:
    """Return what the company in use has by that name, asked for unless `remembering` knows it already."""
    known = _remembered.get()
    if known is None:
        return ask()
    key = f"{_company_in_use.get()}:{what}"
    if key not in known:
        known[key] = ask()
    found: _Asked = known[key]
    return found


@contextmanager
def acting(source: Source, *, member: int | None = None, **more: Any) -> Iterator[None]:
    """Say who makes the changes inside, and by which way in; history names them. Enter it before `use_company`.

    `more` is kept with each change (`key=12`): ids and plain words, no names, no addresses, no secrets.
    """
    reset = acting_now.set(Actor(source, member=member, more=more))
    try:
        if _company_in_use.get() is not None:
            tell_actor()
        yield
    finally:
        acting_now.reset(reset)
        if _company_in_use.get() is not None and not connection.needs_rollback:
            tell_actor()


def tell_actor() -> None:
    """Tell the open transaction who acts: for changes outside a company; `use_company` has done it inside one."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {TELL_ACTOR}", as_told(current_actor()))


def tell_connection(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Tell a new connection what the process is, for changes that are made outside a company and a transaction."""
    if process := actor_of_process():
        with connection.cursor() as cursor:
            cursor.execute(f"select {TELL_CONNECTION}", as_told(process))


def current_company_id() -> int | None:
    """Return the id of the company in use, or None."""
    return _company_in_use.get()


def require_company() -> int:
    """Return the id of the company in use; raises `NoCompany` when there is none."""
    company_id = _company_in_use.get()
    if company_id is None:
        raise NoCompany("no company is in use; enter one with use_company()")
    return company_id


def company_of_new_row() -> int:
    """Return the company in use; None, which the column refuses, when there is none."""
    return _company_in_use.get()  # type: ignore[return-value]


def _set_company(company_id: int | None) -> None:
    with connection.cursor() as cursor:
        company = "" if company_id is None else str(company_id)
        actor = actor_of_process() if company_id is None else current_actor()
        cursor.execute(f"{SET_COMPANY}, {TELL_ACTOR}", [company, *as_told(actor)])


_Row_co = TypeVar("_Row_co", bound=models.Model, covariant=True)


class CompanyManager(models.Manager[_Row_co]):
    """Shows the rows of the company in use; raises `NoCompany` when there is none."""

    def get_queryset(self) -> models.QuerySet[_Row_co]:
        return super().get_queryset().filter(company_id=require_company())

    def none(self) -> models.QuerySet[_Row_co]:
        """Return no rows: the one question that can be answered with no company in use."""
        return super().get_queryset().none()


class CompanyModel(models.Model):
    """A table whose every row belongs to one company. Subclasses extend `CompanyModel.Meta.constraints`."""

    company_id: int
    company = models.ForeignKey(
        "crm.Company",
        on_delete=models.PROTECT,
        default=company_of_new_row,
        editable=False,
        related_name="+",
        db_index=False,
    )

    objects = CompanyManager()

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            CompanyPolicy(),
            # What composite foreign keys point at.
            models.UniqueConstraint(fields=["company", "id"], name="%(app_label)s_%(class)s_in_company"),
        ]


class _KeyWithinCompany:
    """What both keys have in common: the database checks them by a `SameCompany` constraint, not by Django's own."""

    def __init__(self, to: Any, on_delete: Any, **options: Any) -> None:
        options["db_constraint"] = False
        super().__init__(to, on_delete, **options)  # type: ignore[call-arg]  # the field beside it

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()  # type: ignore[misc]
        del options["db_constraint"]
        return name, path, args, options


class CompanyForeignKey(_KeyWithinCompany, models.ForeignKey):  # type: ignore[type-arg]  # generic in the stubs alone
    """A key between company tables, with a `SameCompany` constraint beside it."""


class CompanyOneToOneField(_KeyWithinCompany, models.OneToOneField):  # type: ignore[type-arg]
    """A one-to-one key between company tables, with a `SameCompany` constraint beside it."""


def guard_connection(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Close a new connection of the application's whose role the policies would not bind; raises like the check."""
    if connection.alias != DEFAULT_DB_ALIAS:
        return
    try:
        refuse_bypassing_role(connection)
    except RoleBypassesPolicies:
        connection.close()
        raise


def refuse_to_start() -> None:
    """End the process, with one line, if the role could see every company. A database that is away stops nobody."""
    try:
        with suppress(OperationalError):
            connection.ensure_connection()
    except RoleBypassesPolicies as error:
        sys.exit(f"Ringside cannot start: {error}")
    finally:
        connection.close()


def refuse_bypassing_role(database: BaseDatabaseWrapper) -> None:
    """Raise `RoleBypassesPolicies`, with the reason, if the connection's role is not bound by the policies.

    Bound means: not superuser, no BYPASSRLS, owns no table, and is no member of a role of that kind.
    """
    with database.cursor() as cursor:
        cursor.execute(
            """
            select r.rolname, r.rolname = current_user, r.rolsuper, r.rolbypassrls,
                   exists (select from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p')
                              and c.relnamespace = 'public'::regnamespace)
              from pg_roles r where pg_has_role(current_user, r.oid, 'member') order by 2 desc, 1
            """
        )
        rows = cursor.fetchall()
    for name, is_self, is_superuser, bypasses, owns in rows:
        trouble = "is a superuser" if is_superuser else "has BYPASSRLS" if bypasses else "owns tables" if owns else None
        if trouble:
            who = f"the database role {name}" + ("" if is_self else f", of which {rows[0][0]} is a member,")
            raise RoleBypassesPolicies(
                f"{who} {trouble}, so row-level policies would not bind it. "
                "Point DATABASE_URL at a role that owns nothing (docs/operations.md, Database roles)."
            )
