"""An index for what channels have accepted and are asked about."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publishing", "0002_deliveries")]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("needs", ""), ("state", "accepted")),
                fields=["not_before"],
                name="publishing_delivery_accepted",
            ),
        ),
    ]
