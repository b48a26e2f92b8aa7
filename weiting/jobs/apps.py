"""Tells Django about this module."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The jobs module."""

    name = "weiting.jobs"
    label = "jobs"
