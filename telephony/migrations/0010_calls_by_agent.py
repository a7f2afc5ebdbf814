"""The calls an agent held, newest first."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built while calls come in; it takes about two seconds for a million.
    atomic = False

    dependencies = [("telephony", "0009_history")]

    operations = [
        AddIndexConcurrently(
            model_name="call",
            index=models.Index(fields=["company", "agent", "-started_at", "-id"], name="call_agent"),
        ),
    ]
