from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('telephony', '0014_corrections'),
    ]

    operations = [
        migrations.AddField(
            model_name='quarantined',
            name='url_sealed',
            field=models.TextField(blank=True, db_default='', default='', editable=False),
        ),
    ]
