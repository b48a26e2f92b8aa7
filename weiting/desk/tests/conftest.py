"""The cast of the desk's tests: the city of review's tests with an administrator, an auditor and a roleless person."""

from collections.abc import Callable

import pytest
from django.test import Client

from weiting.accounts.models import Person
from weiting.review.tests import make
from weiting.units.models import Scope
from weiting.units.roles import Role


@pytest.fixture
def c(db: None) -> make.City:
    """A small city with its people and the presets."""
    return make.city()


@pytest.fixture
def admin(c: make.City) -> Person:
    """The administrator of the whole tree."""
    person = make.person("admin", "卓霖")
    make.member(person, c.root, Role.ADMINISTRATOR, Scope.SUBTREE)
    return person


@pytest.fixture
def auditor(c: make.City) -> Person:
    """The auditor of the whole tree."""
    person = make.person("auditor", "程鉴")
    make.member(person, c.root, Role.AUDITOR, Scope.SUBTREE)
    return person


@pytest.fixture
def signed_in() -> Callable[[Person], Client]:
    """A browser in which somebody is signed in."""

    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in
