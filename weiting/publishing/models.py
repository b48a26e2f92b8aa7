"""Columns and constraints of releases and of the places a hall editor gives to posts on the hall's page."""

from django.conf import settings
from django.db import models

from weiting.core import clock, ids
from weiting.core.flow import StateField
from weiting.posts.models import Correction, Issue, Post, Revision
from weiting.publishing.flow import ReleaseFlow
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
