"""App configuration of the accounts module."""

from django.apps import AppConfig


class Config(AppConfig):
    """Registers weiting.accounts with Django."""

    name = "weiting.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
