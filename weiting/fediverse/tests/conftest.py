"""The standing cast of the tests of the fediverse: a city, one account, and two people elsewhere."""

import pytest

from weiting.fediverse.models import Actor
from weiting.fediverse.tests import make
from weiting.fediverse.tests.make import Person
from weiting.review.tests import make as cities


@pytest.fixture
def c(db: None) -> cities.City:
    """A small city with its people."""
    return cities.city()


@pytest.fixture
def actor(c: cities.City) -> Actor:
    """The account of the water unit, as people elsewhere see it."""
    return make.account(c.water, handle="gongshui")


@pytest.fixture
def ann(db: None) -> Person:
    """Somebody whose key is known."""
    return Person("ann").known()


@pytest.fixture
def bob(db: None) -> Person:
    """Somebody else, on another server."""
    return Person("bob", "other.example").known()
