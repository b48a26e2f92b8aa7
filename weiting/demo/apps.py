"""Tells Django about this module."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo module."""

    name = "weiting.demo"
    label = "demo"
