"""App configuration of the channels module."""

from importlib import import_module

from django.apps import AppConfig


class Config(AppConfig):
    """Registers weiting.channels with Django, and the sentences of what it records."""

    name = "weiting.channels"
    label = "channels"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the verbs and the notices of this module in words."""
        import_module("weiting.channels.audit_labels")
        import_module("weiting.channels.notice_kinds")
