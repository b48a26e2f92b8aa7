"""Columns and constraints of the chain. Triggers (migration 0002) refuse any change of a row."""

from typing import Any

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from weiting.audit import chain, labels

models.BinaryField.register_lookup(Length)


def _is_digest(*names: str) -> models.Q:
    condition = models.Q()
    for name in names:
        condition &= models.Q(**{f"{name}__length": chain.SIZE})
    return condition


class Origin(models.TextChoices):
    WEB = "web", _("web page")
    CLI = "cli", _("command line")
    WORKER = "worker", _("by itself")
    LINK = "link", _("signed link")


class Entry(models.Model):
    """One act. People, units and subjects are ids and labels, not relations: the entry outlives them."""

    seq = models.BigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("time"))
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(_("who"), max_length=200, blank=True)
    actor_role = models.CharField(_("as"), max_length=60, blank=True)
    verb = models.CharField(_("act"), max_length=100)
    subject_type = models.CharField(max_length=100, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    subject_label = models.CharField(_("what"), max_length=200, blank=True)
    unit_id = models.BigIntegerField(null=True)
    unit_label = models.CharField(_("unit"), max_length=200, blank=True)
    facts = models.JSONField(_("facts"), default=dict)
    origin = models.CharField(_("how"), max_length=10, choices=Origin.choices)
    # A keyed hash of the caller's address that changes every day; never the address.
    origin_mark = models.CharField(max_length=16, blank=True)
    prev_sm3 = models.BinaryField(max_length=chain.SIZE)
    prev_sha256 = models.BinaryField(max_length=chain.SIZE)
    sm3 = models.BinaryField(max_length=chain.SIZE)
    sha256 = models.BinaryField(max_length=chain.SIZE)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "seq"], name="audit_entry_subject"),
            models.Index(fields=["actor_id", "seq"], name="audit_entry_actor"),
            models.Index(fields=["unit_id", "seq"], name="audit_entry_unit"),
            models.Index(fields=["at"], name="audit_entry_at"),
            models.Index(OpClass("verb", name="text_pattern_ops"), "seq", name="audit_entry_verb"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(seq__gte=1), name="audit_entry_seq_from_1"),
            models.CheckConstraint(
                condition=_is_digest("prev_sm3", "prev_sha256", "sm3", "sha256"),
                name="audit_entry_digest_size",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.verb}"

    def content(self) -> dict[str, Any]:
        """Return exactly what the digests cover."""
        return {
            "v": chain.VERSION,
            "seq": self.seq,
            "at": chain.moment(self.at),
            "actor_id": self.actor_id,
            "actor_label": self.actor_label,
            "actor_role": self.actor_role,
            "verb": self.verb,
            "subject_type": self.subject_type,
            "subject_id": self.subject_id,
            "subject_label": self.subject_label,
            "unit_id": self.unit_id,
            "unit_label": self.unit_label,
            "facts": self.facts,
            "origin": self.origin,
            "origin_mark": self.origin_mark,
        }

    def link(self) -> chain.Link:
        """Return the entry as the check needs it."""
        return chain.Link(
            self.seq,
            self.content(),
            chain.Digests(bytes(self.prev_sm3), bytes(self.prev_sha256)),
            chain.Digests(bytes(self.sm3), bytes(self.sha256)),
        )

    @property
    def sentence(self) -> str:
        """Return the act in the reader's words, or the bare verb when nobody has put it in words."""
        return labels.sentence(self.verb)


class Head(models.Model):
    """The digest that stood at the end of the chain when a day ended, as it is announced."""

    day = models.DateField(_("day"), primary_key=True)
    seq = models.BigIntegerField(_("number"))
    sm3 = models.BinaryField(max_length=chain.SIZE)
    sha256 = models.BinaryField(max_length=chain.SIZE)
    sealed_at = models.DateTimeField(_("sealed at"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_is_digest("sm3", "sha256"), name="audit_head_digest_size"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.short}"

    @property
    def short(self) -> str:
        """Return the printed form: "7f3a 91c0 5be2 d418"."""
        return chain.short(bytes(self.sm3))

    def announced(self) -> chain.DayHead:
        """Return the head as the check needs it."""
        return chain.DayHead(self.day, self.seq, chain.Digests(bytes(self.sm3), bytes(self.sha256)))
