"""Promises of the database that Django has no word for, written as constraints so that migrations carry them.

`CompanyPolicy` is the row-level policy of a company table, `SameCompany` the composite foreign key between two of
them, `DueWork` the function through which due rows of all companies are found, `WrittenByTriggers` the lock on
history, `ErasedWithPerson` its one keyhole, `AppendOnly` the lock on a ledger. All are added after the table exists.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

POLICY = "company_id = nullif(current_setting('app.company_id', true), '')::bigint"


def application_role() -> str:
    """Return the name of the role that web, worker and sweeper connect as."""
    return str(settings.DATABASES["default"]["USER"])


class DatabasePromise(models.BaseConstraint):
    """What they have in common: created by statements of their own, never checked in Python."""

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        # Deferred to the end of the migration: the table, or the unique key that a composite foreign key needs,
        # may not exist yet.
        schema_editor.deferred_sql.extend(self.statements(model))

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        self.constraint_sql(model, schema_editor)
        return ""  # a table with a generated column puts what this returns among the deferred statements itself

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        raise NotImplementedError  # each subclass says how it goes

    def statements(self, model: Any) -> list[str]:
        raise NotImplementedError  # each subclass says what it is

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """The database checks; there is nothing to ask in Python."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DatabasePromise) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((type(self), self.name))


class CompanyPolicy(DatabasePromise):
    """The table shows, and takes, only rows of the company in use.

    The policy is on the bare column: a cast on it, an admin flag or a CASE would cost every index.
    """

    def __init__(self, *, name: str = "%(app_label)s_%(class)s_company_policy", **options: Any) -> None:
        super().__init__(name=name, **options)

    def statements(self, model: Any) -> list[str]:
        table = model._meta.db_table
        return [
            f'alter table "{table}" enable row level security',
            f'create policy "{self.name}" on "{table}" as permissive for all to "{application_role()}" '
            f"using ({POLICY}) with check ({POLICY})",
        ]

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        return f'drop policy "{self.name}" on "{model._meta.db_table}"'


class SameCompany(DatabasePromise):
    """The row that a foreign key points at belongs to the same company: a composite key, checked at commit."""

    def __init__(self, field: str, *, name: str = "", **options: Any) -> None:
        self.field = field
        super().__init__(name=name or f"%(app_label)s_%(class)s_{field}_same_company", **options)

    def statements(self, model: Any) -> list[str]:
        field = model._meta.get_field(self.field)
        target = field.remote_field.model._meta.db_table
        return [
            f'alter table "{model._meta.db_table}" add constraint "{self.name}" '
            f'foreign key (company_id, "{field.column}") references "{target}" (company_id, id) '
            "deferrable initially deferred"
        ]

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        return f'alter table "{model._meta.db_table}" drop constraint "{self.name}"'

    def deconstruct(self) -> Any:
        path, args, options = super().deconstruct()
        return path, (self.field, *args), options


class DueWork(DatabasePromise):
    """Due rows of a leased table can be found across companies, by id alone.

    The function is a SECURITY DEFINER owned by the search role, whose own policy shows it every row; dynamic SQL,
    because a plain body would be planned once for all arguments. It returns nothing but `(company_id, id)`.
    """

    def __init__(self, *, name: str = "%(app_label)s_%(class)s_due", **options: Any) -> None:
        super().__init__(name=name, **options)

    def statements(self, model: Any) -> list[str]:
        table, search, application = model._meta.db_table, settings.SEARCH_ROLE, application_role()
        function = f'public."{self.name}"'
        return [
            f'create policy "{self.name}" on "{table}" as permissive for select to "{search}" using (true)',
            f'grant select (id, company_id, work_state, next_at, lease_until) on "{table}" to "{search}"',
            f"""
            create function {function}(due_before timestamptz, most int)
            returns table (company_id bigint, id bigint)
            language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $due$
            begin
              return query execute
                '(select r.company_id, r.id from public."{table}" r
                   where r.work_state = ''due'' and r.next_at <= $1 order by r.next_at limit $2)
                 union all
                 (select r.company_id, r.id from public."{table}" r
                   where r.work_state = ''leased'' and r.lease_until <= $1 order by r.lease_until limit $2)
                 limit $2' using due_before, most;
            end $due$
            """,
            f'alter function {function}(timestamptz, int) owner to "{search}"',
            f"revoke all on function {function}(timestamptz, int) from public",
            f'grant execute on function {function}(timestamptz, int) to "{application}"',
        ]

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        return (
            f'drop function public."{self.name}"(timestamptz, int); '
            f'drop policy "{self.name}" on "{model._meta.db_table}"'
        )


class WrittenByTriggers(DatabasePromise):
    """The application reads the table and writes nothing to it: rows come from triggers that run as the owner."""

    def __init__(self, *, name: str = "%(app_label)s_%(class)s_written_by_triggers", **options: Any) -> None:
        super().__init__(name=name, **options)

    def statements(self, model: Any) -> list[str]:
        table, application = model._meta.db_table, application_role()
        return [
            f'revoke all on "{table}" from "{application}"',
            f'grant select on "{table}" to "{application}"',
        ]

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        return f'grant insert, update, delete on "{model._meta.db_table}" to "{application_role()}"'


class AppendOnly(DatabasePromise):
    """The application adds rows and reads them; it neither changes nor removes one.

    The one exception: when two rows that a ledger tells of (`of`, a column) turn out to be one, a SECURITY DEFINER
    function of the tables' owner writes the entries of the one over to the other, within the company in use. What an
    entry says, and when, is beyond it.
    """

    def __init__(self, of: str, *, name: str = "%(app_label)s_%(class)s_move", **options: Any) -> None:
        self.of = of
        super().__init__(name=name, **options)

    def statements(self, model: Any) -> list[str]:
        table, application, function = model._meta.db_table, application_role(), f'public."{self.name}"'
        return [
            f'revoke all on "{table}" from "{application}"',
            f'grant select, insert on "{table}" to "{application}"',
            f"""
            create function {function}(gone bigint, kept bigint) returns void
            language sql security definer set search_path = pg_catalog, pg_temp as $move$
              update public."{table}" set "{self.of}" = kept
               where "{self.of}" = gone
                 and company_id = nullif(current_setting('app.company_id', true), '')::bigint
            $move$
            """,
            f"revoke all on function {function}(bigint, bigint) from public",
            f'grant execute on function {function}(bigint, bigint) to "{application}"',
        ]

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        return (
            f'drop function public."{self.name}"(bigint, bigint); '
            f'grant update, delete on "{model._meta.db_table}" to "{application_role()}"'
        )

    def deconstruct(self) -> Any:
        path, args, options = super().deconstruct()
        return path, (self.of, *args), options


class ErasedWithPerson(DatabasePromise):
    """History that tells of a person can be emptied, by one function, once what it tells of is gone.

    The function is a SECURITY DEFINER of the tables' owner. It empties `changes` of the company in use and of nothing
    else, refuses while a row is still there (`kept_while`: a condition on a row that stays without the person), and
    with a reason leaves an event `erase`. `part_of` is the column that names the row which this one is a part of.
    """

    def __init__(
        self,
        *,
        kept_while: str = "true",
        part_of: str = "",
        name: str = "%(app_label)s_%(class)s_erase",
        **options: Any,
    ) -> None:
        self.kept_while, self.part_of = kept_while, part_of
        super().__init__(name=name, **options)

    def statements(self, model: Any) -> list[str]:
        events = model._meta.db_table
        rows, function = events.removesuffix("history"), f'public."{self.name}"'
        names_it = f'id = any(of_rows) or "{self.part_of}" = any(of_wholes)' if self.part_of else "id = any(of_rows)"
        wholes = "or whole_id = any(of_wholes)" if self.part_of else ""
        return [
            f"""
            create function {function}(of_rows bigint[], of_wholes bigint[], why text) returns void
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $erase$
            declare
              company bigint := nullif(current_setting('app.company_id', true), '')::bigint;
            begin
              if company is null then
                raise exception 'no company is in use';
              end if;
              if exists (select from public."{rows}" where company_id = company and ({names_it}) and {self.kept_while})
              then
                raise exception 'what {events} tells of is still there';
              end if;
              update public."{events}" set changes = '{{}}'
               where company_id = company and (pgh_obj_id = any(of_rows) {wholes});
              if why <> '' then
                insert into public."{events}"
                       (pgh_created_at, pgh_label, pgh_obj_id, pgh_context, pgh_context_id, company_id, changes)
                select clock_timestamp(), 'erase', of_row,
                       nullif(current_setting('pghistory.context_metadata', true), '')::jsonb,
                       nullif(current_setting('pghistory.context_id', true), '')::uuid,
                       company, jsonb_build_object('why', jsonb_build_array(null, why))
                  from unnest(of_rows) of_row;
              end if;
            end $erase$
            """,
            f"revoke all on function {function}(bigint[], bigint[], text) from public",
            f'grant execute on function {function}(bigint[], bigint[], text) to "{application_role()}"',
        ]

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        return f'drop function public."{self.name}"(bigint[], bigint[], text)'

    def deconstruct(self) -> Any:
        path, args, options = super().deconstruct()
        return path, args, {**options, "kept_while": self.kept_while, "part_of": self.part_of}
