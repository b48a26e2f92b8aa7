"""Makes people for tests, through the actions."""

from typing import Any

from weiting.accounts.actions import create_person
from weiting.accounts.models import Person
from weiting.units.actions import appoint
from weiting.units.models import Unit

PASSWORD = "gentle-river-mist-41"


def make_person(
    username: str, unit: Unit | None = None, *roles: str, name: str = "", **membership: Any
) -> Person:
    """Make a person with roles at one unit; the password is PASSWORD."""
    person, _password = create_person(username=username, name=name or username, by=None, password=PASSWORD)
    for role in roles:
        assert unit is not None
        appoint(person, unit, role, by=None, **membership)
    return Person.objects.get(pk=person.pk)
