"""A web process has everything loaded before its first request, and leaves it out of its collections."""

import gc
import sys
from collections.abc import Iterator

import pytest

from config.warm import warm


@pytest.fixture
def collector() -> Iterator[None]:
    """The collector as it was, once the test is over."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_a_process_keeps_is_not_looked_through_again(collector) -> None:
    warm()
    assert "weiting.desk.views.calendar" in sys.modules
    assert gc.get_freeze_count() > 100_000
    assert gc.isenabled()
    assert gc.get_threshold()[0] == 5_000
