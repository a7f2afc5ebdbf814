"""New leads that are qualified become warm, as the next call would make them; other priorities are people's own."""

from __future__ import annotations

from django.db import migrations

WARM = """
    update crm_contact set priority = 4
     where lead_status = 'new' and priority = 2 and lead_score >= 50 and not is_hot
"""


class Migration(migrations.Migration):

    dependencies = [("crm", "0012_analysis_switch")]

    operations = [migrations.RunSQL(WARM, migrations.RunSQL.noop)]
