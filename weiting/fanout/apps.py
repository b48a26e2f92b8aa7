"""App configuration of the fanout module."""

from importlib import import_module

from django.apps import AppConfig


class Config(AppConfig):
    """Registers weiting.fanout with Django."""

    name = "weiting.fanout"
    label = "fanout"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have workers carry copies."""
        import_module("weiting.fanout.runners")
