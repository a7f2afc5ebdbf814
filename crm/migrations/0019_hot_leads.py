"""Hot leads by score and by chance, found by index."""

from django.db import migrations, models

IS_HOT = models.Q(is_hot=True) & ~models.Q(lead_status="")


class Migration(migrations.Migration):
    dependencies = [("crm", "0018_notification_preferences")]

    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["company", "-lead_score", "-id"], condition=IS_HOT, name="lead_hot_score"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                fields=["company", "-conversion_probability", "-id"], condition=IS_HOT, name="lead_hot_chance"
            ),
        ),
    ]
