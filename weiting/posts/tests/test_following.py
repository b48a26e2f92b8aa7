"""Promises and pairs: what was promised in public is kept by a public text, or closed with a reason."""

from datetime import timedelta

import pytest

from weiting import audit
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotAllowed, NotFound
from weiting.core.flow import perform
from weiting.notices.models import Notice
from weiting.posts import actions, queries
from weiting.posts.flow import PostFlow
from weiting.posts.models import FollowUp, Post, PostLink
from weiting.posts.tests import make
from weiting.posts.tests.make import City
from weiting.units.models import Unit


def promise(c: City, post: Post | None = None, unit: Unit | None = None) -> FollowUp:
    made = proposed(c, post, unit)
    return actions.confirm_follow_up(made, by=c.chief) if made.state == "proposed" else made


def proposed(c: City, post: Post | None = None, unit: Unit | None = None) -> FollowUp:
    return actions.promise_follow_up(
        post or make.published(c),
        by=c.editor,
        promise="明早 9 点报水压",
        due_at=clock.now() + timedelta(hours=12),
        unit=unit,
    )


def verbs(post: Post) -> list[str]:
    return [entry.verb for entry in audit.entries_for(post)]


def kinds() -> list[str]:
    told = Notice.objects.exclude(kind="posts.follow_up.proposed")
    return sorted(told.values_list("kind", flat=True))


def withdraw(post: Post) -> Post:
    perform(post, PostFlow.withdraw, withdrawn_reason="发错")
    actions.became_hidden(post)
    return post


def test_promise_and_its_keeping_are_recorded(c: City) -> None:
    post = make.published(c)
    made = promise(c, post)
    actions.keep_follow_up(made, make.published(c, title="水压恢复"), by=c.editor)
    assert {"posts.follow_up.promise", "posts.follow_up.keep"} <= set(verbs(post))
    assert made.state == "kept" and made.closed_at is not None


def test_unit_that_is_to_report_is_told(c: City) -> None:
    made = promise(c, unit=c.roads)
    notice = Notice.objects.get(person=c.stranger)
    assert notice.kind == "posts.follow_up.asked" and notice.url.endswith(f"/promises/{made.pk}/")


def test_closed_unit_is_not_asked_to_report(c: City) -> None:
    c.roads.closed_on = clock.today()
    with pytest.raises(Invalid) as caught:
        promise(c, unit=c.roads)
    assert "unit" in caught.value.fields


def test_maker_of_a_promise_may_end_it_when_its_unit_is_gone(c: City) -> None:
    made = promise(c, unit=c.roads)
    Unit.objects.filter(pk=c.roads.pk).update(closed_on=clock.today())
    actions.excuse_follow_up(made, "供水由新单位接手", by=c.editor)
    assert made.state == "excused"


def test_a_promise_added_to_a_public_text_is_seen_by_nobody_before_a_second_person_agrees(c: City) -> None:
    post = make.published(c)
    made = proposed(c, post, c.roads)
    assert made.state == "proposed"
    assert list(queries.public_post(post.public_id).follow_ups.all()) == []
    assert set(Notice.objects.values_list("kind", flat=True)) == {"posts.follow_up.proposed"}
    with pytest.raises(NotAllowed):
        actions.confirm_follow_up(made, by=c.editor)
    with pytest.raises(NotAllowed):
        actions.confirm_follow_up(made, by=c.stranger)
    actions.confirm_follow_up(made, by=c.chief)
    assert [each.pk for each in queries.public_post(post.public_id).follow_ups.all()] == [made.pk]
    assert "posts.follow_up.confirm" in verbs(post)
    with pytest.raises(Conflict):
        actions.confirm_follow_up(made, by=c.chief)


def test_who_made_a_promise_does_not_confirm_it_whatever_they_are(c: City) -> None:
    both = actions.promise_follow_up(
        make.published(c), by=c.hall_editor, promise="报数", due_at=clock.now() + timedelta(1)
    )
    with pytest.raises(NotAllowed) as refused:
        actions.confirm_follow_up(both, by=c.hall_editor)
    assert refused.value.code == "own_text"
    assert actions.drop_follow_up(both, by=c.hall_editor).state == "dropped"


def test_a_promise_in_a_draft_goes_through_the_review_of_the_text(c: City) -> None:
    assert proposed(c, make.draft(c)).state == "open"


@pytest.mark.parametrize("said", ["", "\u202e", "长" * 201])
def test_promise_needs_its_words(c: City, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        actions.promise_follow_up(
            make.published(c), by=c.editor, promise=said, due_at=clock.now() + timedelta(1)
        )
    assert "promise" in caught.value.fields


def test_nothing_is_promised_in_a_withdrawn_text(c: City) -> None:
    with pytest.raises(Invalid):
        promise(c, withdraw(make.published(c)))


def test_outsider_neither_promises_nor_keeps(c: City) -> None:
    made = promise(c)
    with pytest.raises(NotAllowed):
        actions.keep_follow_up(made, make.published(c), by=c.stranger)
    with pytest.raises(NotAllowed):
        actions.promise_follow_up(
            make.published(c), by=c.stranger, promise="报数", due_at=clock.now() + timedelta(1)
        )


def test_withdrawn_text_and_the_text_itself_keep_no_promise(c: City) -> None:
    post = make.published(c)
    made = promise(c, post)
    for outcome in (withdraw(make.published(c)), post):
        with pytest.raises(Invalid):
            actions.keep_follow_up(made, outcome, by=c.editor)


def test_kept_promise_is_not_excused_as_well(c: City) -> None:
    made = promise(c)
    again = FollowUp.objects.select_related("post__unit", "unit").get(pk=made.pk)
    actions.keep_follow_up(made, make.published(c), by=c.editor)
    with pytest.raises(Conflict):
        actions.excuse_follow_up(again, "没做", by=c.editor)


@pytest.mark.parametrize("reason", [" ", "长" * 201])
def test_closing_a_promise_needs_its_reason(c: City, reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        actions.excuse_follow_up(promise(c), reason, by=c.editor)
    assert "reason" in caught.value.fields


def test_excuse_is_recorded(c: City) -> None:
    made = promise(c)
    actions.excuse_follow_up(made, "改由专栏每天报", by=c.editor)
    assert made.closed_reason == "改由专栏每天报" and "posts.follow_up.excuse" in verbs(made.post)


def test_reporters_are_reminded_before_and_once_when_late(c: City, freeze) -> None:
    freeze("2026-11-21 08:00")
    promise(c)
    freeze("2026-11-21 09:00")
    actions.remind_due()
    actions.remind_due()
    assert kinds() == ["posts.follow_up.soon"] * 2
    freeze("2026-11-21 21:00")
    actions.remind_due()
    actions.remind_due()
    assert kinds() == ["posts.follow_up.late"] * 2 + ["posts.follow_up.soon"] * 2


def test_nobody_is_reminded_of_what_no_one_can_read(c: City) -> None:
    post = make.published(c)
    promise(c, post)
    promise(c, make.draft(c))
    withdraw(post)
    actions.remind_due()
    assert kinds() == []
    assert list(queries.due_follow_ups(until=clock.now() + timedelta(days=2))) == []


def test_due_promises_come_oldest_first(c: City, freeze) -> None:
    freeze("2026-11-21 08:00")
    first, second = promise(c), promise(c)
    FollowUp.objects.filter(pk=second.pk).update(due_at=first.due_at - timedelta(hours=1))
    freeze("2026-11-22 08:00")
    assert [f.pk for f in queries.due_follow_ups()] == [second.pk, first.pk]


def test_pair_is_made_once_and_undone_once(c: City) -> None:
    post, target = make.draft(c), make.published(c)
    link = actions.link_posts(post, target, "explains", by=c.editor)
    assert actions.link_posts(post, target, "explains", by=c.editor).pk == link.pk
    again = PostLink.objects.select_related("post__unit", "target").get()
    actions.unlink_posts(link, by=c.editor)
    actions.unlink_posts(again, by=c.second_editor)
    assert verbs(post).count("posts.link.make") == 1
    assert verbs(post).count("posts.link.undo") == 1


def test_pairs_that_make_no_sense_are_refused(c: City) -> None:
    post = make.draft(c)
    with pytest.raises(Invalid):
        actions.link_posts(post, post, "explains", by=c.editor)
    with pytest.raises(Invalid):
        actions.link_posts(post, make.published(c), "likes", by=c.editor)
    with pytest.raises(NotAllowed):
        actions.link_posts(post, make.published(c), "explains", by=c.stranger)


def test_other_unit_s_draft_is_not_there_to_pair_with(c: City) -> None:
    own = actions.start_post(c.roads, by=c.stranger, title="改线")
    with pytest.raises(NotFound):
        actions.link_posts(own, make.draft(c), "explains", by=c.stranger)
