"""Tells Django about this module."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The desk module."""

    name = "weiting.desk"
    label = "desk"
