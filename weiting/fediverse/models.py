"""Columns and constraints of our accounts in the fediverse, what they said, who follows them, and what was heard.

Of other people nothing is kept but the addresses that delivery needs; what they wrote to us is sealed.
"""

from django.conf import settings
from django.db import models

from weiting.channels.models import Connection
from weiting.core import clock, ids
from weiting.core.flow import StateField
from weiting.fediverse.flow import FollowFlow

PERSON = settings.AUTH_USER_MODEL
URI = 500


class Actor(models.Model):
    """One of our accounts as others see it; the one without a connection signs what the hall itself asks for."""

    connection = models.OneToOneField(Connection, models.PROTECT, null=True, related_name="+")
    handle = models.CharField(max_length=60, unique=True)
    # Counts the keys it has had; the private one is sealed like a channel's credentials.
    key_number = models.PositiveSmallIntegerField(default=1)
    public_key = models.TextField()
    sealed_with = models.CharField(max_length=40)
    sealed = models.BinaryField()
    rotated_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection"],
                condition=models.Q(connection__isnull=True),
                nulls_distinct=False,
                name="fediverse_actor_one_hall",
            )
        ]

    def __str__(self) -> str:
        return self.handle

    @property
    def sealed_for(self) -> str:
        """Return what its seal is bound to."""
        return f"fediverse:{self.handle}:{self.key_number}"


class Note(models.Model):
    """One text, reply or relay of an account of ours. `said` is what its object says besides its addresses."""

    class Kind(models.TextChoices):
        NOTE = "note"
        REPLY = "reply"
        ANNOUNCE = "announce"

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.NOTE)
    # Of the delivery or of whoever asked for it: the same key twice is the same text.
    key = models.CharField(max_length=120)
    said = models.JSONField(default=dict)
    # The hall's page; of a relay, the object that is relayed; of a reply, what it answers.
    url = models.CharField(max_length=URI, blank=True)
    about = models.CharField(max_length=URI, blank=True)
    # Of a reply: whom it is addressed to besides everybody, and whether everybody may see it.
    to = models.CharField(max_length=URI, blank=True)
    is_public = models.BooleanField(default=True)
    published_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="fediverse_note_once")]
        indexes = [
            models.Index(fields=["actor", "-published_at"], name="fediverse_note_outbox"),
            models.Index(fields=["url"], name="fediverse_note_url"),
            models.Index(fields=["about"], condition=models.Q(kind="announce"), name="fediverse_note_about"),
        ]


class Reaction(models.Model):
    """That somebody liked or relayed a text of ours: counted once, by a keyed digest that names nobody."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10)
    who = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["note", "kind", "who"], name="fediverse_reaction_once")
        ]


class Peer(models.Model):
    """What is needed to check somebody's signature and to reach them; read anew when it no longer fits."""

    uri = models.CharField(max_length=URI, unique=True)
    host = models.CharField(max_length=255)
    inbox = models.CharField(max_length=URI)
    shared_inbox = models.CharField(max_length=URI, blank=True)
    key_id = models.CharField(max_length=URI, db_index=True)
    public_key = models.TextField()
    read_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["read_at"], name="fediverse_peer_age")]

    def __str__(self) -> str:
        return self.uri


class Follower(models.Model):
    """Who follows an account of ours: only where to deliver to."""

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="+")
    uri = models.CharField(max_length=URI)
    host = models.CharField(max_length=255)
    # The shared inbox of the host where it has one: one copy for all who follow from there.
    inbox = models.CharField(max_length=URI)
    follow_id = models.CharField(max_length=URI, blank=True)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "uri"], name="fediverse_follower_once")]
        indexes = [
            models.Index(fields=["actor", "inbox"], name="fediverse_follower_inbox"),
            models.Index(fields=["uri"], name="fediverse_follower_uri"),
            models.Index(fields=["host", "since"], name="fediverse_follower_host"),
        ]


class Followed(models.Model):
    """An official account elsewhere that an account of ours follows."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    actor = models.ForeignKey(Actor, models.CASCADE, related_name="+")
    uri = models.CharField(max_length=URI)
    address = models.CharField(max_length=300)
    state = StateField(FollowFlow)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            FollowFlow.constraint("fediverse_followed_state"),
            models.UniqueConstraint(fields=["actor", "uri"], name="fediverse_followed_once"),
        ]
        indexes = [models.Index(fields=["uri"], name="fediverse_followed_uri")]


class Received(models.Model):
    """A text of an account we follow: what can be relayed or answered from here."""

    uri = models.CharField(max_length=URI, unique=True)
    by = models.CharField(max_length=URI)
    url = models.CharField(max_length=URI, blank=True)
    html = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["by", "-received_at"], name="fediverse_received_by")]


class Heard(models.Model):
    """A reply, a mention or a report that reached an account of ours; who wrote what is sealed."""

    class Kind(models.TextChoices):
        REPLY = "reply"
        MENTION = "mention"
        REPORT = "report"

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    actor = models.ForeignKey(Actor, models.CASCADE, null=True, related_name="+")
    note = models.ForeignKey(Note, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # A keyed digest of its address and its writer: tells repetitions, and who may change it.
    digest = models.CharField(max_length=64, unique=True)
    is_public = models.BooleanField(default=True)
    sealed_with = models.CharField(max_length=40)
    sealed = models.BinaryField()
    at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["at"], condition=models.Q(handled_at__isnull=True), name="fediverse_heard_waiting"
            )
        ]

    @property
    def sealed_for(self) -> str:
        """Return what its seal is bound to."""
        return f"fediverse:{self.digest}"


class Seen(models.Model):
    """What has been taken already: activities and signatures, by digest."""

    digest = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(default=clock.now, db_index=True)


class Block(models.Model):
    """A host or an account elsewhere from which nothing is taken and to which nothing is sent, and why."""

    # "host.example", or the whole address of an account.
    what = models.CharField(max_length=URI, unique=True)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.what


class Tally(models.Model):
    """How many calls of a day were refused, by the reason."""

    day = models.DateField()
    reason = models.CharField(max_length=20)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "reason"], name="fediverse_tally_once")]
