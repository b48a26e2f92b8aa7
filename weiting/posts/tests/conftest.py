"""The standing cast of the tests of posts."""

import pytest

from weiting.posts.tests import make


@pytest.fixture
def c(db: None) -> make.City:
    """A small city with its people."""
    return make.city()
