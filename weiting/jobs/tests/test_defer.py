"""Jobs are laid down with the change that asks for them, once a key, and run at their time."""

from datetime import timedelta

import pytest
from django.db import transaction

from conftest import Frozen
from weiting import jobs
from weiting.core import clock
from weiting.jobs import queries
from weiting.jobs.testing import run_waiting
from weiting.jobs.tests import sample

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clean() -> None:
    sample.RAN.clear()


def test_deferred_task_runs_with_its_arguments() -> None:
    jobs.defer("jobs.sample", mark="a", number=3)
    assert run_waiting() == ["jobs.sample"]
    assert sample.RAN == [("a", 3)]


def test_job_goes_with_its_transaction() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        jobs.defer("jobs.sample", mark="a")
        raise RuntimeError
    assert run_waiting() == []


def test_later_time_is_waited_for(freeze: Frozen) -> None:
    jobs.defer("jobs.sample", at=clock.now() + timedelta(hours=1), mark="later")
    assert run_waiting() == []
    freeze.move(hours=1)
    assert run_waiting() == ["jobs.sample"]


def test_latest_call_of_a_key_counts(freeze: Frozen) -> None:
    for hours, mark in ((3, "first"), (1, "second")):
        jobs.defer("jobs.sample", at=clock.now() + timedelta(hours=hours), key="post:1", mark=mark)
    assert queries.waiting_until("post:1") == clock.now() + timedelta(hours=1)
    freeze.move(hours=5)
    run_waiting()
    assert sample.RAN == [("second", 0)]


def test_refused_second_job_spoils_no_transaction() -> None:
    with transaction.atomic():
        jobs.defer("jobs.sample", key="k", mark="a")
        jobs.defer("jobs.sample", key="k", mark="b")
        jobs.defer("jobs.sample", mark="c")
    run_waiting()
    assert sorted(sample.RAN) == [("b", 0), ("c", 0)]


def test_cancelled_job_does_not_run() -> None:
    jobs.defer("jobs.sample", key="k", mark="a")
    assert jobs.cancel("k")
    assert not jobs.cancel("k")
    assert run_waiting() == []


def test_unknown_task_is_refused_at_once() -> None:
    with pytest.raises(LookupError, match="No task is called 'no.such'"):
        jobs.defer("no.such")


def test_oldest_due_says_how_long_work_waits(freeze: Frozen) -> None:
    assert queries.oldest_due() == timedelta()
    jobs.defer("jobs.sample", at=clock.now() + timedelta(minutes=1), mark="a")
    freeze.move(minutes=11)
    assert queries.oldest_due() == timedelta(minutes=10)
