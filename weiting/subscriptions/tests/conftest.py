"""The standing ground of the tests of subscriptions: a small city whose water unit sends mail."""

from collections.abc import Iterator
from typing import Any

import pytest

from weiting.hall.tests import make as halls
from weiting.hall.tests.make import Scene
from weiting.subscriptions import pacing
from weiting.subscriptions.book import BOOK
from weiting.subscriptions.tests import make
from weiting.subscriptions.tests.make import Town


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    """A city whose water unit sends its texts by e-mail; nothing is remembered from other tests."""
    pacing.forget()
    BOOK.forget()
    yield make.town()
    BOOK.forget()


@pytest.fixture
def s(db: None, freeze: Any) -> Scene:
    """The hall's small city, whose feeds are followed."""
    return halls.scene(freeze)
