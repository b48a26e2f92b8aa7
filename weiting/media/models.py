"""Columns and constraints of a stored picture, recording or film, and what it still lacks."""

from typing import Any, TypedDict

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _, gettext_lazy

from weiting.core import clock, ids
from weiting.media.limits import Kind

__all__ = ["Asset", "Kind", "Rendition", "Rights"]


class Rights(models.TextChoices):
    """Why the unit may show it."""

    OWN = "own", gettext_lazy("Made by ourselves")
    LICENSED = "licensed", gettext_lazy("Licensed")
    CONSENTED = "consented", gettext_lazy("The author or the people shown consented")


class Rendition(TypedDict):
    """One stored file of an asset; `path` is relative to MEDIA_ROOT."""

    name: str
    width: int | None
    height: int | None
    mime: str
    bytes: int
    path: str


class Asset(models.Model):
    """One upload as it is kept: cleaned, named by the hash of its bytes. Retired ones stay, marked."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    unit_id = models.BigIntegerField(db_index=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    original_name = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, help_text="Of the stored master, not of what was sent.")
    bytes = models.BigIntegerField(help_text="Size of the stored master.")
    mime = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    duration_ms = models.PositiveBigIntegerField(null=True)
    colour = models.CharField(
        max_length=7, blank=True, help_text="Mean colour, #rrggbb, shown while loading."
    )
    renditions = models.JSONField(default=list)

    alt = models.CharField(max_length=500, blank=True)
    transcript = models.TextField(blank=True)
    captions = models.TextField(blank=True, help_text="WebVTT.")
    poster = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    credit = models.CharField(max_length=200, blank=True)
    rights = models.CharField(max_length=10, choices=Rights.choices, blank=True)
    rights_note = models.CharField(max_length=500, blank=True)
    consent_until = models.DateField(null=True, blank=True)
    faces_checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    faces_checked_at = models.DateTimeField(null=True)

    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    retired_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["unit_id", "-created_at", "-id"], name="media_asset_by_unit")]
        constraints = [
            # Also what makes two uploads of one file at the same moment end as one row.
            models.UniqueConstraint(
                fields=["unit_id", "sha256"],
                condition=models.Q(retired_at=None),
                name="media_asset_once_per_unit",
            ),
            models.CheckConstraint(
                condition=models.Q(retired_at=None) | ~models.Q(retired_reason=""),
                name="media_asset_retired_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(faces_checked_at=None, faces_checked_by=None)
                | models.Q(faces_checked_at__isnull=False, faces_checked_by__isnull=False),
                name="media_asset_faces_checked_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.alt or self.original_name or self.public_id

    @property
    def is_retired(self) -> bool:
        """Tell whether it may no longer be used in anything new."""
        return self.retired_at is not None

    @property
    def master(self) -> Rendition:
        """Return the largest stored file."""
        found: list[Rendition] = self.renditions
        return found[0]

    def rendition(self, name: str) -> Rendition | None:
        """Return a stored file by its name: master, w320, w640, w1280, jpeg640."""
        return next((each for each in self.renditions if each["name"] == name), None)

    def url(self, name: str = "master") -> str:
        """Return the address of a stored file; the master's if there is none of that name."""
        found: dict[str, Any] | Rendition = self.rendition(name) or self.master
        return f"{settings.MEDIA_URL}{found['path']}"

    def lacks(self) -> list[str]:
        """List in sentences what is missing before it may be shown to the public; empty means ready."""
        words = {
            Kind.PICTURE: (self.alt, _("Describe the picture for people who cannot see it.")),
            Kind.AUDIO: (self.transcript, _("Write down what is said, for people who cannot hear it.")),
            Kind.VIDEO: (
                self.captions or self.transcript,
                _("Add captions or write down what is said and shown."),
            ),
        }
        said, sentence = words[Kind(self.kind)]
        is_film, is_seen = self.kind == Kind.VIDEO, self.kind != Kind.AUDIO
        needed = [
            (not self.is_retired, _("This file was taken out of use. Choose another one.")),
            (said, sentence),
            (
                not is_film or self.poster_id,
                _("Choose a still picture that stands for the film until it plays."),
            ),
            (self.rights, _("Say why the unit may show it.")),
            (not self._has_lapsed(), _("The consent has ended. Ask again or choose another file.")),
            (not is_seen or self.faces_checked_at, _("Confirm that faces and number plates were looked at.")),
        ]
        return [sentence for given, sentence in needed if not given]

    def _has_lapsed(self) -> bool:
        until = self.consent_until
        return self.rights == Rights.CONSENTED and until is not None and until < clock.today()
