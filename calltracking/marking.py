"""How days are marked: triggers on calls, their callers, their metrics and the company, carried by a migration."""

from __future__ import annotations

from typing import Any

from crm.constraints import DatabasePromise

# Every zone's offset from UTC has been whole quarters of an hour since 1972, so a quarter never spans a midnight.
QUARTER = """case when {0} < timestamptz '1973-01-01 00:00+00' then {0}
 else date_bin(interval '15 minutes', {0}, timestamptz '1973-01-01 00:00+00') end"""
# The columns of a call that any number is made of.
COUNTED = (
    "company_id",
    "started_at",
    "answered_at",
    "campaign_id",
    "attributed_by",
    "agent_id",
    "line_id",
    "contact_id",
    "provider",
    "direction",
    "status",
    "outcome",
    "duration_seconds",
    "said_converted",
    "is_hot",
    "score",
    "feeling",
)
MARKS = 'public."calltracking_staleday"'


class MarkedByTriggers(DatabasePromise):
    """Marks are added by triggers that run as the tables' owner; the application reads and removes them."""

    def __init__(self, *, name: str = "%(app_label)s_%(class)s_marked_by_triggers", **options: Any) -> None:
        super().__init__(name=name, **options)

    def statements(self, model: Any) -> list[str]:
        return [*functions(), *_TRIGGERS]

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        return "; ".join(f'drop function public."calltracking_{name}"() cascade' for name in FUNCTIONS)


def functions() -> list[str]:
    """Return the statements that say, or say anew, what the triggers do: no table is locked by them."""
    return [statement for name, body in FUNCTIONS.items() for statement in _function(name, body)]


def _function(name: str, body: str) -> list[str]:
    function = f'public."calltracking_{name}"()'
    return [
        f"create or replace function {function} returns trigger language plpgsql security definer"
        f" set search_path = pg_catalog, pg_temp as $mark$ begin {body} return null; end $mark$",
        f"revoke all on function {function} from public",
    ]


def _of_rows(rows: str) -> str:
    return f"insert into {MARKS} (company_id, moment) select distinct company_id, {QUARTER.format('started_at')} {rows}"


_BEFORE, _AFTER = (", ".join(f'{row}."{name}"' for name in COUNTED) for row in ("o", "n"))
_CHANGED = (
    "from (select o.company_id, o.started_at from old_rows o join new_rows n on n.id = o.id"
    f" where ({_BEFORE}) is distinct from ({_AFTER})"
    " union all select n.company_id, n.started_at from old_rows o join new_rows n on n.id = o.id"
    f" where ({_BEFORE}) is distinct from ({_AFTER})) changed"
)
_CALLS = (
    f"if tg_op = 'INSERT' then {_of_rows('from new_rows')};"
    f" elsif tg_op = 'DELETE' then {_of_rows('from old_rows')};"
    f" else {_of_rows(_CHANGED)}; end if;"
)
_COUNTED_DAYS = (
    f"insert into {MARKS} (company_id, moment)"
    " select distinct s.company_id, (s.day + time '12:00') at time zone c.time_zone"
    ' from public."calltracking_dailycallstats" s join public."crm_company" c on c.id = s.company_id'
)
_ALL_CALLS = f"{_COUNTED_DAYS};"
_CONTACT = f"insert into {MARKS} (company_id, contact_id) values (new.company_id, new.id);"
_MARK_CALL = f"insert into {MARKS} (company_id, call_id) values"
_METRICS = (
    f"if tg_op <> 'INSERT' then {_MARK_CALL} (old.company_id, old.call_id); end if;"
    f" if tg_op <> 'DELETE' then {_MARK_CALL} (new.company_id, new.call_id); end if;"
)
# Days that were counted by the old clock, and those that the calls lie on by the new one.
_CALLS_OF_COMPANY = 'from public."telephony_call" where company_id = new.id'
_COMPANY = f"{_COUNTED_DAYS} where s.company_id = new.id; {_of_rows(_CALLS_OF_COMPANY)};"
FUNCTIONS = {
    "mark_calls": _CALLS,
    "mark_all_calls": _ALL_CALLS,
    "mark_contact": _CONTACT,
    "mark_metrics": _METRICS,
    "mark_company": _COMPANY,
}
_TRIGGERS = (
    'create trigger "stats_call_added" after insert on "telephony_call" referencing new table as new_rows'
    ' for each statement execute function public."calltracking_mark_calls"()',
    'create trigger "stats_call_changed" after update on "telephony_call" referencing old table as old_rows'
    ' new table as new_rows for each statement execute function public."calltracking_mark_calls"()',
    'create trigger "stats_call_removed" after delete on "telephony_call" referencing old table as old_rows'
    ' for each statement execute function public."calltracking_mark_calls"()',
    'create trigger "stats_calls_emptied" after truncate on "telephony_call"'
    ' for each statement execute function public."calltracking_mark_all_calls"()',
    'create trigger "stats_contact_changed" after update of lead_status on "crm_contact" for each row'
    " when ((old.lead_status = 'converted') <> (new.lead_status = 'converted'))"
    ' execute function public."calltracking_mark_contact"()',
    'create trigger "stats_metrics_changed" after insert or update or delete on "telephony_callmetrics"'
    ' for each row execute function public."calltracking_mark_metrics"()',
    'create trigger "stats_company_changed" after update of time_zone on "crm_company" for each row'
    " when (old.time_zone is distinct from new.time_zone)"
    ' execute function public."calltracking_mark_company"()',
)
