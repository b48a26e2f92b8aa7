"""Every page of the writing half opens for those it is for, says nothing to strangers, and works without JavaScript."""

from datetime import UTC, datetime, timedelta

import pytest

from weiting.core import clock
from weiting.desk.tests.desk_city import page_of, signed_in, typed
from weiting.posts import actions as posts
from weiting.posts.models import Column, Post, Template, Topic
from weiting.publishing.models import Wish
from weiting.publishing.tests.make import approved, planned, published
from weiting.review.tests import make

pytestmark = pytest.mark.django_db

LISTS = (
    "/desk/write/",
    "/desk/write/?tab=public",
    "/desk/write/?tab=nonsense&unit=x&q=%00",
    "/desk/write/library/",
    "/desk/write/assignments/",
    "/desk/write/issues/",
    "/desk/calendar/",
    "/desk/calendar/?view=week",
    "/desk/calendar/?view=list&on=9999-99-99",
    "/desk/calendar/export.ics",
    "/desk/shelves/",
    "/desk/shelves/topics/",
    "/desk/shelves/templates/",
)


@pytest.fixture
def c(freeze):
    """Give a city with texts in every state."""
    freeze("2026-11-21 10:00")
    return make.city()


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("who", ["editor", "final", "hall_editor", "stranger"])
def test_every_list_opens_for_people_who_read_texts(c, address, who):
    make.draft(c)
    planned(c, clock.now() + timedelta(hours=3))
    Column.objects.create(slug="tingshui", name="停水早知道", owner=c.water, rhythm="daily")
    Template.objects.create(name="停水通知", body="【日期】停水。", unit=c.water)
    Topic.objects.create(slug="shui", name="用水")
    assert signed_in(getattr(c, who)).get(address).status_code == 200


def test_a_stranger_is_told_that_the_text_does_not_exist(c):
    post = make.draft(c)
    stranger = signed_in(c.stranger)
    for rest in ("", "versions/", "media/", "pairs/", "promises/", "correct/"):
        assert stranger.get(page_of(post, rest)).status_code == 404, rest
    for rest in ("", "save/", "preview/", "here/", "pen/", "act/", "versions/1/restore/"):
        assert stranger.post(page_of(post, rest), typed(post, do="discard")).status_code == 404, rest


def test_somebody_signed_out_is_sent_to_the_door(client, c):
    answer = client.get(page_of(make.draft(c)))
    assert answer.status_code == 302
    assert "next=" in answer["Location"]


def test_a_text_is_begun_written_and_submitted_with_plain_forms(c):
    editor = signed_in(c.editor)
    answer = editor.post(
        "/desk/write/new/", {"unit": c.water.pk, "title": "明天停水", "column": "", "klass": "service"}
    )
    post = Post.objects.get()
    assert answer["Location"] == page_of(post)
    assert editor.get(page_of(post)).status_code == 200
    answer = editor.post(
        page_of(post),
        typed(post, body="东园社区 8:00 到 16:00 停水。", do="submit", release="approved", no_secrets="on"),
    )
    assert answer.status_code == 302, answer.content.decode()
    post.refresh_from_db()
    assert post.state == "in_review"
    page = editor.get(page_of(post)).content.decode()
    assert "recall" in page
    editor.post(page_of(post, "act/"), {"do": "recall"})
    post.refresh_from_db()
    assert post.state == "draft"


def test_what_is_missing_stands_at_its_field_and_what_was_typed_stays(c):
    post = make.draft(c)
    answer = signed_in(c.editor).post(
        page_of(post),
        typed(post, title="", body="改过的正文。", do="submit", release="later", no_secrets="on"),
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "改过的正文。" in page
    assert 'href="#id_title"' in page


def test_a_time_that_is_past_is_refused_and_kept(c):
    post = make.draft(c)
    answer = signed_in(c.editor).post(
        page_of(post), typed(post, do="submit", release="at", at="2026-11-20T09:00", no_secrets="on")
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="2026-11-20T09:00"' in page
    assert 'href="#id_at"' in page
    post.refresh_from_db()
    assert post.state == "draft"


def test_a_time_is_read_on_the_clock_beside_it(c):
    post = make.draft(c)
    signed_in(c.editor).post(
        page_of(post),
        typed(post, do="submit", release="at", at="2026-11-21T12:00", zone="UTC", no_secrets="on"),
    )
    assert Wish.objects.get(post=post).at == datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_a_longer_title_than_allowed_is_refused_whole(c):
    post = make.draft(c)
    answer = signed_in(c.editor).post(page_of(post), typed(post, title="水" * 121))
    assert answer.status_code == 422
    assert "水" * 121 in answer.content.decode()


def test_saving_over_a_newer_save_shows_both_texts_and_loses_neither(c):
    other = make.person("other", "林姐")
    make.member(other, c.water, "editor")
    post = make.draft(c)
    mine = typed(post, body="我写的。")
    make.rewrite(post, other, "她写的。")
    answer = signed_in(c.editor).post(page_of(post), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "我写的" in page
    assert "她写的" in page
    signed_in(c.editor).post(page_of(post), {**mine, "do": "over"})
    texts = list(post.revisions.values_list("body", flat=True))
    assert texts == ["她写的。", "我写的。"]


def test_autosave_answers_with_the_next_count_and_a_conflict_as_a_problem(c):
    post = make.draft(c)
    editor = signed_in(c.editor)
    first = typed(post, body="第一次。")
    told = editor.post(page_of(post, "save/"), first, headers={"accept": "application/json"}).json()
    assert (told["saves"], told["number"]) == (1, 1)
    again = editor.post(
        page_of(post, "save/"), first | {"body": "第二次。"}, headers={"accept": "application/json"}
    )
    assert again.status_code == 409
    assert again.json()["code"] == "stale"


def test_only_one_holds_the_pen_and_the_other_may_take_it(c):
    other = make.person("other", "林姐")
    make.member(other, c.water, "editor")
    post = make.draft(c)
    signed_in(other).get(page_of(post))
    editor = signed_in(c.editor)
    assert "林姐" in editor.get(page_of(post)).content.decode()
    assert editor.post(page_of(post), typed(post, body="抢着写。")).status_code == 409
    editor.post(page_of(post, "pen/"), {"do": "take"})
    assert editor.post(page_of(post), typed(post, body="接着写。")).status_code == 302
    assert signed_in(other).post(page_of(post), typed(post, body="还想写。")).status_code == 409


def test_the_preview_shows_what_is_typed_without_saving(c):
    post = make.draft(c)
    page = signed_in(c.editor).post(
        page_of(post, "preview/"), typed(post, title="改题", body="**要紧**的话。", risk="high")
    )
    text = page.content.decode()
    assert "<strong>要紧</strong>" in text
    assert "改题" in text
    post.refresh_from_db()
    assert post.working.title == "明天停水"
    assert post.risk == "low"


def test_an_older_version_is_taken_up_again_and_the_present_one_is_kept(c):
    post = make.draft(c)
    editor = signed_in(c.editor)
    editor.post(page_of(post), typed(post, do="keep", version_note="第一稿"))
    editor.post(page_of(post), typed(post, body="第二稿。"))
    assert "第一稿" in editor.get(page_of(post, "versions/")).content.decode()
    editor.post(page_of(post, "versions/1/restore/"))
    post.refresh_from_db()
    assert post.working.body == "东园社区 8:00 到 16:00 停水。"
    assert post.revisions.filter(body="第二稿。", sealed_at__isnull=False).exists()


def test_a_draft_is_put_aside_and_taken_back(c):
    post = make.draft(c)
    editor = signed_in(c.editor)
    editor.post(page_of(post, "act/"), {"do": "discard"})
    assert "restore" in editor.get(page_of(post)).content.decode()
    editor.post(page_of(post, "act/"), {"do": "restore"})
    post.refresh_from_db()
    assert post.state == "draft"


def test_an_approved_text_is_planned_moved_held_and_called_off(c):
    post = approved(c)
    editor = signed_in(c.editor)
    answer = editor.post(
        page_of(post, "act/"),
        {"do": "plan", "release": "at", "at": "2026-11-21T17:00", "zone": "Asia/Shanghai"},
    )
    release = answer["Location"]
    assert release.startswith("/desk/calendar/")
    assert "17:00" in editor.get("/desk/calendar/").content.decode()
    refused = editor.post(release, {"do": "move", "at": "2026-11-01T08:00", "zone": "Asia/Shanghai"})
    assert refused.status_code == 422
    assert 'value="2026-11-01T08:00"' in refused.content.decode()
    editor.post(release, {"do": "day", "day": "2026-11-25", "back": "//evil.example"})
    assert "2026-11-25 17:00" in editor.get(release).content.decode()
    assert editor.post(release, {"do": "hold", "hold-reason": ""}).status_code == 422
    editor.post(release, {"do": "hold", "hold-reason": "数字待核"})
    assert "数字待核" in editor.get(release).content.decode()
    editor.post(release, {"do": "resume-at", "at": "2026-11-26T08:00", "zone": "Asia/Shanghai"})
    editor.post(release, {"do": "off", "off-reason": "改期"})
    post.refresh_from_db()
    assert post.state == "approved"
    assert signed_in(c.stranger).get(release).status_code == 404


def test_a_public_text_is_corrected_through_its_own_page(c, freeze):
    post = published(c, freeze)
    editor = signed_in(c.editor)
    refused = editor.post(page_of(post, "correct/"), {"wrong": "没有的话", "right": "对", "reason": "错"})
    assert refused.status_code == 422
    assert "没有的话" in refused.content.decode()
    editor.post(page_of(post, "correct/"), {"wrong": "16:00", "right": "18:00", "reason": "工期延长。"})
    page = editor.get(page_of(post, "correct/")).content.decode()
    assert "18:00" in page
    correction = post.corrections.get()
    answer = editor.post(
        page_of(post, "correct/"),
        {
            "do": "submit",
            "saves": correction.after.saves,
            "number": correction.after.number,
            "title": correction.after.title,
            "body": correction.after.body,
            "release": "approved",
            "zone": "Asia/Shanghai",
            "no_secrets": "on",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    correction.refresh_from_db()
    assert correction.state == "in_review"


def test_withdrawing_asks_for_a_reason_and_is_not_the_editors_to_do(c, freeze):
    post = published(c, freeze)
    assert signed_in(c.editor).post(page_of(post, "withdraw/"), {"reason": "错"}).status_code == 404
    chief = signed_in(c.final)
    assert chief.get(page_of(post, "withdraw/")).status_code == 200
    assert chief.post(page_of(post, "withdraw/"), {"reason": " "}).status_code == 422
    chief.post(page_of(post, "withdraw/"), {"reason": "内容有误。"})
    post.refresh_from_db()
    assert post.state == "withdrawn"
    assert "内容有误。" in chief.get(page_of(post)).content.decode()


def test_a_promise_is_made_kept_or_excused(c, freeze):
    post, outcome = published(c, freeze), published(c, freeze)
    editor = signed_in(c.editor)
    assert (
        editor.post(
            page_of(post, "promises/"), {"promise": "报结果", "due_at": "2020-01-01T08:00"}
        ).status_code
        == 422
    )
    editor.post(page_of(post, "promises/"), {"promise": "报结果", "due_at": "2026-11-28T08:00"})
    promise = post.follow_ups.get()
    address = f"/desk/write/promises/{promise.pk}/"
    assert editor.get(address).status_code == 200
    assert signed_in(c.stranger).get(address).status_code == 404
    # The text is public already: whoever made the promise does not confirm it, a reviewer does.
    assert editor.post(address, {"do": "confirm"}).status_code == 403
    reader = signed_in(c.final)
    assert "confirm" in reader.get(address).content.decode()
    assert reader.post(address, {"do": "confirm"}).status_code == 302
    assert editor.post(address, {"do": "excuse", "reason": ""}).status_code == 422
    editor.post(address, {"do": "keep", "outcome": outcome.public_id})
    promise.refresh_from_db()
    assert promise.state == "kept"


def test_texts_are_paired_and_the_pair_undone(c, freeze):
    policy, draft = published(c, freeze), make.draft(c, title="一图读懂")
    editor = signed_in(c.editor)
    assert policy.public_id in editor.get(page_of(draft, "pairs/?q=停水")).content.decode()
    editor.post(page_of(draft, "pairs/"), {"target": policy.public_id, "kind": "explains"})
    link = draft.links.get()
    editor.post(page_of(draft, "pairs/"), {"undo": link.pk})
    assert not draft.links.exists()


def test_a_text_of_another_unit_that_is_not_public_cannot_be_paired(c):
    hidden = posts.start_post(c.roads, by=c.stranger, title="未公开")
    draft = make.draft(c)
    answer = signed_in(c.editor).post(
        page_of(draft, "pairs/"), {"target": hidden.public_id, "kind": "explains"}
    )
    assert answer.status_code == 404


def test_words_of_another_units_remit_are_pointed_out(c):
    c.roads.remits.create(matter="公交线路调整", synonyms=["公交改道"])
    post = make.draft(c, title="公交线路调整", body="下周公交改道。")
    assert "云溪交通" in signed_in(c.editor).get(page_of(post)).content.decode()


def test_the_same_text_of_another_unit_is_pointed_out(c):
    body = "全市统一宣传口径，请各单位转发，一字不改，谢谢配合支持。"
    posts.start_post(c.roads, by=c.stranger, title="转发", body=body)
    post = make.draft(c, body=body)
    assert "云溪交通" in signed_in(c.editor).get(page_of(post)).content.decode()


def test_a_copy_brings_the_words_along(c, freeze):
    post = published(c, freeze)
    editor = signed_in(c.editor)
    assert editor.get(f"/desk/write/new/?copy={post.public_id}").status_code == 200
    editor.post(
        "/desk/write/new/",
        {"copy": post.public_id, "unit": c.water.pk, "title": "再停一次", "klass": "service"},
    )
    copy = Post.objects.get(working__title="再停一次")
    assert copy.working.body == "东园社区 8:00 到 16:00 停水。"


def test_a_hall_editor_files_a_public_text_under_topics(c, freeze):
    post = published(c, freeze)
    topic = Topic.objects.create(slug="shui", name="用水")
    hall = signed_in(c.hall_editor)
    assert hall.get(page_of(post, "file/")).status_code == 200
    hall.post(page_of(post, "file/"), {"topics": [topic.pk]})
    assert post.topic_places.get().topic == topic
    assert signed_in(c.editor).get(page_of(post, "file/")).status_code == 404


def test_a_text_sent_back_is_written_on_without_a_false_collision(c):
    post = make.draft(c)
    editor = signed_in(c.editor)
    editor.post(page_of(post), typed(post, body="第一稿。", do="submit", no_secrets="on"))
    editor.post(page_of(post, "act/"), {"do": "recall"})
    assert editor.post(page_of(post), typed(post, body="第二稿。")).status_code == 302
    assert editor.post(page_of(post), typed(post, body="第三稿。")).status_code == 302
    post.refresh_from_db()
    assert post.working.body == "第三稿。"
