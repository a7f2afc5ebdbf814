"""The demo company kept beside the tables once it was seeded, and put back for each test."""

from __future__ import annotations

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

KEPT = "kept_demo"
# Generated columns fill themselves; whoever is referred to comes before who refers, or is checked at the end.
COLUMNS = """
select quote_ident(attname) from pg_attribute
 where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''
"""
COUNTED = """
select quote_ident(attname), pg_get_serial_sequence(%s, attname) from pg_attribute
 where attrelid = %s::regclass and attnum > 0 and not attisdropped and pg_get_serial_sequence(%s, attname) is not null
"""
NEEDS = """
select conrelid::regclass::text, confrelid::regclass::text from pg_constraint
 where contype = 'f' and not condeferrable and conrelid <> confrelid
"""


def has_kept() -> bool:
    with _owner().cursor() as cursor:
        cursor.execute("select to_regnamespace(%s) is not null", [KEPT])
        return bool(cursor.fetchone()[0])


def filled_tables() -> set[str]:
    """Return the tables that hold any row."""
    with _owner().cursor() as cursor:
        cursor.execute("select quote_ident(tablename) from pg_tables where schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        filled = set()
        for table in tables:
            cursor.execute(f"select exists (select 1 from public.{table})")
            if cursor.fetchone()[0]:
                filled.add(table)
        return filled


def keep(tables: set[str]) -> None:
    """Copy the tables as they are now."""
    with _owner().cursor() as cursor:
        cursor.execute(f"create schema {KEPT}")
        for table in tables:
            cursor.execute(f"create table {KEPT}.{table} as table public.{table}")


def put_back() -> None:
    """Fill the empty tables as they were kept, without their triggers: history is among what was kept."""
    connection = _owner()
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("select quote_ident(tablename) from pg_tables where schemaname = %s", [KEPT])
        kept = _in_order(connection, {row[0] for row in cursor.fetchall()})
        cursor.execute("set constraints all deferred")
        for table in kept:
            cursor.execute(COLUMNS, [f"public.{table}"])
            columns = ", ".join(row[0] for row in cursor.fetchall())
            cursor.execute(f"alter table public.{table} disable trigger user")
            cursor.execute(f"insert into public.{table} ({columns}) select {columns} from {KEPT}.{table}")
            cursor.execute(COUNTED, [f"public.{table}"] * 3)
            for column, sequence in cursor.fetchall():
                cursor.execute(
                    f"select setval(%s, coalesce(max({column}), 0) + 1, false) from public.{table}", [sequence]
                )
        # What is owed to the end is checked now: a table with checks to come cannot be altered.
        cursor.execute("set constraints all immediate")
        for table in kept:
            cursor.execute(f"alter table public.{table} enable trigger user")


def _in_order(connection: BaseDatabaseWrapper, tables: set[str]) -> list[str]:
    """Return the tables so that what is checked at once comes after what it refers to."""
    with connection.cursor() as cursor:
        cursor.execute(NEEDS)
        needs: dict[str, set[str]] = {table: set() for table in tables}
        for table, needed in cursor.fetchall():
            if table in tables and needed in tables:
                needs[table].add(needed)
    ordered: list[str] = []
    while needs:
        free = sorted(table for table, missing in needs.items() if not missing - set(ordered))
        assert free, needs
        ordered += free
        needs = {table: missing for table, missing in needs.items() if table not in free}
    return ordered


def _owner() -> BaseDatabaseWrapper:
    return connections["owner"]
