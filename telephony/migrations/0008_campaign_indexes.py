"""Indexes over a call's campaign, built while calls come in; then the keys of 0005 are checked."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Neither works inside a transaction, or would hold up every call while it runs in one.
    atomic = False

    dependencies = [("telephony", "0007_campaigns")]

    operations = [
        AddIndexConcurrently(
            model_name="call",
            index=models.Index(
                condition=models.Q(("campaign__isnull", False)),
                fields=["company", "campaign", "status", "-started_at", "-id"],
                name="call_campaign_status",
            ),
        ),
        AddIndexConcurrently(
            model_name="call",
            index=models.Index(
                condition=models.Q(("campaign__isnull", False)),
                fields=["company", "campaign", "-started_at", "-id"],
                name="call_campaign_newest",
            ),
        ),
        AddIndexConcurrently(
            model_name="call",
            index=models.Index(
                condition=models.Q(("recipient__isnull", False)),
                fields=["company", "recipient"],
                name="call_recipient",
            ),
        ),
        *(
            migrations.RunSQL(
                f'alter table telephony_call validate constraint "telephony_call_{name}_same_company"',
                migrations.RunSQL.noop,
            )
            for name in ("campaign", "recipient")
        ),
    ]
