"""App configuration of the posts module."""

from django.apps import AppConfig


class Config(AppConfig):
    """Registers weiting.posts with Django."""

    name = "weiting.posts"
    label = "posts"
    default_auto_field = "django.db.models.BigAutoField"
