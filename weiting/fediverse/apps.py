"""App configuration of the fediverse module."""

from django.apps import AppConfig


class Config(AppConfig):
    """Registers weiting.fediverse with Django."""

    name = "weiting.fediverse"
    label = "fediverse"
    default_auto_field = "django.db.models.BigAutoField"
