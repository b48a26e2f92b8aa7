"""App configuration of the subscriptions module."""

from importlib import import_module

from django.apps import AppConfig


class Config(AppConfig):
    """Registers weiting.subscriptions with Django."""

    name = "weiting.subscriptions"
    label = "subscriptions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name who carries letters and feeds."""
        import_module("weiting.subscriptions.runners")
