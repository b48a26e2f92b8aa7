"""App configuration of the relay module."""

from importlib import import_module

from django.apps import AppConfig

from weiting.posts import passing


class Config(AppConfig):
    """Registers weiting.relay with Django, and the sentences of what it records and tells."""

    name = "weiting.relay"
    label = "relay"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the verbs and the notices of this module in words; tell those below what passes which text on."""
        import_module("weiting.relay.audit_labels")
        import_module("weiting.relay.notice_kinds")
        passing.register(import_module("weiting.relay.queries").one_text)
