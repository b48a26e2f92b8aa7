"""App configuration of the subscriptions module."""

from django.apps import AppConfig


class Config(AppConfig):
    """Registers weiting.subscriptions with Django."""

    name = "weiting.subscriptions"
    label = "subscriptions"
    default_auto_field = "django.db.models.BigAutoField"
