"""Columns of a notice: one thing told to one person once."""

from django.conf import settings
from django.db import models

from weiting.core import clock
from weiting.notices import kinds


class Notice(models.Model):
    """`key` says what it is about ("review.step:12:due"); the same person never gets the same key twice.

    The text is not stored: it is made from `kind` and `facts` in the reader's language.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)
    # When the e-mail may leave (after quiet hours); null: this person wants none.
    email_at = models.DateTimeField(null=True)
    emailed_at = models.DateTimeField(null=True)
    email_tries = models.PositiveSmallIntegerField(default=0)
    # Why it did not leave; with a "?" in front: nobody knows whether it did, so it is not sent again.
    email_error = models.CharField(max_length=250, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notices_notice_once")]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="notices_by_person"),
            models.Index(
                fields=["email_at"],
                condition=models.Q(emailed_at__isnull=True, email_at__isnull=False),
                name="notices_email_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def sentence(self) -> str:
        """Return the notice in the language now spoken."""
        return kinds.sentence(self.kind, self.facts)

    @property
    def icon(self) -> str:
        """Return the icon that stands beside it."""
        return kinds.icon(self.kind)
