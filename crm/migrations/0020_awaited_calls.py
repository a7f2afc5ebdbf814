from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0019_hot_leads")]

    operations = [
        migrations.AddField(
            model_name="company",
            name="awaited_calls",
            field=models.PositiveIntegerField(
                editable=False, help_text="How many calls a demo will have; empty once it has them.", null=True
            ),
        ),
    ]
