"""App configuration of the units module."""

from importlib import import_module

from django.apps import AppConfig


class Config(AppConfig):
    """Registers weiting.units with Django."""

    name = "weiting.units"
    label = "units"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the acts of this module their words."""
        import_module("weiting.units.acts")
