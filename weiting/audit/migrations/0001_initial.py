"""The two tables of the chain."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "seq",
                    models.BigIntegerField(primary_key=True, serialize=False, verbose_name="number"),
                ),
                ("at", models.DateTimeField(verbose_name="time")),
                ("actor_id", models.BigIntegerField(null=True)),
                (
                    "actor_label",
                    models.CharField(blank=True, max_length=200, verbose_name="who"),
                ),
                (
                    "actor_role",
                    models.CharField(blank=True, max_length=60, verbose_name="as"),
                ),
                ("verb", models.CharField(max_length=100, verbose_name="act")),
                ("subject_type", models.CharField(blank=True, max_length=100)),
                ("subject_id", models.CharField(blank=True, max_length=64)),
                (
                    "subject_label",
                    models.CharField(blank=True, max_length=200, verbose_name="what"),
                ),
                ("unit_id", models.BigIntegerField(null=True)),
                (
                    "unit_label",
                    models.CharField(blank=True, max_length=200, verbose_name="unit"),
                ),
                ("facts", models.JSONField(default=dict, verbose_name="facts")),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("web", "web page"),
                            ("cli", "command line"),
                            ("worker", "by itself"),
                            ("link", "signed link"),
                        ],
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
                ("origin_mark", models.CharField(blank=True, max_length=16)),
                ("prev_sm3", models.BinaryField(max_length=32)),
                ("prev_sha256", models.BinaryField(max_length=32)),
                ("sm3", models.BinaryField(max_length=32)),
                ("sha256", models.BinaryField(max_length=32)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["subject_type", "subject_id", "seq"],
                        name="audit_entry_subject",
                    ),
                    models.Index(fields=["actor_id", "seq"], name="audit_entry_actor"),
                    models.Index(fields=["unit_id", "seq"], name="audit_entry_unit"),
                    models.Index(fields=["at"], name="audit_entry_at"),
                    models.Index(
                        django.contrib.postgres.indexes.OpClass("verb", name="text_pattern_ops"),
                        models.F("seq"),
                        name="audit_entry_verb",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("seq__gte", 1)),
                        name="audit_entry_seq_from_1",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("prev_sm3__length", 32),
                            ("prev_sha256__length", 32),
                            ("sm3__length", 32),
                            ("sha256__length", 32),
                        ),
                        name="audit_entry_digest_size",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                (
                    "day",
                    models.DateField(primary_key=True, serialize=False, verbose_name="day"),
                ),
                ("seq", models.BigIntegerField(verbose_name="number")),
                ("sm3", models.BinaryField(max_length=32)),
                ("sha256", models.BinaryField(max_length=32)),
                ("sealed_at", models.DateTimeField(verbose_name="sealed at")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sm3__length", 32), ("sha256__length", 32)),
                        name="audit_head_digest_size",
                    )
                ],
            },
        ),
    ]
