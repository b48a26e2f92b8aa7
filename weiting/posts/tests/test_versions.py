"""Versions: kept, taken back, sealed, copied; and what keeps one from being sealed."""

from datetime import timedelta

import pytest

from weiting import audit
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotAllowed, NotFound
from weiting.posts import actions
from weiting.posts.models import Post, Template, Topic
from weiting.posts.tests import make
from weiting.posts.tests.make import City


def verbs(post: Post) -> list[str]:
    return [entry.verb for entry in audit.entries_for(post)]


def fresh(post: Post) -> Post:
    return Post.objects.select_related("working").get(pk=post.pk)


def test_older_version_is_taken_back_and_the_newer_kept(c: City) -> None:
    post = make.draft(c)
    actions.attach(post, make.picture(c), by=c.editor, alt="水表")
    actions.keep_revision(post, by=c.editor, note="第一稿")
    actions.save_working(post, by=c.editor, saves=0, body="改坏了。")
    made = actions.restore_revision(post, 1, by=c.editor)
    assert (made.number, made.body) == (3, "东园社区 8:00 到 16:00 停水。")
    assert fresh(post).working_id == made.pk
    assert [place.alt for place in made.media.all()] == ["水表"]
    kept = post.revisions.get(number=2)
    assert kept.body == "改坏了。" and kept.sealed_at is not None
    assert "posts.revision.restore" in verbs(post)


def test_page_opened_before_the_taking_back_is_old(c: City) -> None:
    post = make.draft(c)
    actions.keep_revision(post, by=c.editor)
    saved = actions.save_working(post, by=c.editor, saves=0, body="改了。")
    actions.restore_revision(post, 1, by=c.editor)
    with pytest.raises(Conflict) as caught:
        actions.save_working(post, by=c.second_editor, saves=saved.saves, body="旧页")
    assert caught.value.code == "stale"


def test_page_opened_before_a_keeping_is_old(c: City) -> None:
    post = make.draft(c)
    actions.save_working(post, by=c.editor, saves=0, body="甲写的。")
    actions.keep_revision(post, by=c.editor)
    with pytest.raises(Conflict) as caught:
        actions.save_working(post, by=c.second_editor, saves=0, body="乙的旧页。")
    assert caught.value.code == "stale"


def test_taking_back_what_stands_there_changes_nothing(c: City) -> None:
    post = make.draft(c)
    assert actions.restore_revision(post, 1, by=c.editor).number == 1
    assert "posts.revision.restore" not in verbs(post)


def test_taking_back_is_refused_to_others_and_where_there_is_nothing(c: City) -> None:
    post = make.draft(c)
    with pytest.raises(NotAllowed):
        actions.restore_revision(post, 1, by=c.stranger)
    with pytest.raises(NotFound):
        actions.restore_revision(post, 9, by=c.editor)
    with pytest.raises(Conflict):
        actions.restore_revision(make.published(c), 1, by=c.editor)


def test_taking_back_waits_for_the_pen(c: City) -> None:
    post = make.draft(c)
    actions.take_pen(post, by=c.second_editor)
    for act in (actions.keep_revision, actions.seal_working):
        with pytest.raises(Conflict):
            act(post, by=c.editor)
    with pytest.raises(Conflict):
        actions.restore_revision(post, 1, by=c.editor)


def test_copy_holds_everything_but_times_and_ties(c: City) -> None:
    topic = Topic.objects.create(slug="shui", name="用水")
    post = make.draft(c)
    actions.save_working(post, by=c.editor, saves=0, summary="要点", variants={"weibo": "短"})
    actions.attach(post, make.picture(c), by=c.editor, alt="水表")
    later = clock.now().replace(year=2027)
    actions.arrange_post(post, by=c.editor, topics=[topic], risk="high", expires_at=later)
    copy = actions.copy_post(post, c.water, by=c.second_editor)
    assert (copy.state, copy.risk, copy.expires_at, copy.provenance) == ("draft", "high", None, "original")
    words = fresh(copy).working
    assert (words.summary, words.variants, words.media.get().alt) == ("要点", {"weibo": "短"}, "水表")
    assert copy.author == c.second_editor and copy.column == c.column
    assert list(copy.topics.all()) == [topic]
    assert "posts.post.copy" in verbs(copy)


def test_copy_in_another_unit_names_its_source(c: City) -> None:
    copy = actions.copy_post(make.published(c), c.roads, by=c.stranger)
    assert (copy.unit, copy.provenance, copy.source_name) == (c.roads, "reprinted", "云溪供水")


def test_copy_leaves_a_closed_column_and_retired_pictures_behind(c: City) -> None:
    post = make.draft(c)
    asset = make.picture(c)
    actions.attach(post, asset, by=c.editor, alt="水表")
    make.retire(asset)
    actions.close_column(c.column, by=c.hall_editor)
    copy = actions.copy_post(Post.objects.get(pk=post.pk), c.water, by=c.editor)
    assert copy.column is None and not fresh(copy).working.media.exists()


def test_other_unit_s_draft_is_not_there_to_copy(c: City) -> None:
    with pytest.raises(NotFound):
        actions.copy_post(make.draft(c), c.roads, by=c.stranger)
    with pytest.raises(NotAllowed):
        actions.copy_post(make.published(c), c.water, by=c.stranger)


def test_blank_of_a_template_must_be_filled_in(c: City) -> None:
    template = Template.objects.create(name="停水", title="{地点}停水", body="{日期}停水，打 ____。")
    post = actions.start_post(c.water, by=c.editor, template=template)
    with pytest.raises(Invalid) as caught:
        actions.seal_working(post, by=c.editor)
    assert set(caught.value.fields) == {"title", "body"}
    assert "{日期}" in str(caught.value.fields["body"][0])


def test_braces_of_one_s_own_are_nobody_s_business(c: City) -> None:
    post = make.draft(c, body="配置写作 {host}。【通知】停水。")
    assert actions.seal_working(post, by=c.editor).sealed_at


def test_column_closed_meanwhile_stops_the_sealing(c: City) -> None:
    post = make.draft(c)
    actions.close_column(c.column, by=c.hall_editor)
    with pytest.raises(Invalid) as caught:
        actions.seal_working(post, by=c.editor)
    assert set(caught.value.fields) == {"column"}


def test_expiry_that_passed_meanwhile_stops_the_sealing(c: City, freeze) -> None:
    freeze("2026-11-21 10:00")
    post = make.draft(c)
    actions.arrange_post(post, by=c.editor, expires_at=clock.now() + timedelta(hours=2))
    freeze("2026-11-21 12:01")
    with pytest.raises(Invalid) as caught:
        actions.seal_working(post, by=c.editor)
    assert set(caught.value.fields) == {"expires_at"}


def test_picture_taken_out_of_use_does_not_vanish_behind_the_writer_s_back(c: City) -> None:
    post = make.draft(c)
    asset = make.picture(c)
    actions.attach(post, asset, by=c.editor, alt="水表")
    make.retire(asset)
    actions.keep_revision(post, by=c.editor)
    assert fresh(post).working.media.count() == 1


def test_picture_taken_out_of_use_stops_the_sealing(c: City) -> None:
    post = make.draft(c)
    asset = make.picture(c)
    actions.attach(post, asset, by=c.editor, alt="水表")
    make.retire(asset)
    with pytest.raises(Invalid) as caught:
        actions.seal_working(post, by=c.editor)
    assert set(caught.value.fields) == {"media"}
