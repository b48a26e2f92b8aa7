"""Registers the media module with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from weiting.audit import labels


class MediaConfig(AppConfig):
    """The library of pictures, sound and film."""

    name = "weiting.media"
    label = "media"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the module's verbs in words for the audit."""
        labels.register(
            {
                "media.asset.store": _("Uploaded a file"),
                "media.asset.describe": _("Described a file"),
                "media.asset.retire": _("Took a file out of use"),
            }
        )
