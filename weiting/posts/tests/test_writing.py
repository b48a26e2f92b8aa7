"""Writing: what is saved, what is refused, and that nothing typed is lost or overwritten."""

from datetime import UTC, timedelta

import pytest

from weiting import audit
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.posts import actions, content
from weiting.posts.models import Post, Revision
from weiting.posts.tests import make
from weiting.posts.tests.make import City


def verbs(post: Post) -> list[str]:
    return [entry.verb for entry in audit.entries_for(post)]


def test_editor_starts_a_draft_and_the_audit_knows(c: City) -> None:
    post = make.draft(c)
    assert post.state == "draft" and post.working is not None and post.working.number == 1
    assert "posts.post.start" in verbs(post)


def test_outsider_cannot_start_a_draft(c: City) -> None:
    with pytest.raises(NotAllowed):
        actions.start_post(c.water, by=c.stranger)


def test_closed_unit_no_longer_speaks(c: City) -> None:
    c.water.closed_on = clock.today()
    with pytest.raises(Invalid, match="."):
        actions.start_post(c.water, by=c.editor)


def test_save_counts_and_changes_only_what_was_typed(c: City) -> None:
    post = make.draft(c)
    saved = actions.save_working(post, by=c.editor, saves=0, title="后天停水")
    assert (saved.saves, saved.title, saved.body) == (
        1,
        "后天停水",
        "东园社区 8:00 到 16:00 停水。",
    )


def test_second_writer_with_an_old_page_is_refused_and_told_who(c: City) -> None:
    post = make.draft(c)
    actions.save_working(post, by=c.editor, saves=0, title="甲")
    with pytest.raises(Conflict, match="editor") as caught:
        actions.save_working(post, by=c.second_editor, saves=0, title="乙")
    assert caught.value.code == "stale"
    assert Revision.objects.get(post=post).title == "甲"


def test_nobody_writes_while_another_holds_the_pen(c: City, freeze) -> None:
    freeze("2026-11-21 10:00")
    post = make.draft(c)
    actions.take_pen(post, by=c.editor)
    with pytest.raises(Conflict) as caught:
        actions.save_working(post, by=c.second_editor, saves=0, title="乙")
    assert caught.value.code == "pen_taken"
    freeze.move(seconds=91)
    assert actions.save_working(post, by=c.second_editor, saves=0, title="乙").title == "乙"


def test_pen_taken_by_force_is_recorded(c: City) -> None:
    post = make.draft(c)
    actions.take_pen(post, by=c.editor)
    actions.take_pen(post, by=c.second_editor, force=True)
    assert "posts.pen.take" in verbs(post)
    with pytest.raises(Conflict):
        actions.save_working(post, by=c.editor, saves=0, title="甲")


def test_too_long_title_is_refused_by_field(c: City) -> None:
    with pytest.raises(Invalid) as caught:
        actions.save_working(make.draft(c), by=c.editor, saves=0, title="长" * 121)
    assert set(caught.value.fields) == {"title"}


def test_kept_version_stays_and_writing_goes_on_in_a_copy(c: City) -> None:
    post = make.draft(c)
    kept = actions.keep_revision(post, by=c.editor, note="第一稿")
    saved = actions.save_working(post, by=c.editor, saves=0, body="改过了。")
    kept.refresh_from_db()
    assert (kept.number, saved.number) == (1, 2)
    assert kept.body != saved.body and kept.content_hash == content.content_hash(kept)


def test_incomplete_text_cannot_be_sealed(c: City) -> None:
    post = make.draft(c, title=" ", body="")
    with pytest.raises(Invalid) as caught:
        actions.seal_working(post, by=c.editor)
    assert set(caught.value.fields) == {"title", "body"}


@pytest.mark.parametrize(
    "change",
    [
        {"title": "明天停水。"},
        {"body": "东园社区 8:00 到 16:00 停水！"},
        {"summary": "x"},
        {"fact_contact": "0599-1234 500"},
        {"variants": {"weibo": "短"}},
    ],
)
def test_any_change_of_words_changes_the_hash(c: City, change: dict[str, object]) -> None:
    post = make.draft(c)
    before = actions.seal_working(post, by=c.editor).content_hash
    saved = actions.save_working(Post.objects.get(pk=post.pk), by=c.editor, saves=0, **change)
    assert content.content_hash(saved) != before


def test_the_hash_does_not_hang_on_the_zone_a_moment_is_spoken_in(c: City) -> None:
    version = make.draft(c).working
    moment = clock.now()
    version.fact_next_at = moment.astimezone(clock.SHANGHAI)
    spoken_here = content.content_hash(version)
    version.fact_next_at = moment.astimezone(UTC)
    assert content.content_hash(version) == spoken_here


def test_sealing_twice_without_a_change_is_one_version(c: City) -> None:
    post = make.draft(c)
    first = actions.seal_working(post, by=c.editor)
    assert actions.seal_working(Post.objects.get(pk=post.pk), by=c.editor).pk == first.pk


def test_expiry_in_the_past_is_refused(c: City) -> None:
    post = make.draft(c)
    with pytest.raises(Invalid) as caught:
        actions.arrange_post(post, by=c.editor, expires_at=clock.now() - timedelta(minutes=1))
    assert "expires_at" in caught.value.fields


def test_supplied_text_needs_its_source(c: City) -> None:
    with pytest.raises(Invalid) as caught:
        actions.arrange_post(make.draft(c), by=c.editor, provenance="partner")
    assert "source_name" in caught.value.fields


def test_discarded_draft_can_be_taken_back(c: City) -> None:
    post = make.draft(c)
    actions.discard_post(post, by=c.editor)
    with pytest.raises(Conflict):
        actions.save_working(post, by=c.editor, saves=0, title="晚了")
    actions.restore_post(post, by=c.editor)
    assert actions.save_working(post, by=c.editor, saves=0, title="回来了").title == "回来了"
