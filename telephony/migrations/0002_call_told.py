# Of each fact of a call, when it was told: one moment for the whole call let the order of events decide.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('telephony', '0001_initial'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='call',
            name='told_at',
        ),
        migrations.AddField(
            model_name='call',
            name='told',
            field=models.JSONField(default=dict, editable=False, help_text='Of each fact, when its provider told it.'),
        ),
    ]
