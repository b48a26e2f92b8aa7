"""App configuration of the channels module."""

from django.apps import AppConfig


class Config(AppConfig):
    """Registers weiting.channels with Django."""

    name = "weiting.channels"
    label = "channels"
    default_auto_field = "django.db.models.BigAutoField"
