"""Tells Django about this module."""

from importlib import import_module

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo module."""

    name = "weiting.demo"
    label = "demo"

    def ready(self) -> None:
        """Put the verbs of this module in words for the audit."""
        import_module("weiting.demo.audit_labels")
