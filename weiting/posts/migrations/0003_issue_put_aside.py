"""Lets an issue be put aside and taken back into work, as a text can."""

import weiting.core.flow
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("media", "0001_initial"),
        ("posts", "0002_single_characters"),
        ("units", "0003_account_applied_by"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="issue",
            name="posts_issue_state",
        ),
        migrations.AlterField(
            model_name="issue",
            name="state",
            field=weiting.core.flow.StateField(
                choices=[
                    ("draft", "draft"),
                    ("in_review", "in review"),
                    ("returned", "sent back"),
                    ("approved", "approved"),
                    ("published", "published"),
                    ("withdrawn", "withdrawn"),
                    ("discarded", "put aside"),
                ],
                default="draft",
                editable=False,
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="issue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["approved", "discarded", "draft", "in_review", "published", "returned", "withdrawn"],
                    )
                ),
                name="posts_issue_state",
            ),
        ),
    ]
