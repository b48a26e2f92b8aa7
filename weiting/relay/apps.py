"""App configuration of the relay module."""

from django.apps import AppConfig


class Config(AppConfig):
    """Registers weiting.relay with Django."""

    name = "weiting.relay"
    label = "relay"
    default_auto_field = "django.db.models.BigAutoField"
