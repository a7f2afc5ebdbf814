from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("telephony", "0004_store_delivery"),
    ]

    operations = [
        migrations.AddField(
            model_name="webhookaddress",
            name="is_account_active",
            field=models.BooleanField(default=True, editable=False),
        ),
        migrations.RunSQL(
            "update telephony_webhookaddress a set is_account_active = false"
            " from telephony_provideraccount p where p.id = a.account_id and not p.is_active",
            migrations.RunSQL.noop,
        ),
    ]
