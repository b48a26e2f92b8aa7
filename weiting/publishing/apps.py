"""App configuration of the publishing module."""

from django.apps import AppConfig


class Config(AppConfig):
    """Registers weiting.publishing with Django."""

    name = "weiting.publishing"
    label = "publishing"
    default_auto_field = "django.db.models.BigAutoField"
