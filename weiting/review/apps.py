"""App configuration of the review module."""

from importlib import import_module

from django.apps import AppConfig


class Config(AppConfig):
    """Registers weiting.review with Django, and the sentences of what it records."""

    name = "weiting.review"
    label = "review"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the verbs and the notices of this module in words."""
        import_module("weiting.review.audit_labels")
        import_module("weiting.review.notice_kinds")
