"""Tells Django about this module."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The ui module."""

    name = "weiting.ui"
    label = "ui"
