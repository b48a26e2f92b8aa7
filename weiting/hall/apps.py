"""Tells Django about this module."""

from importlib import import_module

from django.apps import AppConfig


class HallConfig(AppConfig):
    """The hall module."""

    name = "weiting.hall"
    label = "hall"

    def ready(self) -> None:
        """Have workers tell of changed feeds."""
        import_module("weiting.hall.runners")
