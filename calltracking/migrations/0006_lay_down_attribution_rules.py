"""The rules that a new company starts from, for the companies there are."""

from django.db import migrations

LAY_DOWN = """
    insert into calltracking_attributionrule (company_id, kind, position, window_days, is_active)
    select c.id, r.kind, r.position, r.window_days, true
      from crm_company c
     cross join (values ('tracking_number', 1, null), ('provider_metadata', 2, null), ('recipient', 3, 30),
                        ('earlier', 4, 30)) as r(kind, position, window_days)
    on conflict (company_id, kind) do nothing
"""


class Migration(migrations.Migration):
    dependencies = [("calltracking", "0005_attribution")]

    operations = [migrations.RunSQL(LAY_DOWN, migrations.RunSQL.noop)]
