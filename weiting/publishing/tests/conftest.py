"""The standing cast of the tests of publishing."""

import pytest

from weiting.review.tests import make


@pytest.fixture
def c(db: None) -> make.City:
    """A small city with its people and the presets of review."""
    return make.city()
