"""Mark every day that has calls: what keeps the counts takes it from there, a batch at a time."""

from django.db import migrations

MARK = """
    insert into calltracking_staleday (company_id, moment)
    select distinct company_id,
           case when started_at < timestamptz '1973-01-01 00:00+00' then started_at
                else date_bin(interval '15 minutes', started_at, timestamptz '1973-01-01 00:00+00') end
      from telephony_call
"""


class Migration(migrations.Migration):
    dependencies = [("calltracking", "0007_daily_stats")]

    operations = [migrations.RunSQL(MARK, migrations.RunSQL.noop)]
