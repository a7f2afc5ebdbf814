"""Indexes for the calls of a campaign, built while calls come in; then the key to who spoke is checked."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Neither works inside a transaction, or would hold up every call while it runs in one.
    atomic = False

    dependencies = [("telephony", "0019_conversions")]

    operations = [
        AddIndexConcurrently(
            model_name="call",
            index=models.Index(condition=models.Q(("campaign__isnull", False)), fields=["company", "campaign", "outcome", "-started_at", "-id"], name="call_campaign_outcome"),
        ),
        AddIndexConcurrently(
            model_name="call",
            index=models.Index(condition=models.Q(("campaign__isnull", False)), fields=["company", "campaign", "-duration_seconds", "-id"], name="call_campaign_longest"),
        ),
        AddIndexConcurrently(
            model_name="call",
            index=models.Index(condition=models.Q(("campaign__isnull", False)), fields=["company", "campaign", "outcome", "-duration_seconds", "-id"], name="call_campaign_outcome_longest"),
        ),
        AddIndexConcurrently(
            model_name="call",
            index=models.Index(condition=models.Q(("said_converted_by__isnull", False)), fields=["company", "said_converted_by"], name="call_converted_by"),
        ),
        migrations.RunSQL(
            'alter table telephony_call validate constraint "telephony_call_said_converted_by_same_company"',
            migrations.RunSQL.noop,
        ),
    ]
