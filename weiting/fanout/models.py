"""Columns and constraints of one text for many addresses: the text once, the hosts, and a small row for each copy."""

from django.db import models

from weiting.core import clock
from weiting.core.flow import StateField
from weiting.fanout.flow import CopyFlow


class Item(models.Model):
    """What is sent, once; `key` makes laying it down twice the same as once."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=120, unique=True)
    # Items of one order reach each host one after another; "": in any order.
    order = models.CharField(max_length=80, blank=True)
    payload = models.JSONField(default=dict)
    copies = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="fanout_item_created")]

    def __str__(self) -> str:
        return self.key


class Host(models.Model):
    """One machine of others: how it fares, when it is asked next, and which worker is asking it."""

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=255)
    # Calls that did not reach it, one after another; and since when.
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    why = models.CharField(max_length=200, blank=True)
    last_ok_at = models.DateTimeField(null=True)
    # When its first copy is to be looked at; empty: nothing waits.
    next_at = models.DateTimeField(null=True)
    holder = models.CharField(max_length=80, blank=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="fanout_host_once")]
        indexes = [
            models.Index(
                fields=["next_at"], condition=models.Q(next_at__isnull=False), name="fanout_host_due"
            )
        ]

    def __str__(self) -> str:
        return self.name


OPEN = models.Q(state__in=["waiting", "sending"])


class Copy(models.Model):
    """One text for one address."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    host = models.ForeignKey(Host, models.PROTECT, related_name="+", db_index=False)
    # As the item says; here so that the order of a host is one index.
    order = models.CharField(max_length=80, blank=True)
    target = models.CharField(max_length=500)
    state = StateField(CopyFlow)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Set where this address alone is to be asked later; a host that rests says so itself.
    next_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=40, blank=True)
    why = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CopyFlow.constraint("fanout_copy_state"),
            # Never twice: an address has one copy of a text.
            models.UniqueConstraint(fields=["item", "target"], name="fanout_copy_once"),
        ]
        indexes = [
            models.Index(fields=["host", "id"], condition=OPEN, name="fanout_copy_of_host"),
            models.Index(fields=["host", "order", "item"], condition=OPEN, name="fanout_copy_order"),
            models.Index(
                fields=["item", "state"], condition=~models.Q(state="sent"), name="fanout_copy_unsent"
            ),
            models.Index(fields=["settled_at"], condition=models.Q(state="sent"), name="fanout_copy_sent"),
        ]

    def __str__(self) -> str:
        return self.target
