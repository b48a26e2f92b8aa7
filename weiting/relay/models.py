"""Columns and constraints of relay calls, of what each asked unit answered, of the hall's key, and of joint rooms."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from weiting.core import clock, ids
from weiting.core.flow import StateField
from weiting.posts.models import Post, Revision
from weiting.relay.flow import AskFlow, CallFlow, RoomFlow, TaskFlow
from weiting.units.models import Hall, Unit

PERSON = settings.AUTH_USER_MODEL
LINE_MOST = 140


class Rules(models.Model):
    """What a hall has settled about relays: how many a unit and a reader may be asked to bear in a week, who reads own
    lines.
    """

    hall = models.OneToOneField(Hall, models.CASCADE, related_name="+")
    per_week = models.PositiveSmallIntegerField(_("relays a unit passes on in seven days"), default=3)
    per_reader = models.PositiveSmallIntegerField(
        _("relays a reader is mailed by themselves in seven days"), default=3
    )
    reviews_lines = models.BooleanField(_("a line of the unit's own goes through its review"), default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(per_week__gte=1, per_week__lte=50), name="relay_rules_per_week"
            ),
            models.CheckConstraint(
                condition=models.Q(per_reader__gte=1, per_reader__lte=50), name="relay_rules_per_reader"
            ),
        ]


class Group(models.Model):
    """Units kept together under a name, to be asked together again."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    owner = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=40)
    units: "models.ManyToManyField[Unit, GroupUnit]" = models.ManyToManyField(
        Unit, through="GroupUnit", related_name="+"
    )
    retired_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=models.Q(retired_at__isnull=True),
                name="relay_group_name_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class GroupUnit(models.Model):
    """The place of one unit in one group."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="places")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "unit"], name="relay_groupunit_once")]


class Call(models.Model):
    """A unit asks others to pass one public text on, by a time and for a reason."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    # The version it was opened for; what each unit passed on stands in its answer.
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    reason = models.CharField(_("why these units"), max_length=200)
    line = models.CharField(_("suggested line above it"), max_length=LINE_MOST, blank=True)
    due_at = models.DateTimeField(_("passed on by"))
    state = StateField(CallFlow)
    is_public = models.BooleanField(_("the coverage stands in the hall"), default=False)
    # An order from above, where there is one [J05].
    required_by = models.CharField(_("required by"), max_length=80, blank=True)
    required_number = models.CharField(_("number of the order"), max_length=60, blank=True)
    # An emergency is outside the weekly budget: who said so, and why.
    exempt_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    exempt_reason = models.CharField(_("why it is outside the budget"), max_length=200, blank=True)
    opened_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    state_reason = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    # When whoever opened it was told who kept silent.
    summed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            CallFlow.constraint("relay_call_state"),
            models.CheckConstraint(
                condition=models.Q(exempt_by__isnull=True) ^ ~models.Q(exempt_reason=""),
                name="relay_call_exempt_is_named",
            ),
            models.UniqueConstraint(
                fields=["post"], condition=models.Q(state="open"), name="relay_call_one_open_per_post"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state="open", summed_at__isnull=True),
                name="relay_call_due",
            )
        ]

    def __str__(self) -> str:
        return str(self.post)

    @property
    def is_over(self) -> bool:
        """Say whether its deadline has passed."""
        return self.due_at <= clock.now()

    @property
    def audit_label(self) -> str:
        """Return the title as the audit may keep it."""
        return self.post.audit_label


class Ask(models.Model):
    """What one unit was asked in one call, and its answer: a text of its own, a reason, or silence."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    call = models.ForeignKey(Call, models.PROTECT, related_name="asks")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    state = StateField(AskFlow)
    line = models.CharField(_("line of one's own above it"), max_length=LINE_MOST, blank=True)
    post = models.OneToOneField(Post, models.PROTECT, null=True, related_name="+")
    # Which version of the original the unit's text holds now.
    revision = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+")
    source_hash = models.CharField(max_length=64, blank=True)
    reason = models.CharField(_("why not"), max_length=200, blank=True)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    # Answered by the unit's own system: where it says the text stands, since when, what its page was found to hold.
    by_system = models.BooleanField(default=False)
    key = models.CharField(max_length=80, blank=True)
    answer_digest = models.CharField(max_length=64, blank=True)
    claimed_url = models.URLField(max_length=500, blank=True)
    claimed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    looks = models.PositiveSmallIntegerField(default=0)
    # Why the last look did not find it.
    unseen_why = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["unit__path", "id"]
        constraints = [
            AskFlow.constraint("relay_ask_state"),
            models.UniqueConstraint(fields=["call", "unit"], name="relay_ask_once"),
            models.CheckConstraint(
                condition=~models.Q(state="declined") | ~models.Q(reason=""),
                name="relay_ask_decline_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "-answered_at"], name="relay_ask_of_unit"),
            models.Index(
                fields=["looked_at"],
                condition=models.Q(by_system=True, state="accepted"),
                name="relay_ask_claimed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.call)


class SigningKey(models.Model):
    """The hall's key for what it signs: the public half for everybody, the private one sealed."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    public = models.CharField(max_length=64, unique=True)
    sealed_with = models.CharField(max_length=40, editable=False)
    sealed = models.BinaryField(editable=False)
    made_at = models.DateTimeField(default=clock.now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(retired_at__isnull=True), name="relay_signingkey_one"
            )
        ]

    @property
    def sealed_for(self) -> str:
        """Return what its seal is bound to."""
        return self.public_id


class Room(models.Model):
    """#马上办#: one matter, the units that settle it, and two hours on the wall clock."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    title = models.CharField(_("what is to be settled"), max_length=100)
    about = models.CharField(_("what is known so far"), max_length=500, blank=True)
    state = StateField(RoomFlow)
    opened_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    is_public = models.BooleanField(_("the hall shows it"), default=True)
    result = models.CharField(_("what came of it"), max_length=500, blank=True)
    closed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [RoomFlow.constraint("relay_room_state")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        """Say whether its two hours have passed without a result."""
        return self.closed_at is None and self.due_at <= clock.now()


class RoomTask(models.Model):
    """Who does what until when."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="tasks")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    what = models.CharField(_("what is to be done"), max_length=120)
    until_at = models.DateTimeField(_("until"))
    given_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(default=clock.now)
    state = StateField(TaskFlow)
    note = models.CharField(_("what was done"), max_length=200, blank=True)
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["until_at", "id"]
        constraints = [TaskFlow.constraint("relay_roomtask_state")]

    def __str__(self) -> str:
        return self.what

    @property
    def is_late(self) -> bool:
        """Say whether it was not done in time."""
        return (self.done_at or clock.now()) > self.until_at


class RoomUpdate(models.Model):
    """What a unit says in a room about how it stands."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="updates")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    text = models.CharField(_("how it stands"), max_length=300)
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]


class LetOut(models.Model):
    """That a second person read words of a room and let them out to the public, or said that they stay inside.

    It holds for exactly these words: changed ones wait again.
    """

    room = models.ForeignKey(Room, models.CASCADE, related_name="let_out")
    # Which words: "opening", "task:7", "note:7", "said:3", "result".
    key = models.CharField(max_length=30)
    content_hash = models.CharField(max_length=64)
    is_out = models.BooleanField()
    # Nobody: what stood in public before this was asked for.
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["room", "key", "content_hash"], name="relay_letout_once")
        ]

    def __str__(self) -> str:
        return self.key
