"""Columns and constraints of connections: where a unit's texts go besides the hall, and by which credentials."""

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
    account = models.OneToOneField(Account, models.PROTECT, null=True, related_name="+")
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
    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            ConnectionFlow.constraint("channels_connection_state"),
            models.UniqueConstraint(fields=["unit", "kind", "name"], name="channels_connection_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
