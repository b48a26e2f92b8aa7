"""Somebody who signs in."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from weiting.accounts.actions import create_person
from weiting.accounts.models import Person

PASSWORD = "gentle-river-mist-41"  # noqa: S105 - of an invented person


@pytest.fixture
def editor(db: None) -> Iterator[Person]:
    """An editor with a password of their own; attempts counted by other tests are forgotten."""
    cache.clear()
    person, _password = create_person(username="chenyan", name="陈晏", by=None, password=PASSWORD)
    yield person
    cache.clear()
