"""The hall's standing ground: a small city with posts of every kind."""

import pytest

from weiting.hall.tests import make
from weiting.hall.tests.make import Scene


@pytest.fixture
def s(db, freeze) -> Scene:
    """A city that has spoken: see make.scene()."""
    return make.scene(freeze)
