"""Mark every day that was counted before the column was there; it is counted anew, a batch at a time."""

from django.db import migrations

MARK = """
    insert into calltracking_staleday (company_id, moment)
    select distinct stats.company_id, (stats.day + time '12:00') at time zone company.time_zone
      from calltracking_dailycallstats stats join crm_company company on company.id = stats.company_id
"""


class Migration(migrations.Migration):
    dependencies = [("calltracking", "0013_counts_without_campaign")]

    operations = [migrations.RunSQL(MARK, migrations.RunSQL.noop)]
