"""Tells Django about this module."""

from django.apps import AppConfig


class MediaConfig(AppConfig):
    """The media module."""

    name = "weiting.media"
    label = "media"
