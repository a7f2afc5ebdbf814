"""Give every company there is the rules that all calls were scored by until now. It can run again."""

from __future__ import annotations

from typing import Any

from django.db import migrations

RULES = [
    ("talked", "Talked with us", 5),
    ("interested", "Interested", 20),
    ("callback", "Asked to be called back", 15),
    ("site_visit", "Agreed to a site visit", 15),
    ("ready", "Ready to go ahead", 25),
    ("money", "Has the money ready", 10),
    ("budget", "Budget stated", 10),
    ("soon", "Wants it within a month", 10),
    ("fairly_soon", "Wants it within two months", 5),
    ("decides", "Decides themselves", 10),
    ("asks_others", "Has to ask someone else", -5),
    ("email", "Gave an e-mail address", 5),
    ("name", "Gave their name", 3),
    ("positive", "Showed a sign of buying", 3),
    ("pain", "Has a problem we can solve", 3),
    ("questions", "Asked questions of their own", 3),
    ("engaged", "Took an active part", 3),
    ("happy", "Sounded pleased", 3),
    ("unhappy", "Sounded displeased", -10),
    ("objection", "Raised an objection", -5),
    ("objection_again", "Raised more than one objection", -5),
    ("refused", "Not interested", -50),
    ("do_not_call", "Asked not to be called", -100),
]
LAY_DOWN = """
    insert into analysis_scorerule (company_id, key, label, points, is_active, position)
    select id, %s, %s, %s, true, %s from crm_company on conflict (company_id, key) do nothing
"""
HOT = """
    insert into analysis_hotrule (company_id, from_score, needs_interest, needs_budget, takes_emergencies)
    select id, 70, false, false, false from crm_company on conflict (company_id) do nothing
"""


def fill(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        for position, (key, label, points) in enumerate(RULES):
            cursor.execute(LAY_DOWN, [key, label, points, position])
        cursor.execute(HOT)


class Migration(migrations.Migration):

    dependencies = [("analysis", "0001_scoring_rules")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
