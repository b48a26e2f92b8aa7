"""App configuration of the fediverse module."""

from importlib import import_module

from django.apps import AppConfig

from weiting.fanout import postmen


class Config(AppConfig):
    """Registers weiting.fediverse with Django, and who carries its copies."""

    name = "weiting.fediverse"
    label = "fediverse"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the verbs of this module in words, and name its postman."""
        import_module("weiting.fediverse.audit_labels")
        postmen.register("activitypub", "weiting.fediverse.postman.Postman")
