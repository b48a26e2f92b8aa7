"""App configuration of the units module."""

from django.apps import AppConfig


class Config(AppConfig):
    """Registers weiting.units with Django."""

    name = "weiting.units"
    label = "units"
    default_auto_field = "django.db.models.BigAutoField"
