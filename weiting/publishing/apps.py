"""App configuration of the publishing module."""

from importlib import import_module

from django.apps import AppConfig


class Config(AppConfig):
    """Registers weiting.publishing with Django, and the sentences of what it records."""

    name = "weiting.publishing"
    label = "publishing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the verbs and the notices of this module in words, and have workers carry deliveries."""
        import_module("weiting.publishing.audit_labels")
        import_module("weiting.publishing.notice_kinds")
        import_module("weiting.publishing.runners")
