"""The standing cast of the tests of review."""

import pytest

from weiting.review.tests import make


@pytest.fixture
def c(db: None) -> make.City:
    """A small city with its people and the presets."""
    return make.city()


@pytest.fixture
def freeze(freeze):
    """The stopped clock, on a Friday morning: minutes of a step pass only while people work."""
    freeze("2026-11-20 10:00")
    return freeze
