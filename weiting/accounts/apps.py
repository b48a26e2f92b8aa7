"""App configuration of the accounts module."""

from importlib import import_module

from django.apps import AppConfig


class Config(AppConfig):
    """Registers weiting.accounts with Django."""

    name = "weiting.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the acts of this module their words."""
        import_module("weiting.accounts.acts")
