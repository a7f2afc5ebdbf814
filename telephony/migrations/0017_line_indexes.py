"""Indexes over what brought a call, built while calls come in; then the key to its line is checked."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Neither works inside a transaction, or would hold up every call while it runs in one.
    atomic = False

    dependencies = [("telephony", "0016_lines")]

    operations = [
        AddIndexConcurrently(
            model_name="call",
            index=models.Index(condition=models.Q(("campaign__isnull", True), models.Q(("attributed_by", "manual"), _negated=True)), fields=["company", "-started_at", "-id"], name="call_unattributed"),
        ),
        AddIndexConcurrently(
            model_name="call",
            index=models.Index(condition=models.Q(("campaign__isnull", False), models.Q(("attributed_by", "earlier"), _negated=True)), fields=["company", "contact", "-started_at", "-id"], name="call_touch"),
        ),
        AddIndexConcurrently(
            model_name="call",
            index=models.Index(condition=models.Q(("attributed_by", "manual")), fields=["company", "-started_at", "-id"], name="call_chosen"),
        ),
        AddIndexConcurrently(
            model_name="call",
            index=models.Index(condition=models.Q(("line__isnull", False)), fields=["company", "line"], name="call_line"),
        ),
        migrations.RunSQL(
            'alter table telephony_call validate constraint "telephony_call_line_same_company"',
            migrations.RunSQL.noop,
        ),
    ]
