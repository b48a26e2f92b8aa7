"""People on the fake server of the fediverse follow the city's accounts, once it and the hall are there."""

import time
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from weiting.demo import tasks
from weiting.demo.content.channels import CHANNELS, FOLLOWERS
from weiting.fediverse import remote
from weiting.fediverse.models import Follower
from weiting.fediverse.tests import make
from weiting.review.tests import make as cities
from weiting.sandbox.testing import Sandbox


def follow() -> set[tuple[str, str]]:
    rows = Follower.objects.values_list("actor__handle", "uri")
    return {(uri.rpartition("/")[2], handle) for handle, uri in rows}


def waiting() -> int:
    """Count how often they are to be looked at again."""
    return ProcrastinateJob.objects.filter(task_name="demo.followers").count()


@pytest.mark.django_db(transaction=True)
def test_they_follow_by_themselves_and_are_not_asked_again(
    live_server: Any, settings: Any, server: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLIC_URL, settings.CHANNELS_PRIVATE = live_server.url, True
    settings.SANDBOX_URL = server.base
    remote._failed._found.clear()
    server.calm()
    make.account(cities.city().water, handle="gongshui")
    wanted = {each for each in FOLLOWERS if each[1] == "gongshui"}
    monkeypatch.setattr(tasks, "FOLLOWERS", tuple(sorted(wanted)))
    tasks.followers()
    deadline = time.monotonic() + 60
    while follow() != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    assert follow() == wanted and waiting() == 1
    tasks.followers()
    tasks.followers(asked=tasks.MOST)
    assert waiting() == 1


def test_a_city_without_fakes_asks_nobody(db: None, settings: Any) -> None:
    settings.SANDBOX_URL = ""
    tasks.followers()
    assert not Follower.objects.exists()


def test_whoever_is_followed_has_an_account_there() -> None:
    speaks = {each.unit for each in CHANNELS if each.kind == "activitypub"}
    assert {handle for _name, handle in FOLLOWERS} <= speaks
