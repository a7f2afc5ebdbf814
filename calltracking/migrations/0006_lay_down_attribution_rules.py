"""The rules that a new company starts from, for the companies there are."""

from django.db import migrations

RULES = (("tracking_number", None), ("provider_metadata", None), ("recipient", 30), ("earlier", 30))


def lay_down(apps, schema_editor):
    owner = schema_editor.connection.alias
    Company = apps.get_model("crm", "Company")
    AttributionRule = apps.get_model("calltracking", "AttributionRule")
    AttributionRule.objects.using(owner).bulk_create(
        (
            AttributionRule(company_id=company, kind=kind, position=position, window_days=days)
            for company in Company.objects.using(owner).values_list("pk", flat=True)
            for position, (kind, days) in enumerate(RULES, start=1)
        ),
        batch_size=1000,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("calltracking", "0005_attribution")]

    operations = [migrations.RunPython(lay_down, migrations.RunPython.noop)]
