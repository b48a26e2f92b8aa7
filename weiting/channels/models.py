"""Columns and constraints of connections: where a unit's texts go besides the hall, and by which credentials."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from weiting.channels.flow import ConnectionFlow
from weiting.core import clock, ids
from weiting.core.flow import StateField
from weiting.units.models import Account, Unit

PERSON = settings.AUTH_USER_MODEL


class Connection(models.Model):
    """One place a unit's texts go to: an account of the register, or a receiver that needs none (a webhook)."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(_("channel"), max_length=20)
    name = models.CharField(_("name"), max_length=80)
    state = StateField(ConnectionFlow)
    base = models.URLField(_("address of the interface"), max_length=300)
    values = models.JSONField(default=dict, editable=False)
    # Sealed with the key of that name, which lies outside the database.
    sealed_with = models.CharField(max_length=40, blank=True, editable=False)
    sealed = models.BinaryField(default=bytes, editable=False)
    authorised_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField(_("authorised until"), null=True, editable=False)
    last_ok_at = models.DateTimeField(null=True, editable=False)
    # What a person has to do before anything goes out again; "" while all is well.
    needs = models.CharField(max_length=20, blank=True, editable=False)
    needs_code = models.CharField(max_length=40, blank=True, editable=False)
    needs_since = models.DateTimeField(null=True, editable=False)
    # Who answers for it, and is told ahead of what runs out.
    owner = models.ForeignKey(PERSON, models.SET_NULL, null=True, blank=True, related_name="+")
    # Which secrets are set, since when and by whom, by their names; they themselves are sealed.
    secrets_set = models.JSONField(default=dict, editable=False)
    # Why it rests or has ended.
    state_reason = models.CharField(max_length=200, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    # How the last test ended: "ok", or the code of what was the matter, and what the platform said.
    tested_at = models.DateTimeField(null=True, editable=False)
    tested_code = models.CharField(max_length=40, blank=True, editable=False)
    tested_need = models.CharField(max_length=20, blank=True, editable=False)
    tested_why = models.CharField(max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            ConnectionFlow.constraint("channels_connection_state"),
            # What has ended stands in nobody's way.
            models.UniqueConstraint(
                fields=["unit", "kind", "name"],
                condition=~models.Q(state="ended"),
                name="channels_connection_name_once",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=~models.Q(state="ended"),
                name="channels_connection_account_once",
            ),
            # One archive of a closed account.
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(kind="historic"),
                name="channels_connection_archive_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def secret_set(self, name: str) -> dict[str, Any]:
        """Return when (`at`) and by whom (`by`, "" for nobody) a secret was set; nothing while it is not."""
        stamp = self.secrets_set.get(name)
        return {"at": datetime.fromisoformat(stamp["at"]), "by": stamp["by"]} if stamp else {}

    @property
    def sealed_for(self) -> str:
        """Return what its seal is bound to."""
        return self.public_id


class Heard(models.Model):
    """One thing a channel told us, kept before it was answered. What people wrote is sealed like a credential."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    # What tells a repeated call apart, as a digest: nobody's number stands in it.
    key = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)
    sealed_with = models.CharField(max_length=40, blank=True)
    sealed = models.BinaryField(default=bytes)
    at = models.DateTimeField(default=clock.now)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "key"], name="channels_heard_once"),
        ]
        indexes = [
            models.Index(
                fields=["kind", "at"],
                condition=models.Q(handled_at__isnull=True),
                name="channels_heard_waiting",
            ),
            models.Index(fields=["at"], name="channels_heard_age"),
        ]

    @property
    def sealed_for(self) -> str:
        """Return what its seal is bound to."""
        return f"heard:{self.connection.public_id}:{self.key}"


class Ear(models.Model):
    """What listening to a connection has come to: how far it was read, and what was refused."""

    connection = models.OneToOneField(Connection, models.CASCADE, primary_key=True, related_name="+")
    # The newest that was read of each list of the platform, and when it is read next.
    marks = models.JSONField(default=dict)
    next_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    # Calls that were not the platform's, or not in a form it uses.
    forged = models.PositiveIntegerField(default=0)
    forged_at = models.DateTimeField(null=True)
    # Calls that were signed long before they came; of the newest by how many seconds (negative: ahead of us).
    late = models.PositiveIntegerField(default=0)
    late_at = models.DateTimeField(null=True)
    late_by = models.IntegerField(default=0)
    large = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="channels_ear_next")]


class Spend(models.Model):
    """How much of one quota of the platform a connection has used in one window of time."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    name = models.CharField(max_length=20)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)
    # The platform itself said that nothing is left.
    is_full = models.BooleanField(default=False)
    # By which keys, where a repeated call under the same key is not counted twice.
    spent_by = models.JSONField(default=list)
    last_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "name", "from_at"], name="channels_spend_once"),
        ]
        indexes = [models.Index(fields=["until_at"], name="channels_spend_age")]


class Archived(models.Model):
    """One text that stood on a platform that has closed, as its export tells it; kept to be read, never sent."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="+")
    # The platform's own number of it, or a digest of time and text: the same text twice is kept once.
    key = models.CharField(max_length=64)
    at = models.DateTimeField()
    text = models.TextField()
    url = models.URLField(max_length=500, blank=True)
    # As the export tells them, never scored.
    figures = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "key"], name="channels_archived_once"),
        ]
        indexes = [models.Index(fields=["connection", "-at", "-id"], name="channels_archived_newest")]

    def __str__(self) -> str:
        return self.text[:60]
