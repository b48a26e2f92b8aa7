"""A token that ends is seen ahead, renewed on the platform's own page, and what waited goes out."""

import urllib.request
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from weiting.channels import expiring, vault
from weiting.channels.models import Connection
from weiting.channels.opening import settings_of
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.notices.models import Notice
from weiting.publishing import actions
from weiting.publishing.delivery import Engine
from weiting.publishing.models import Delivery, Release
from weiting.publishing.tests import make as texts
from weiting.publishing.tests.fakes import connect
from weiting.review.tests import make
from weiting.units.models import Scope
from weiting.units.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def c() -> make.City:
    return make.city()


class Stay(urllib.request.HTTPRedirectHandler):
    """Go nowhere by oneself."""

    def redirect_request(self, *_given: Any) -> None:
        """Follow no redirect."""


def chosen_there(url: str, account: str) -> str:
    """Sign in on the platform's page, and return where it sends one back to."""
    opener = urllib.request.build_opener(Stay)
    assert "授权" in opener.open(url, timeout=30).read().decode()
    try:
        opener.open(f"{url}&account={account}&choice=yes", timeout=30)
    except HTTPError as redirect:
        assert redirect.code == 302
        return redirect.headers["Location"]
    raise AssertionError("sent nowhere")


def work() -> None:
    with Wire(allow_private=True, answer=3.0) as wire:
        Engine(wire).run(until_idle=True)


def test_a_token_that_ends_is_seen_ahead_renewed_and_what_waited_goes_out(c, server, settings):
    settings.CHANNELS_PRIVATE = True
    keeper = make.person("keeper", "卓霖")
    make.member(keeper, c.root, Role.ADMINISTRATOR, Scope.SUBTREE)
    line = connect(c.water, "weibo", server.base, name="gongshui")
    line.values |= {"app_key": "1234"}
    line.sealed_with, line.sealed = vault.seal(
        {"token": "token-gongshui", "app_secret": "xyz"}, line.public_id
    )
    line.expires_at = clock.now() + timedelta(days=2)
    line.save()
    expiring.tell_ahead()
    assert Notice.objects.filter(person=keeper, kind="channels.expiring").count() == 1

    server.switch("tokens", channel="weibo", expired=["gongshui"])
    planned = actions.plan_release(
        texts.approved(c, make.draft(c, "明天停水", "明天 8:00—16:00，桥头街停水。")), by=c.editor
    )
    Release.objects.filter(pk=planned.pk).update(due_at=clock.now())
    actions.release_due()
    work()
    line.refresh_from_db()
    assert line.needs == "authorise" and Delivery.objects.get().state == "queued"

    desk = Client()
    desk.force_login(keeper)
    page = reverse("desk:channel", args=[line.public_id])
    assert reverse("desk:channel_authorise", args=[line.public_id]) in desk.get(page).content.decode()
    out = desk.get(reverse("desk:channel_authorise", args=[line.public_id]))
    assert out.status_code == 302 and out["Location"].startswith(f"{server.base}/weibo/oauth2/authorize?")
    parts = urlsplit(chosen_there(out["Location"], "gongshui"))
    back = desk.get(f"{parts.path}?{parts.query}")
    assert back.status_code == 302 and back["Location"] == page
    work()
    line = Connection.objects.get(pk=line.pk)
    assert line.needs == "" and settings_of(line).secrets["token"].startswith("2.00")
    assert line.expires_at is not None and line.expires_at > clock.now() + timedelta(days=29)
    assert Delivery.objects.get().state == "delivered" and len(server.said("weibo", "gongshui")) == 1


def test_what_to_do_at_the_platform_stands_on_the_connections_page(c):
    keeper = make.person("keeper", "卓霖")
    make.member(keeper, c.root, Role.ADMINISTRATOR, Scope.SUBTREE)
    line = connect(c.water, "wechat", "https://fake.example", name="gongshui")
    Connection.objects.filter(pk=line.pk).update(needs="settings", needs_code="40164",
                                                 tested_why="invalid ip 198.51.100.4, not in whitelist")  # fmt: skip
    desk = Client()
    desk.force_login(keeper)
    shown = desk.get(reverse("desk:channel", args=[line.public_id])).content.decode()
    assert "IP白名单" in shown and "198.51.100.4" in shown
