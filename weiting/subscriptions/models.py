"""Columns and constraints of who gets what by e-mail or by WebSub. Of a reader only the address is kept, sealed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from weiting.channels.models import Connection
from weiting.core import clock, ids
from weiting.posts.models import Column, Issue, Post
from weiting.units.models import Hall, Unit

# After so many refusals an address is not written to any more.
MOST_REFUSED = 3


class Reader(models.Model):
    """Somebody who asked for mail. There is no name, no count of what was opened, nothing but the address."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    # Tells that an address is here already, and nothing of which it is: keyed, and of no use without the key.
    digest = models.CharField(max_length=64, unique=True)
    sealed_with = models.CharField(max_length=40)
    sealed = models.BinaryField()
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    created_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True)
    # Letters asking for a confirmation, and since when they are counted.
    asked = models.PositiveSmallIntegerField(default=0)
    asked_since = models.DateTimeField(default=clock.now)
    # How often the address was refused, and since when.
    refused = models.PositiveSmallIntegerField(default=0)
    refused_since = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(confirmed_at__isnull=True),
                name="subscriptions_unconfirmed",
            )
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def sealed_for(self) -> str:
        """Return what its seal is bound to."""
        return self.public_id


class Rhythm(models.TextChoices):
    AT_ONCE = "at_once", _("at once, each text by itself")
    DAILY = "daily", _("once a day, at 18:00")


class Subscription(models.Model):
    """What a reader asked for: the texts of a unit, of a column, or of a whole hall."""

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="subscriptions")
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="+")
    column = models.ForeignKey(Column, models.CASCADE, null=True, related_name="+")
    hall = models.ForeignKey(Hall, models.CASCADE, null=True, related_name="+")
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices, default=Rhythm.AT_ONCE)
    asked_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(unit__isnull=False, column__isnull=True, hall__isnull=True)
                | models.Q(unit__isnull=True, column__isnull=False, hall__isnull=True)
                | models.Q(unit__isnull=True, column__isnull=True, hall__isnull=False),
                name="subscriptions_subscription_one_thing",
            ),
            models.UniqueConstraint(fields=["reader", "unit"], name="subscriptions_unit_once"),
            models.UniqueConstraint(fields=["reader", "column"], name="subscriptions_column_once"),
            models.UniqueConstraint(fields=["reader", "hall"], name="subscriptions_hall_once"),
        ]

    def __str__(self) -> str:
        return str(self.unit.short_name if self.unit else self.column or self.hall)


class Suppressed(models.Model):
    """An address whose owner asked never to be written to; kept as a keyed digest only."""

    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.digest[:8]


class Act(models.TextChoices):
    SEND = "send", _("new")
    CORRECT = "correct", _("correction")
    WITHDRAW = "withdraw", _("withdrawal")


class Bulletin(models.Model):
    """One text as it is mailed; `key` is the delivery's, so that laying it down twice is laying it down once."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    key = models.CharField(max_length=40, unique=True)
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="+")
    act = models.CharField(max_length=10, choices=Act.choices)
    # What a correction or a withdrawal follows: always the first letter.
    of = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, models.SET_NULL, null=True, related_name="+")
    issue = models.ForeignKey(Issue, models.SET_NULL, null=True, related_name="+")
    # As the adapter rendered it: subject, text, html, url, title, summary.
    fields = models.JSONField(default=dict)
    readers = models.PositiveIntegerField(default=0)
    # Passed on from another unit: it counts towards what a reader is sent by itself in a week.
    counts = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], name="subscriptions_bulletin_age"),
            models.Index(
                fields=["created_at"], condition=models.Q(counts=True), name="subscriptions_bulletin_counts"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Place(models.Model):
    """That a reader gets, or waits for, a bulletin: so that a correction reaches whom the error reached."""

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="places")
    reader = models.ForeignKey(Reader, models.CASCADE, related_name="+")
    # The letter that brought it; "": it waits for the day's letter.
    item_key = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "reader"], name="subscriptions_place_once")
        ]
        indexes = [
            models.Index(fields=["reader"], condition=models.Q(item_key=""), name="subscriptions_place_waits")
        ]

    def __str__(self) -> str:
        return f"{self.bulletin_id}:{self.reader_id}"


class FeedTopic(models.Model):
    """A feed that somebody follows by WebSub: its present bytes, and the number of that version."""

    url = models.URLField(max_length=500, unique=True)
    mime = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    # Only while it is to be distributed: what a worker sends.
    body = models.BinaryField(default=bytes)
    number = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.url


class FeedSubscriber(models.Model):
    """A confirmed WebSub subscription: where to, until when, signed with which secret."""

    topic = models.ForeignKey(FeedTopic, models.CASCADE, related_name="subscribers")
    callback = models.URLField(max_length=400)
    host = models.CharField(max_length=255, db_index=True)
    sealed_with = models.CharField(max_length=40, blank=True)
    sealed = models.BinaryField(default=bytes)
    until_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "callback"], name="subscriptions_feed_subscriber_once")
        ]

    def __str__(self) -> str:
        return self.callback

    @property
    def sealed_for(self) -> str:
        """Return what its seal is bound to."""
        return self.callback


class FeedRequest(models.Model):
    """A wish to follow a feed, or to stop: nothing changes before its callback has been asked whether it is meant."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    mode = models.CharField(max_length=12)
    topic = models.URLField(max_length=500)
    callback = models.URLField(max_length=400)
    lease_seconds = models.PositiveIntegerField(default=0)
    # Of the feed as it was when asked for, so that only what changes from then on is sent.
    mime = models.CharField(max_length=80, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    sealed_with = models.CharField(max_length=40, blank=True)
    sealed = models.BinaryField(default=bytes)
    asked_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.mode} {self.topic}"

    @property
    def sealed_for(self) -> str:
        """Return what its seal is bound to."""
        return self.callback
