"""The composer's channels: ticked, written for, previewed as they are sent; two writers do not undo each other."""

import re
from html import unescape

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from weiting.channels.models import Connection
from weiting.desk.tests.desk_city import page_of, signed_in, typed
from weiting.posts import actions as posts
from weiting.publishing import destinations
from weiting.publishing.models import Destination
from weiting.publishing.tests.fakes import connect
from weiting.publishing.tests.make import approved, fresh, published
from weiting.review import actions as review
from weiting.review.tests import make
from weiting.units.roles import Role

pytestmark = pytest.mark.django_db
BASE = "http://127.0.0.1:1"


@pytest.fixture
def lines(c: make.City) -> list[Connection]:
    return [connect(c.water, kind, BASE, name) for kind, name in (("weibo", "供水微博"), ("webhook", "大屏"))]


def ticks(
    lines: list[Connection], on: list[Connection], was: list[Connection] | None = None
) -> dict[str, object]:
    return {
        "to_shown": [each.public_id for each in lines],
        "to_was": " ".join(each.public_id for each in (lines if was is None else was)),
        "to": [each.public_id for each in on],
    }


def chosen(post) -> list[str]:
    return [each.name for each in destinations.chosen_for(fresh(post), post.unit)]


def test_every_channel_of_the_unit_is_ticked_until_somebody_unticks_it(c, lines):
    editor, post = signed_in(c.editor), make.draft(c)
    html = editor.get(page_of(post)).content.decode()
    assert len(re.findall(r'name="to" value="[^"]+"\s+checked', html)) == 2
    editor.post(page_of(post), typed(post, **ticks(lines, [lines[1]])))
    assert chosen(post) == ["大屏"]
    html = editor.get(page_of(post)).content.decode()
    assert len(re.findall(r'name="to" value="[^"]+"\s+checked', html)) == 1
    shown = html.split('id="live"')[1]
    assert "供水微博" not in shown and "大屏" in shown, "what is not ticked is not previewed"


def test_two_who_choose_at_once_do_not_undo_each_other(c, lines):
    post, second = make.draft(c), make.person("second_editor", "郑方")
    make.member(second, c.water, Role.EDITOR)
    signed_in(c.editor).post(page_of(post), typed(post, **ticks(lines, [lines[1]])))
    # Both pages were opened while everything was ticked.
    signed_in(second).post(page_of(post), typed(post, **ticks(lines, [lines[0]]), do="over"))
    assert chosen(post) == []
    assert Destination.objects.count() == 2


def test_a_choice_is_saved_by_itself_and_can_be_taken_back_without_a_reload(c, lines):
    editor, post = signed_in(c.editor), make.draft(c)
    told = editor.post(page_of(post, "save/"), typed(post, **ticks(lines, [lines[1]]))).json()
    assert told["to_was"] == lines[1].public_id and chosen(post) == ["大屏"]
    editor.post(page_of(post, "save/"), typed(post, **ticks(lines, lines, was=[lines[1]])))
    assert chosen(post) == ["供水微博", "大屏"]


def test_the_preview_follows_what_is_typed_and_ticked_and_not_saved(c, lines):
    editor, post = signed_in(c.editor), make.draft(c)
    said = typed(post, **ticks(lines, [lines[0]]), weibo="桥头街明天停水，请储水。")
    html = unescape(editor.post(page_of(post, "preview/"), said).content.decode())
    assert "桥头街明天停水，请储水。 http" in html and "/p/" in html and "大屏" not in html
    assert chosen(post) == ["供水微博", "大屏"], "nothing is saved by looking"


def test_wordings_are_kept_for_every_kind_that_takes_one_and_one_without_a_field_is_not_lost(c, lines):
    connect(c.water, "toutiao", "https://mp.toutiao.com", "供水头条")
    editor, post = signed_in(c.editor), make.draft(c)
    assert editor.post(page_of(post), typed(post, weibo="短的", toutiao="头条上的话")).status_code == 302
    assert fresh(post).working.variants == {"weibo": "短的", "toutiao": "头条上的话"}
    html = editor.get(page_of(post)).content.decode()
    assert 'name="webhook"' not in html, "a receiver of everything takes no wording"
    Connection.objects.filter(kind="toutiao").update(state="ended")
    said = typed(post, weibo="更短")
    editor.post(page_of(post), said)
    assert fresh(post).working.variants == {"weibo": "更短", "toutiao": "头条上的话"}


def test_the_page_with_many_channels_stays_within_its_budget(c, lines):
    for n in range(6):
        connect(c.water, ("weibo", "wechat", "toutiao")[n % 3], BASE, f"另{n}")
    editor, post = signed_in(c.editor), make.draft(c)
    editor.get(page_of(post))
    with CaptureQueriesContext(connection) as caught:
        assert editor.get(page_of(post)).status_code == 200
    assert len(caught) <= 32


def test_without_a_channel_the_page_says_so(c):
    html = signed_in(c.editor).get(page_of(make.draft(c))).content.decode()
    assert 'name="to_was"' not in html and "还没有发布厅以外的渠道" in html


def test_the_reviewer_sees_to_the_letter_what_each_channel_will_be_sent(c, lines):
    post = make.draft(c, "桥头街停水")
    post = fresh(post)
    posts.save_working(
        post, by=c.editor, saves=post.working.saves, variants={"weibo": "明天桥头街停水，请储水。"}
    )
    round_ = make.submit(c, fresh(post))
    html = unescape(signed_in(c.first).get(f"/desk/review/{round_.public_id}/").content.decode())
    assert f"明天桥头街停水，请储水。 {settings.PUBLIC_URL.rstrip('/')}/p/{post.public_id}/" in html
    assert round_.content_hash in html, "the receiver of everything is sent the fingerprint that is approved"


def test_a_correction_mends_the_wordings_and_its_reviewer_sees_what_goes_where_the_text_went(
    c, lines, freeze
):
    post = make.draft(c, "桥头街停水")
    post = fresh(post)
    posts.save_working(
        post, by=c.editor, saves=post.working.saves, variants={"weibo": "明天 8:00 到 16:00 停水"}
    )
    post = published(c, freeze, approved(c, fresh(post)))
    made = posts.start_correction(post, by=c.editor, wrong="16:00", right="18:00", reason="抢修延时")
    assert made.after.variants == {"weibo": "明天 8:00 到 18:00 停水"}
    round_ = review.submit_correction(made, by=c.editor, no_secrets=True)
    html = unescape(signed_in(c.first).get(f"/desk/review/{round_.public_id}/").content.decode())
    assert "更正：16:00 → 18:00。抢修延时" in html.split('id="sent-to"')[1]
