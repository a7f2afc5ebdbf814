"""A process that brings contacts in is killed at its places: the next one goes on, and nobody is there twice."""

from __future__ import annotations

import sys
from collections import Counter

import pytest

from tests.faults.harness import World, hits
from tests.running.processes import happens, run

PLACES = ("claim:after", "effect:before_commit", "effect:after_commit", "import:between_lots")
ROWS = 500
SENT = """
from crm.actors import Source
from crm.imports.working import begin
from crm.leases import work_on
from crm.models import Company, ContactImport
from crm.tenancy import use_company
company = Company.objects.order_by("pk").last()
text = "Name,Phone,City\\n" + "".join(f"Person {{n}},+9196{seed:02d}{{n:06d}},Pune\\n" for n in range({rows}))
with use_company(company):
    batch = begin([text.encode()], name="people.csv", source=Source.COMMAND, by=None)
work_on(ContactImport, company_id=company.pk, pk=batch.pk)
with use_company(company):
    batch.refresh_from_db()
    batch.start(mapping=batch.mapping, has_titles=True, rule="fill")
print(batch.pk)
"""
STATE = "select stage, done, made, rejected from crm_contactimport where id = %s"
NUMBERS = "select count(*), count(distinct e164), count(distinct contact_id) from crm_phonenumber where e164 like %s"
REMEMBERED = "select count(*), count(distinct contact_id) from crm_importedcontact where batch_id = %s"


@pytest.mark.row("B.10")
def test_a_killed_import_is_gone_on_with_and_nobody_is_there_twice(world: World) -> None:
    for seed, place in enumerate(PLACES):
        sent = run(
            sys.executable, "manage.py", "shell", "-v", "0", "-c", SENT.format(seed=seed, rows=ROWS), env=world.env
        )
        assert sent.returncode == 0, sent.stderr
        pk, before = int(sent.stdout.splitlines()[-1]), hits(world)
        for _ in range(2):
            world.sweep_once(FAILPOINTS=f"{place}@{pk}", LEASE_SECONDS="1")
        assert hits(world) - before >= Counter({place: 1}), place

        def is_done(pk: int = pk) -> bool:
            world.sweep_once(LEASE_SECONDS="1")
            return world.ask(STATE, pk)[0][0] == "done"

        assert happens(is_done, seconds=60), world.ask(STATE, pk)
        assert world.ask(STATE, pk) == [("done", ROWS + 1, ROWS, 0)], place
        assert world.ask(NUMBERS, f"+9196{seed:02d}%") == [(ROWS, ROWS, ROWS)]
        assert world.ask(REMEMBERED, pk) == [(ROWS, ROWS)]
