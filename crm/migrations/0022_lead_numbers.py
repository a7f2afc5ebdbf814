"""The numbers of leads, added up from an index alone; it is built while contacts are written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # It does not work inside a transaction.
    atomic = False

    dependencies = [("crm", "0021_contact_imports")]

    operations = [
        AddIndexConcurrently(
            model_name="contact",
            index=models.Index(
                fields=["company", "lead_status", "priority", "lead_score", "assignee"],
                include=["latest_call_at", "estimated_value", "actual_value"],
                condition=~models.Q(lead_status=""),
                name="lead_numbers",
            ),
        ),
    ]
