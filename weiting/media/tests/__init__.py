"""Tests of the media module."""
