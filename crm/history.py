"""History: what people would want to know of a row's past, written by the database itself (django-pghistory).

`@tracked("name", …)` on a model is all it takes. Its event table has the model's name and «History»; each event keeps
what changed, from what to what, who did it and by which way in. Triggers write it, so bulk writes, `update()` and
plain SQL are in it too; the application reads it and cannot touch it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, TypeVar

import pghistory
import pgtrigger
from django.apps import apps
from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from pghistory.models import Event
from pghistory.trigger import Event as EventTrigger
from pgtrigger import compiler

from crm.actors import Source
from crm.constraints import CompanyPolicy, ErasedWithPerson, WrittenByTriggers
from crm.tenancy import CompanyManager

_Model = TypeVar("_Model", bound=type[models.Model])


@dataclass(frozen=True)
class Tracked:
    """What is kept of a model: fields with their values, secrets of which only the change is kept, whose part it is."""

    names: tuple[str, ...]
    secrets: tuple[str, ...]
    of: str


def tracked(
    *names: str, secrets: tuple[str, ...] = (), of: str = "", made: bool = True, personal: str = ""
) -> Callable[[_Model], _Model]:
    """Keep the history of these fields: each row that is added, changed or removed leaves an event.

    `secrets` are text columns whose values never enter history, only that they were entered, replaced or removed.
    `of` names the key to the row this one is a part of: it shows in that row's history too. With `made=False` rows
    that are added leave no event, for what machines add by the thousand. `personal` says that the history tells of a
    person and is emptied with them (crm/privacy.py), and as long as what holds, in SQL, a row is still theirs.
    """

    def track(model: _Model) -> _Model:
        watched = pgtrigger.AnyChange(*names, *secrets)
        trackers = [_Changed(condition=watched), _Removed()]
        pghistory.track(
            *([_Added()] if made else []),
            *trackers,
            # No copy of the row: what changed is enough to tell any state, and nothing else can slip into history.
            fields=[],
            context_field=pghistory.ContextJSONField(),
            context_id_field=pghistory.ContextUUIDField(),
            obj_field=pghistory.ObjForeignKey(related_name="history", db_index=False),
            base_model=Change,
            model_name=f"{model.__name__}History",
            attrs={"tracks": Tracked(names, secrets, of)},
            meta={
                "constraints": [
                    CompanyPolicy(),
                    WrittenByTriggers(),
                    *([ErasedWithPerson(kept_while=personal, part_of=f"{of}_id" if of else "")] if personal else []),
                ],
                "indexes": _indexes(has_whole=bool(of)),
                "verbose_name": f"change of a {model._meta.verbose_name}",
                "verbose_name_plural": "history",
            },
        )(model)
        return model

    return track


@cache
def histories() -> dict[str, type[Change]]:
    """Return the event models, by the label of what they track (`crm.contact`), in the order of the labels."""
    found = {
        model.pgh_tracked_model._meta.label_lower: model for model in apps.get_models() if issubclass(model, Change)
    }
    return dict(sorted(found.items()))


class Change(Event):
    """One event: `changes` is `{field: [before, after]}`; of a secret, whether there was one before and after."""

    tracks: ClassVar[Tracked]
    pgh_tracked_model: type[models.Model]  # type: ignore[assignment]  # None until it is made

    pgh_id = models.BigAutoField(primary_key=True)
    # Without a constraint: history outlives what it tells of. The trigger takes it from the row itself.
    company = models.ForeignKey(
        "crm.Company",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        editable=False,
        related_name="+",
    )
    whole_id = models.BigIntegerField(null=True, editable=False, help_text="The row that this one is a part of.")
    changes = models.JSONField(default=dict, editable=False)
    source = models.GeneratedField(
        expression=Coalesce(
            KeyTextTransform("source", "pgh_context"),
            models.Value(Source.OUTSIDE.value),
            output_field=models.TextField(),
        ),
        output_field=models.TextField(choices=Source.choices),
        db_persist=True,
    )
    member_id = models.GeneratedField(
        expression=Cast(KeyTextTransform("member", "pgh_context"), models.BigIntegerField()),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    objects: ClassVar[Any] = CompanyManager()

    class Meta:
        abstract = True


def _indexes(*, has_whole: bool) -> list[models.Index]:
    newest = ["-pgh_created_at", "-pgh_id"]
    indexes = [
        models.Index(fields=["company", *newest], name="%(class)s_newest"),
        models.Index(fields=["company", "pgh_obj", *newest], name="%(class)s_of"),
        models.Index(fields=["company", "member_id", *newest], name="%(class)s_by"),
    ]
    whole = models.Index(fields=["company", "whole_id", *newest], name="%(class)s_in")
    return [*indexes, whole] if has_whole else indexes


# ---- the triggers ---------------------------------------------------------------------------------------------


class RecordSql(compiler.UpsertTriggerSql):
    """How a trigger of ours is installed. Migrations refer to it: what it makes of old arguments must stay right.

    The function runs as the owner of the tables, so that a change is recorded whichever company is in use and the
    application needs no right to write. Unlike pgtrigger's own it knows no setting by which a session could skip it.
    """

    def get_template(self) -> str:
        return """
            create or replace function public.{pgid}() returns trigger
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $record$
                {declare}
                begin
                    {func}
                end;
            $record$;
            revoke all on function public.{pgid}() from public;

            drop trigger if exists {pgid} on {table};
            create {constraint} trigger {pgid}
                {when} {operation} on {table}
                {timing}
                {referencing}
                for each {level} {condition}
                execute function public.{pgid}();

            comment on trigger {pgid} on {table} is '{hash}';
        """


class _Record(EventTrigger):
    """The trigger that writes one event for one row."""

    event_model: Any
    declare = [("said", "jsonb")]  # noqa: RUF012 - as pgtrigger declares it

    def get_func(self, model: Any) -> str:
        tracks: Tracked = self.event_model.tracks
        values = {
            "pgh_created_at": "clock_timestamp()",
            "pgh_label": f"'{self.label}'",
            "pgh_obj_id": f'{self.row}."{model._meta.pk.column}"',
            "pgh_context": "nullif(current_setting('pghistory.context_metadata', true), '')::jsonb",
            "pgh_context_id": "nullif(current_setting('pghistory.context_id', true), '')::uuid",
            "company_id": f'{self.row}."{_company_column(model)}"',
            "whole_id": f'{self.row}."{model._meta.get_field(tracks.of).column}"' if tracks.of else "null",
            "changes": "said",
        }
        columns = ", ".join(f'"{column}"' for column in values)
        table, row = self.event_model._meta.db_table, ", ".join(values.values())
        return f'{self._say(model, tracks)} insert into public."{table}" ({columns}) values ({row}); return null;'

    def compile(self, model: Any) -> compiler.Trigger:
        ours = super().compile(model)
        kept = {key: value for key, value in ours.sql.kwargs.items() if key != "ignore_func_name"}
        return compiler.Trigger(name=ours.name, sql=RecordSql(**kept))

    def _say(self, model: Any, tracks: Tracked) -> str:
        """Return the statements that make `changes`; a row that comes or goes leaves out what is empty."""
        columns = {name: model._meta.get_field(name).column for name in (*tracks.names, *tracks.secrets)}
        if self.operation == pgtrigger.Update:
            # Plain comparisons: making JSON of both rows to compare them costs several times as much.
            said = [
                f'if OLD."{columns[name]}" is distinct from NEW."{columns[name]}" then'
                f" said := said || jsonb_build_object('{name}', {self._pair(columns[name], name in tracks.secrets)});"
                " end if;"
                for name in columns
            ]
            return " ".join(["said := '{}';", *said])
        row, pair = (self.row, "value, null") if self.row == "OLD" else (self.row, "null, value")
        named = ", ".join(f"'{name}', {row}.\"{columns[name]}\"" for name in tracks.names)
        said = [
            f"said := (select coalesce(jsonb_object_agg(key, jsonb_build_array({pair})), '{{}}'::jsonb)"
            f" from jsonb_each(jsonb_build_object({named})) where value not in ('null', '\"\"', '{{}}', 'false'));"
        ]
        said += [
            f"if coalesce({row}.\"{columns[name]}\", '') <> '' then"
            f" said := said || jsonb_build_object('{name}', {self._pair(columns[name], is_secret=True)}); end if;"
            for name in tracks.secrets
        ]
        return " ".join(said)

    def _pair(self, column: str, is_secret: bool) -> str:
        if not is_secret:
            return f'jsonb_build_array(OLD."{column}", NEW."{column}")'
        before = "false" if self.operation == pgtrigger.Insert else f"coalesce(OLD.\"{column}\", '') <> ''"
        after = "false" if self.operation == pgtrigger.Delete else f"coalesce(NEW.\"{column}\", '') <> ''"
        return f"jsonb_build_array({before}, {after})"


def _company_column(model: Any) -> str:
    """The company of a row; the company's own row is its own."""
    is_company = model._meta.label_lower == "crm.company"
    return str(model._meta.pk.column if is_company else model._meta.get_field("company").column)


class _Recorded:
    def add_event_trigger(self, event_model: Any) -> None:
        trigger = _Record(  # type: ignore[no-untyped-call]  # pghistory types none of it
            event_model=event_model,
            label=self.label,  # type: ignore[attr-defined]  # of pghistory's trackers
            name=self.trigger_name,  # type: ignore[attr-defined]
            row=self.row,  # type: ignore[attr-defined]
            operation=self.operation,  # type: ignore[attr-defined]
            condition=self.condition,  # type: ignore[attr-defined]
        )
        pgtrigger.register(trigger)(event_model.pgh_tracked_model)


class _Added(_Recorded, pghistory.InsertEvent):
    pass


class _Changed(_Recorded, pghistory.UpdateEvent):
    pass


class _Removed(_Recorded, pghistory.DeleteEvent):
    pass
