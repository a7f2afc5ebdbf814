"""The rows of one company, made by PostgreSQL itself: insert … select; keys and indexes are put back afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connections, models

from crm.models import Company, Contact, ContactWord, FollowUp, Interaction, LeadStatusChange, Membership, PhoneNumber
from telephony.models import (
    Agent,
    Call,
    CallEventLog,
    CallId,
    CallMetrics,
    Insight,
    ProviderAccount,
    Turn,
    WebhookEvent,
)

TABLES: tuple[type[models.Model], ...] = (
    Contact,
    ContactWord,
    PhoneNumber,
    LeadStatusChange,
    Interaction,
    FollowUp,
    Call,
    CallId,
    CallEventLog,
    Turn,
    Insight,
    CallMetrics,
    WebhookEvent,
)
SEED = 0.42
FIRST = [
    "Aarav",
    "Aditi",
    "Amit",
    "Ananya",
    "Anil",
    "Arjun",
    "Asha",
    "Deepa",
    "Devika",
    "Farah",
    "Gita",
    "Harish",
    "Isha",
    "Jaya",
    "Karan",
    "Kavya",
    "Lakshmi",
    "Leela",
    "Manoj",
    "Meera",
    "Mohan",
    "Nadia",
    "Neha",
    "Nikhil",
    "Pooja",
    "Priya",
    "Rahul",
    "Rajan",
    "Ravi",
    "Rekha",
    "Rohan",
    "Sana",
    "Sanjay",
    "Shalini",
    "Sunil",
    "Tara",
    "Uma",
    "Vikram",
    "Yash",
    "Zoya",
]
LAST = [
    "Ahuja",
    "Bhat",
    "Chandra",
    "Das",
    "Desai",
    "Dutta",
    "Fernandes",
    "Gill",
    "Gupta",
    "Iyer",
    "Jain",
    "Joshi",
    "Kapoor",
    "Kaur",
    "Khan",
    "Kulkarni",
    "Kumar",
    "Malik",
    "Mehta",
    "Menon",
    "Mishra",
    "Nair",
    "Naidu",
    "Patel",
    "Pillai",
    "Rao",
    "Reddy",
    "Saxena",
    "Sen",
    "Shah",
    "Sharma",
    "Singh",
    "Sinha",
    "Thomas",
    "Varma",
]
TRADES = [
    "Foods",
    "Dental",
    "Motors",
    "Interiors",
    "Textiles",
    "Logistics",
    "Pharmacy",
    "Bakery",
    "Studio",
    "Traders",
    "Clinic",
    "School",
]
SUMMARY = "They asked about a two-bedroom flat, what it costs and when they could see it, and want to think about it."
SAID = (
    "Hello, this is Aria. How can I help?",
    "Hi, I saw your board and would like to know more about the flats.",
    "Gladly. Two or three bedrooms?",
    "Two, and not above ninety lakh, if there is such a thing.",
    "There is. When would you like to see one?",
    "Saturday morning would suit me.",
)


@contextmanager
def bare(cursor: Any) -> Iterator[None]:
    """Take keys, indexes and triggers off the tables for the load, and put them back: each row is checked then."""
    names = [model._meta.db_table for model in TABLES]
    cursor.execute(
        "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint "
        "where contype = 'f' and (conrelid = any(%s::regclass[]) or confrelid = any(%s::regclass[])) order by conname",
        [names, names],
    )
    keys = cursor.fetchall()
    cursor.execute(
        "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index "
        "where indrelid = any(%s::regclass[]) and not indisprimary "
        "and not exists (select from pg_constraint where conindid = indexrelid) order by 1",
        [names],
    )
    indexes = cursor.fetchall()
    for table, name, _ in keys:
        cursor.execute(f'alter table {table} drop constraint "{name}"')
    for name, _ in indexes:
        cursor.execute(f"drop index {name}")
    for name in names:
        cursor.execute(f"alter table {name} disable trigger user")
    yield
    for _, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in keys:
        cursor.execute(f'alter table {table} add constraint "{name}" {definition}')
    for name in names:
        cursor.execute(f"alter table {name} enable trigger user")
        cursor.execute(f"select setval(pg_get_serial_sequence('{name}', 'id'), (select max(id) from {name}))")


@dataclass
class Loader:
    """Fills one company: ten calls for three contacts, over three years, more of them from a few people."""

    cursor: Any
    company: Company
    calls: int
    bases: dict[type[models.Model], int] = field(default_factory=dict)

    @property
    def contacts(self) -> int:
        return max(self.calls * 3 // 10, 10)

    def load(self) -> None:
        for model in TABLES:
            self.cursor.execute(f"select coalesce(max(id), 0) from {model._meta.db_table}")
            self.bases[model] = self.cursor.fetchone()[0]
        [self.account] = self.ids_of(ProviderAccount)
        self.agents, self.members = self.ids_of(Agent), self.ids_of(Membership)
        self.load_people()
        self.load_calls()
        self.load_what_was_said()

    def ids_of(self, model: type[models.Model]) -> list[int]:
        """Return the company's rows, by the owner's connection: the tables are locked for every other."""
        self.cursor.execute(
            f"select id from {model._meta.db_table} where company_id = %s order by id", [self.company.pk]
        )
        return [row[0] for row in self.cursor.fetchall()]

    def load_people(self) -> None:
        statuses = "{new,new,interested,callback,not_interested,converted,do_not_call,NULL,NULL,NULL}"
        self.insert(
            Contact,
            f"(select i, random() a, random() b, random() c, random() d from generate_series(1, {self.contacts}) i) r",
            full_name=f"case when a < 0.85 then {pick(FIRST, 'b')} || ' ' || {pick(LAST, 'c')} else '' end",
            business_name=f"case when d < 0.6 then {pick(LAST, 'b')} || ' ' || {pick(TRADES, 'c')} else '' end",
            email=f"case when a < 0.5 then lower({pick(FIRST, 'b')} || '.' || {pick(LAST, 'c')}) || i "
            "|| '@mail.example' else '' end",
            city="'Bengaluru'",
            source="'call'",
            lead_status=f"coalesce(('{statuses}'::text[])[1 + floor(d * 10)::int], '')",
            priority="1 + i % 5",
            lead_score="case when c < 0.6 then i % 101 end",
            is_hot="c < 0.03",
            assignee=f"case when b < 0.7 then {pick(self.members, 'a')} end",
            do_not_call="d >= 0.6 and d < 0.7",
            latest_call_at=f"case when a < 0.9 then {self.moment('i', self.contacts)} end",
            created_at=self.moment("i", self.contacts),
        )
        # The triggers that would have written them are off.
        words = "(select c.id, w from crm_contact c, crm_words_of(c.full_name, c.business_name, c.email) w "
        self.insert(ContactWord, f"{words} where company_id = {self.company.pk}) r", contact="r.id", word="w")
        numbers = f"(select i, 0 nth from generate_series(1, {self.contacts}) i union all "
        numbers += f"select i, 1 from generate_series(1, {self.contacts}, 10) i) r"
        self.insert(
            PhoneNumber,
            numbers,
            contact=f"{self.bases[Contact]} + i",
            e164="case nth when 0 then '+9198' else '+9180' end || lpad(i::text, 8, '0')",
            written="case nth when 0 then '+9198' else '+9180' end || lpad(i::text, 8, '0')",
            is_primary="nth = 0",
        )
        leads = f"(select id - {self.bases[Contact]} i, lead_status s from crm_contact "
        leads += f"where company_id = {self.company.pk} and lead_status <> '') r"
        self.insert(
            LeadStatusChange,
            leads,
            contact=f"{self.bases[Contact]} + i",
            to_status="s",
            changed_at=self.moment("i", self.contacts),
        )

    def load_calls(self) -> None:
        people, when = self.bases[Contact], self.moment("i", self.calls)
        # Of a number from 0 to 1 its square: a few ring every day, most of them once.
        caller = f"floor({self.contacts} * power((i::bigint * 48271 % 2147483647) / 2147483647::float8, 2))::int"
        calls = (
            f"(select i, {caller} who, random() a, random() b, random() c from generate_series(1, {self.calls}) i) r"
        )
        self.insert(
            Interaction,
            f"generate_series(1, {self.calls}) i",
            contact=f"{people} + 1 + {caller}",
            kind="'call'",
            summary=f"'{SUMMARY}'",
            outcome="'Interested'",
            happened_at=when,
        )
        statuses = "{completed,completed,completed,completed,completed,completed,completed,no_answer,failed,voicemail}"
        self.insert(
            Call,
            calls,
            account=str(self.account),
            provider="'elevenlabs'",
            direction="case when a < 0.7 then 'inbound' else 'outbound' end",
            status=f"('{statuses}'::text[])[1 + floor(b * 10)::int]",
            outcome="case when b < 0.5 then 'success' when b < 0.7 then 'failure' else 'unknown' end",
            customer_number="'+9198' || lpad((who + 1)::text, 8, '0')",
            customer_number_written="'+9198' || lpad((who + 1)::text, 8, '0')",
            our_number="'+918000000100'",
            contact=f"{people} + 1 + who",
            agent=pick(self.agents, "c"),
            interaction=f"{self.bases[Interaction]} + i",
            started_at=when,
            answered_at=when,
            ended_at=f"{when} + interval '90 seconds'",
            duration_seconds="case when b < 0.7 then floor(c * c * 900)::int else 0 end",
            language="'en'",
            title="'A call about a flat'",
            provider_summary=f"'{SUMMARY}'",
            ended_because="'Call ended by remote party'",
            raw='\'{"agent_id": "agent_0", "status": "done", "metadata": {"call_duration_secs": 90}}\'::jsonb',
            reached_us_by="'webhook'",
            created_at=when,
            work_state="'done'",
            score="case when b < 0.6 then floor(a * 101)::int end",
            feeling="case when b < 0.3 then 'positive' when b < 0.6 then 'neutral' else '' end",
            intent="case when b < 0.2 then 'interested' when b < 0.3 then 'callback' when b < 0.6 then 'unclear' "
            "else '' end",
            is_hot="b < 0.6 and a >= 0.97",
        )
        self.insert(
            CallId,
            f"generate_series(1, {self.calls}) i",
            call=f"{self.bases[Call]} + i",
            provider="'elevenlabs'",
            value=f"'conv_' || lpad(({self.bases[Call]} + i)::text, 26, '0')",
        )
        self.insert(
            FollowUp,
            f"(select i, random() a, random() b from generate_series(1, {self.contacts}, 3) i) r",
            contact=f"{people} + i",
            due_at="now() + (a - 0.3) * interval '30 days'",
            reason="'Call back'",
            assignee=f"case when b < 0.5 then {pick(self.members, 'a')} end",
            state="case when b < 0.6 then 'open' when b < 0.95 then 'done' else 'canceled' end",
            is_automatic="true",
            source="null",
        )

    def load_what_was_said(self) -> None:
        some = f"generate_series(1, {self.calls}, 10) i"
        self.insert(
            CallEventLog,
            some,
            call=f"{self.bases[Call]} + i",
            name="'ended'",
            happened_at=self.moment("i", self.calls),
        )
        self.insert(
            Turn,
            f"{some}, generate_series(0, {len(SAID) - 1}) t",
            call=f"{self.bases[Call]} + i",
            index="t",
            speaker="case t % 2 when 0 then 'agent' else 'customer' end",
            content=f"({array(SAID)})[t + 1]",
            start_seconds="5.0 * t",
            end_seconds="5.0 * t + 4",
        )
        self.insert(
            Insight,
            some,
            call=f"{self.bases[Call]} + i",
            backend="'builtin'",
            version="'1'",
            input_hash="repeat('0', 64)",
            findings="'{}'::jsonb",
            summary=f"'{SUMMARY}'",
            score="i % 101",
        )
        self.insert(CallMetrics, some, call=f"{self.bases[Call]} + i", turns=str(len(SAID)), customer_turns="3")
        self.insert(
            WebhookEvent,
            f"generate_series(1, {self.calls}, 4) i",
            account=str(self.account),
            provider="'elevenlabs'",
            dedupe_key=f"'made_' || ({self.bases[WebhookEvent]} + i)",
            body="convert_to(repeat('{\"said\": \"…\"} ', 20), 'UTF8')",
            received_at=self.moment("i", self.calls),
            call_ref=f"'conv_' || lpad(({self.bases[Call]} + i)::text, 26, '0')",
            work_state="case i % 997 when 0 then 'dead' else 'done' end",
            error="case i % 997 when 0 then 'It could not be read.' else '' end",
        )

    def moment(self, nth: str, many: int) -> str:
        """Return when the nth of so many happened: three years, evenly."""
        return f"now() - ({many} - {nth}) * (interval '1095 days' / {many})"

    def insert(self, model: type[models.Model], rows: str, /, **said: str) -> None:
        """Insert a row for each of the rows; what is not said has the default that the model gives it."""
        owner = connections["owner"]
        columns, values, defaults = ["id"], [f"{self.bases[model]} + row_number() over ()"], []
        for column in model._meta.local_concrete_fields:
            if column.primary_key or getattr(column, "generated", False):
                continue
            columns.append(column.column)
            if column.name == "company":
                values.append(str(self.company.pk))
            elif column.name in said:
                values.append(said.pop(column.name).replace("%", "%%"))
            else:
                values.append("%s")
                defaults.append(column.get_db_prep_save(column.get_default(), owner))
        assert not said, f"{model.__name__} has no {', '.join(said)}"
        named = ", ".join(f'"{column}"' for column in columns)
        self.cursor.execute("select setseed(%s)", [SEED])
        table, chosen = model._meta.db_table, ", ".join(values)
        source = rows.replace("%", "%%")
        self.cursor.execute(f'insert into "{table}" ({named}) select {chosen} from {source}', defaults)


def array(texts: Any) -> str:
    return "array[" + ", ".join(str(t) if isinstance(t, int) else f"'{t}'" for t in texts) + "]"


def pick(of: Any, chance: str) -> str:
    """Return the SQL that takes one of these by a number from 0 to 1."""
    return f"({array(of)})[1 + floor({chance} * {len(of)})::int]"
