"""What every test may ask for: a clock that stands still, a browser, and a whole hall that really runs."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection

from config.testing import migrated_template
from weiting.audit import testing
from weiting.core import clock


class Frozen:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 21, 10, tzinfo=clock.SHANGHAI)

    def __call__(self, moment: str | datetime) -> datetime:
        """Set the clock to a moment; a text without a zone is on the wall clock of Shanghai."""
        found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        self.moment = found if found.tzinfo else found.replace(tzinfo=clock.SHANGHAI)
        return self.moment

    def move(self, **distance: float) -> datetime:
        """Move the clock on by `distance`, named as in timedelta."""
        self.moment += timedelta(**distance)
        return self.moment


@pytest.fixture
def freeze() -> Iterator[Frozen]:
    """A stopped clock: `freeze("2026-11-21 10:00")`, `freeze.move(hours=2)`."""
    frozen = Frozen()
    clock.use(lambda: frozen.moment)
    yield frozen
    clock.use(None)


@pytest.fixture(autouse=True, scope="session")
def _audit_can_be_flushed() -> Iterator[None]:
    """Tests that commit are followed by a flush, which the audit's triggers would refuse."""
    with testing.flushable():
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Copy the test database from a migrated one instead of migrating on every run."""
    connection.settings_dict["TEST"] |= {"TEMPLATE": migrated_template(), "MIGRATE": False}
