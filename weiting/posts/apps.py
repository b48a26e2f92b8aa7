"""App configuration of the posts module."""

from importlib import import_module

from django.apps import AppConfig


class Config(AppConfig):
    """Registers weiting.posts with Django, and the sentences of what it records."""

    name = "weiting.posts"
    label = "posts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the verbs and the notices of this module in words."""
        import_module("weiting.posts.audit_labels")
        import_module("weiting.posts.notice_kinds")
