"""The cast and the places that tests of units speak of."""

import pytest

from weiting.accounts.models import Person
from weiting.units.actions import open_unit
from weiting.units.models import Unit
from weiting.units.tests.make import make_person


@pytest.fixture
def city(db: None) -> Unit:
    """A root: the city."""
    return open_unit(None, by=None, name="云溪市", kind="city", short_name="云溪市政府")


@pytest.fixture
def district(city: Unit) -> Unit:
    """A district of the city."""
    return open_unit(city, by=None, name="东园区", kind="district")


@pytest.fixture
def water(city: Unit) -> Unit:
    """A bureau of the city."""
    return open_unit(city, by=None, name="云溪供水集团", kind="bureau", short_name="云溪供水")


@pytest.fixture
def admin(city: Unit) -> Person:
    """The administrator of the whole tree."""
    return make_person("admin", city, "administrator", scope="subtree", name="卓霖")


@pytest.fixture
def keeper(water: Unit) -> Person:
    """The spokesperson of the water company."""
    return make_person("keeper", water, "spokesperson", name="孙沛")


@pytest.fixture
def stranger(city: Unit) -> Person:
    """Somebody with a sign-in and no role anywhere."""
    return make_person("stranger", name="路人")
