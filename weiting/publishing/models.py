"""Columns and constraints of releases, of their deliveries to channels, and of what heads a hall's page."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from weiting.channels.models import Connection
from weiting.core import clock, ids
from weiting.core.flow import StateField
from weiting.posts.models import Correction, Issue, Post, Revision
from weiting.publishing.flow import DeliveryFlow, ReleaseFlow
from weiting.units.models import Hall

PERSON = settings.AUTH_USER_MODEL


class Release(models.Model):
    """One approved version (or issue, or correction) on its way out, bound to the hash that was approved."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="+")
    revision = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+")
    correction = models.ForeignKey(Correction, models.PROTECT, null=True, related_name="+")
    issue = models.ForeignKey(Issue, models.CASCADE, null=True, related_name="+")
    content_hash = models.CharField(max_length=64)
    state = StateField(ReleaseFlow)
    # The instant; `zone` is the clock it was typed on and is shown beside it.
    due_at = models.DateTimeField()
    zone = models.CharField(max_length=40, default="Asia/Shanghai")
    planned_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    planned_at = models.DateTimeField(default=clock.now)
    released_at = models.DateTimeField(null=True)
    state_reason = models.CharField(max_length=200, blank=True)
    # Why it is held: by a person, or because the text was opened again and waits for its approval.
    held_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    waits_for_approval = models.BooleanField(default=False)

    class Meta:
        constraints = [
            ReleaseFlow.constraint("publishing_release_state"),
            models.CheckConstraint(
                condition=models.Q(post__isnull=False, revision__isnull=False, issue__isnull=True)
                | models.Q(post__isnull=True, revision__isnull=True, issue__isnull=False),
                name="publishing_release_post_or_issue",
            ),
            models.UniqueConstraint(
                fields=["post"],
                condition=models.Q(state__in=["planned", "held"]),
                name="publishing_release_one_plan_per_post",
            ),
            models.UniqueConstraint(
                fields=["issue"],
                condition=models.Q(state__in=["planned", "held"]),
                name="publishing_release_one_plan_per_issue",
            ),
            # Never twice: one version goes out once.
            models.UniqueConstraint(
                fields=["revision"],
                condition=models.Q(state="released"),
                name="publishing_release_revision_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state="planned"),
                name="publishing_release_due",
            ),
            models.Index(fields=["due_at", "state"], name="publishing_release_calendar"),
            models.Index(fields=["post", "-planned_at"], name="publishing_release_of_post"),
        ]


class Wish(models.Model):
    """What the editor chose while submitting: release as soon as approved, or at a time. No row: decided later."""

    post = models.OneToOneField(Post, models.CASCADE, null=True, related_name="+")
    issue = models.OneToOneField(Issue, models.CASCADE, null=True, related_name="+")
    # Empty: as soon as the text is approved.
    at = models.DateTimeField(null=True)
    zone = models.CharField(max_length=40, default="Asia/Shanghai")
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(post__isnull=True) ^ models.Q(issue__isnull=True),
                name="publishing_wish_post_or_issue",
            )
        ]


class Destination(models.Model):
    """An editor's choice about one channel of a text. No row: it goes there, as to every live one of the unit."""

    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="+")
    issue = models.ForeignKey(Issue, models.CASCADE, null=True, related_name="+")
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    is_on = models.BooleanField()
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(post__isnull=True) ^ models.Q(issue__isnull=True),
                name="publishing_destination_post_or_issue",
            ),
            models.UniqueConstraint(fields=["post", "connection"], name="publishing_destination_of_post"),
            models.UniqueConstraint(fields=["issue", "connection"], name="publishing_destination_of_issue"),
        ]


class LeadSlot(models.Model):
    """A post the hall editor puts at the head of a hall's page, until a time."""

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    until_at = models.DateTimeField(null=True)
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["hall", "post"], name="publishing_lead_once")]


class Act(models.TextChoices):
    SEND = "send", _("new")
    CORRECT = "correct", _("correction")
    WITHDRAW = "withdraw", _("withdrawal")


class Line(models.Model):
    """The order of one connection: what waits for it goes one after another, in the order it was laid down.

    The worker that holds the line has committed that it will call before it calls. Small rows that change often are
    kept apart from the deliveries, so that a million waiting ones do not slow the claim.
    """

    connection = models.OneToOneField(Connection, models.CASCADE, primary_key=True, related_name="+")
    # As the connection says: a worker takes only so many of one kind at once.
    kind = models.CharField(max_length=20)
    # When the first that waits is to be looked at; empty: nothing waits.
    next_at = models.DateTimeField(null=True)
    # Which worker holds it, and until when at the latest.
    holder = models.CharField(max_length=80, blank=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(next_at__isnull=False),
                name="publishing_line_due",
            )
        ]


# Goes on only by a person's word.
STOPPED = models.Q(state__in=["refused", "gave_up"]) | ~models.Q(needs="")


class Delivery(models.Model):
    """One release on its way to one connection; the row is the truth, jobs and notices only wake whoever looks."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    release = models.ForeignKey(Release, models.PROTECT, related_name="deliveries")
    # The board's index begins with it and serves for it as well.
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="+", db_index=False)
    act = models.CharField(max_length=10, choices=Act.choices, default=Act.SEND)
    # What a correction or a withdrawal follows.
    of = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    state = StateField(DeliveryFlow)
    queued_at = models.DateTimeField(default=clock.now)
    # Not looked at before; empty: at once.
    not_before = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    called_at = models.DateTimeField(null=True)
    # The channel's code, what it said, and what a person has to do.
    code = models.CharField(max_length=40, blank=True)
    why = models.CharField(max_length=300, blank=True)
    needs = models.CharField(max_length=20, blank=True)
    settled_at = models.DateTimeField(null=True)
    # When people were told that it needs them; empty again once it goes on.
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            DeliveryFlow.constraint("publishing_delivery_state"),
            # Never twice: whatever is tried, a release goes to a connection once for each act.
            models.UniqueConstraint(fields=["release", "connection", "act"], name="publishing_delivery_once"),
            models.CheckConstraint(
                condition=models.Q(act=Act.SEND) ^ models.Q(of__isnull=False),
                name="publishing_delivery_follows",
            ),
        ]
        indexes = [
            models.Index(
                fields=["connection", "id"],
                # One that waits for a person's decision lets the others pass.
                condition=models.Q(state__in=["queued", "sending", "in_doubt"], needs=""),
                name="publishing_delivery_line",
            ),
            models.Index(
                fields=["not_before"],
                # What a channel works on and is asked about.
                condition=models.Q(state="accepted", needs=""),
                name="publishing_delivery_accepted",
            ),
            models.Index(fields=["state", "-queued_at"], name="publishing_delivery_board"),
            # What stopped and needs a person, whatever its state: first on the board, and told once.
            models.Index(fields=["connection", "-id"], condition=STOPPED, name="publishing_delivery_stopped"),
            models.Index(
                fields=["id"],
                condition=STOPPED & models.Q(told_at__isnull=True),
                name="publishing_delivery_untold",
            ),
            models.Index(
                fields=["connection", "state", "-queued_at", "-id"], name="publishing_delivery_of_channel"
            ),
        ]


def first_look() -> datetime:
    """Return when a receipt made now is looked at for the first time."""
    return clock.now() + timedelta(hours=1)


class Receipt(models.Model):
    """The channel's word that it has a text: where, since when, which bytes, by what way; looked at again later."""

    class Way(models.TextChoices):
        INTERFACE = "interface", _("by the interface")
        LOOKED_UP = "looked_up", _("found by asking")
        BY_HAND = "by_hand", _("by hand")

    class Standing(models.TextChoices):
        UNCHECKED = "unchecked", _("not looked at again")
        THERE = "there", _("still there")
        CHANGED = "changed", _("changed there")
        GONE = "gone", _("gone")

    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="receipt")
    external_id = models.CharField(max_length=200)
    url = models.URLField(max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now)
    # Of what was really sent there, not of the text it was made from: that stands in the release.
    digest = models.CharField(max_length=64)
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.INTERFACE)
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    # When it is looked at next; empty: no more.
    check_at = models.DateTimeField(null=True, default=first_look)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.UNCHECKED)

    class Meta:
        indexes = [
            models.Index(
                fields=["check_at"],
                condition=models.Q(check_at__isnull=False),
                name="publishing_receipt_check",
            )
        ]
