"""App configuration of the review module."""

from django.apps import AppConfig


class Config(AppConfig):
    """Registers weiting.review with Django."""

    name = "weiting.review"
    label = "review"
    default_auto_field = "django.db.models.BigAutoField"
