"""Count the calls of a day that no campaign is known for: a column, and marks by whoever says which campaign it was."""

from django.db import migrations, models

from calltracking.marking import functions


class Migration(migrations.Migration):
    dependencies = [("calltracking", "0012_changed_by_an_import")]

    operations = [
        migrations.AddField(
            model_name="dailycallstats",
            name="unattributed",
            field=models.PositiveIntegerField(default=0),
        ),
        # What the triggers call is written anew in its place: the tables of calls and contacts are not locked.
        migrations.RunSQL(functions(), migrations.RunSQL.noop),
    ]
