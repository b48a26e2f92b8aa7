"""Columns and constraints of review: policies as a table, rounds bound to a content hash, verdicts."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from weiting.core import clock, ids
from weiting.core.flow import StateField
from weiting.posts.models import ContentClass, Correction, Issue, Post, Revision, Risk
from weiting.review.flow import RoundFlow, StepFlow
from weiting.units.models import Unit
from weiting.units.roles import Role

PERSON = settings.AUTH_USER_MODEL


class Lane(models.TextChoices):
    NORMAL = "normal", _("normal")
    CORRECTION = "correction", _("correction")
    REPLY = "reply", _("reply")
    EMERGENCY = "emergency", _("emergency")


class Place(models.TextChoices):
    UNIT = "unit", _("in the unit")
    PARENT = "parent", _("in the unit above")
    HALL = "hall", _("in the hall's own unit")


class AfterOutcome(models.TextChoices):
    FINE = "fine", _("in order")
    CORRECT = "correct", _("must be corrected")


class ReasonKind(models.TextChoices):
    """Why a text was sent back, for precedents and reports; the sentence itself is in the verdict."""

    FACTS = "facts", _("facts or figures are wrong")
    POLICY = "policy", _("does not match the policy")
    WORDING = "wording", _("wording or misprints")
    UNCLEAR = "unclear", _("not understandable to residents")
    INCOMPLETE = "incomplete", _("something is missing")
    SECRECY = "secrecy", _("secrecy")
    PERSONAL = "personal", _("personal data")
    LEGAL = "legal", _("legal doubt")
    PICTURE = "picture", _("picture or film")
    TIMING = "timing", _("not the right moment")
    REPEATED = "repeated", _("has been said already")
    OTHER = "other", _("other")


class Policy(models.Model):
    """One row of 分级审核规则: which texts take which path. Empty means "any"; the most specific row wins.

    Order of specificity: unit (nearest in the tree) > channel > risk > class > lane alone; see queries.policy_for.
    """

    name = models.CharField(_("name"), max_length=60)
    lane = models.CharField(_("lane"), max_length=10, choices=Lane.choices, default=Lane.NORMAL)
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="+")
    klass = models.CharField(_("class"), max_length=10, choices=ContentClass.choices, blank=True)
    risk = models.CharField(_("risk"), max_length=8, choices=Risk.choices, blank=True)
    channel = models.CharField(_("channel"), max_length=16, blank=True)
    # Hours within which an emergency text is reviewed after it went out.
    after_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lane", "unit", "klass", "risk", "channel"],
                condition=models.Q(retired_at__isnull=True),
                nulls_distinct=False,
                name="review_policy_one_row_per_case",
            )
        ]

    def __str__(self) -> str:
        return self.name


class PolicyStep(models.Model):
    """One step (审次) of a policy. Steps with the same `turn` are parallel; `quorum` approvals close one."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="steps")
    turn = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=30)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    place = models.CharField(_("where the role is held"), max_length=6, choices=Place.choices, default="unit")
    quorum = models.PositiveSmallIntegerField(_("how many must approve"), default=1)
    minutes = models.PositiveIntegerField(_("time allowed, minutes"), default=240)
    checklist = models.JSONField(_("what is checked"), default=list, blank=True)
    asks_secrecy = models.BooleanField(_("asks for the secrecy declaration"), default=False)

    class Meta:
        ordering = ["turn", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(turn__gte=1, turn__lte=4, quorum__gte=1),
                name="review_policystep_turn_1_to_4",
            )
        ]


class Round(models.Model):
    """One passage of one version through review. Exactly one of post (with revision) or issue is set."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="+")
    revision = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+")
    correction = models.ForeignKey(Correction, models.PROTECT, null=True, related_name="+")
    issue = models.ForeignKey(Issue, models.CASCADE, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    klass = models.CharField(max_length=10, choices=ContentClass.choices)
    risk = models.CharField(max_length=8, choices=Risk.choices)
    channel = models.CharField(max_length=16, blank=True)
    lane = models.CharField(max_length=10, choices=Lane.choices)
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, related_name="+")
    content_hash = models.CharField(max_length=64)
    state = StateField(RoundFlow)
    submitted_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    # Ids of everybody who had a hand in this version: none of them may approve it.
    authors = ArrayField(models.BigIntegerField(), default=list)
    submitted_at = models.DateTimeField(default=clock.now)
    note = models.CharField(max_length=300, blank=True)
    no_secrets = models.BooleanField(_("holds no state or work secret"), default=False)
    closed_at = models.DateTimeField(null=True)
    # Emergency lane: how many hours the policy gave when the round opened, until when the review afterwards
    # must be done, and when it was.
    after_hours = models.PositiveSmallIntegerField(null=True)
    after_due_at = models.DateTimeField(null=True)
    after_done_at = models.DateTimeField(null=True)
    after_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    after_outcome = models.CharField(max_length=10, choices=AfterOutcome.choices, blank=True)
    after_note = models.CharField(max_length=300, blank=True)
    after_reminded = models.BooleanField(default=False)

    class Meta:
        constraints = [
            RoundFlow.constraint("review_round_state"),
            models.CheckConstraint(
                condition=models.Q(post__isnull=False, revision__isnull=False, issue__isnull=True)
                | models.Q(post__isnull=True, revision__isnull=True, issue__isnull=False),
                name="review_round_post_or_issue",
            ),
            models.UniqueConstraint(
                fields=["revision"],
                condition=models.Q(state="open"),
                name="review_round_one_open_per_revision",
            ),
            models.UniqueConstraint(
                fields=["issue"],
                condition=models.Q(state="open"),
                name="review_round_one_open_per_issue",
            ),
        ]
        indexes = [
            models.Index(fields=["post", "-submitted_at"], name="review_round_of_post"),
            models.Index(fields=["unit", "-closed_at"], name="review_round_of_unit"),
            models.Index(
                fields=["after_due_at"],
                condition=models.Q(after_due_at__isnull=False, after_done_at__isnull=True),
                name="review_round_after_due",
            ),
        ]


class Step(models.Model):
    """One step of a round, copied from the policy when the round opened: later policy changes do not touch it."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="steps")
    turn = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=30)
    role = models.CharField(max_length=20, choices=Role.choices)
    # The role is asked for at `from_unit`; where it is vacant there, the step rises to `at_unit`, and
    # whoever holds the role at one of the units from the first up to the second may decide.
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    at_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    quorum = models.PositiveSmallIntegerField(default=1)
    minutes = models.PositiveIntegerField()
    checklist = models.JSONField(default=list)
    asks_secrecy = models.BooleanField(default=False)
    state = StateField(StepFlow)
    opened_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Whom the step was handed to by name; others of the role leave it alone until it is handed on.
    handed_to = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    # When the next reminder is to be sent, and how many have been.
    remind_at = models.DateTimeField(null=True)
    reminded = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["turn", "id"]
        constraints = [StepFlow.constraint("review_step_state")]
        indexes = [
            models.Index(
                fields=["at_unit", "role", "due_at"],
                condition=models.Q(state="open"),
                name="review_step_open",
            ),
            models.Index(fields=["round", "turn"], name="review_step_of_round"),
            models.Index(fields=["remind_at"], condition=models.Q(state="open"), name="review_step_remind"),
            models.Index(
                fields=["closed_at"],
                condition=models.Q(closed_at__isnull=False),
                name="review_step_closed",
            ),
        ]


class Verdict(models.Model):
    """What one person decided at one step, on exactly this content hash."""

    step = models.ForeignKey(Step, models.CASCADE, related_name="verdicts")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    # Set when the person acts as a substitute.
    for_person = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    approves = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    reason_kind = models.CharField(max_length=20, choices=ReasonKind.choices, blank=True)
    content_hash = models.CharField(max_length=64)
    checked = models.JSONField(default=list)
    no_secrets = models.BooleanField(default=False)
    by_link = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["step", "person"], name="review_verdict_once_per_person"),
            models.CheckConstraint(
                condition=models.Q(approves=True) | ~models.Q(reason=""),
                name="review_verdict_refusal_has_reason",
            ),
        ]


class Remark(models.Model):
    """A comment at a passage: the offsets count characters of the field's text, the quote pins them."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="remarks")
    revision = models.ForeignKey(Revision, models.CASCADE, null=True, related_name="+")
    field = models.CharField(max_length=10, default="body")
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    quote = models.CharField(max_length=300, blank=True)
    text = models.CharField(max_length=500)
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["at", "id"]


class Link(models.Model):
    """A signed one-time link for one reviewer's telephone: only a hash of its secret is kept [C07]."""

    step = models.ForeignKey(Step, models.CASCADE, related_name="+")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    # The version it was made for: a link never approves another one.
    content_hash = models.CharField(max_length=64)
    made_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
