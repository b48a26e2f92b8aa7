"""Tells Django about this module."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit module."""

    name = "weiting.audit"
    label = "audit"
