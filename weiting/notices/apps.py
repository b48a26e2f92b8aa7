"""App configuration of the notices module."""

from django.apps import AppConfig


class Config(AppConfig):
    """Registers weiting.notices with Django."""

    name = "weiting.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
