"""Tells Django about this module."""

from django.apps import AppConfig


class HallConfig(AppConfig):
    """The hall module."""

    name = "weiting.hall"
    label = "hall"
