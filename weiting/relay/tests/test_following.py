"""What was passed on follows its original: corrections, withdrawals, and what was not out yet."""

import pytest

from weiting.core.errors import Conflict
from weiting.jobs import testing as jobs
from weiting.notices.models import Notice
from weiting.posts import actions as posts
from weiting.posts.models import Correction, Post
from weiting.publishing import actions as publishing
from weiting.publishing.models import Delivery, Release
from weiting.publishing.tests.fakes import connect
from weiting.publishing.tests.make import decide_all, fresh
from weiting.relay import actions
from weiting.relay.coverage import cover
from weiting.relay.models import Ask
from weiting.relay.tests import make as relays

pytestmark = pytest.mark.django_db


@pytest.fixture
def s(freeze):
    return relays.scene(freeze)


def correct(s, freeze, wrong="41 度", right="40 度"):
    """Correct the original through review and release."""
    correction = posts.start_correction(
        fresh(s.post), by=s.city.editor, wrong=wrong, right=right, reason="看错了一格。"
    )
    round_ = publishing.send_for_review(correction, by=s.city.editor, no_secrets=True, release="approved")
    decide_all(s.city, round_)
    freeze.move(seconds=11)
    publishing.release_due()
    return Correction.objects.get(pk=correction.pk)


def test_a_correction_reaches_what_was_passed_on_and_its_channels(s, freeze):
    connection = connect(s.units[0], "webhook", "https://example.org")
    ask = s.passed(freeze, s.ask(s.open()))
    Delivery.objects.update(state="delivered")
    assert correct(s, freeze, relays.TITLE, "高温橙色预警：午后别在户外干活").state == "published"
    jobs.run_waiting("relay.follow")
    post, ask = fresh(ask.post), Ask.objects.get(pk=ask.pk)
    assert post.live.title == "转发：高温橙色预警：午后别在户外干活" and post.corrected_at
    theirs = post.corrections.get()
    assert (theirs.state, theirs.wrong, theirs.reason) == ("published", relays.TITLE, "看错了一格。")
    assert ask.source_hash == fresh(s.post).live.content_hash
    assert list(connection_acts(connection)) == ["send", "correct"]
    assert str(cover(ask.call).rows[0].answer) == "passed_on"


def connection_acts(connection):
    return Delivery.objects.filter(connection=connection).order_by("pk").values_list("act", flat=True)


def test_a_correction_of_words_that_were_not_passed_on_is_told_there_too(s, freeze):
    ask = s.passed(freeze, s.ask(s.open()))
    correct(s, freeze)
    assert str(cover(ask.call).rows[0].answer) == "outdated"
    jobs.run_waiting("relay.follow")
    assert fresh(ask.post).corrections.get().right == "40 度"
    assert str(cover(ask.call).rows[0].answer) == "passed_on"


def test_following_twice_does_it_once(s, freeze):
    ask = s.passed(freeze, s.ask(s.open()))
    correct(s, freeze)
    jobs.run_waiting("relay.follow")
    jobs.run_waiting("relay.sweep")
    assert (actions.follow(s.post.pk), actions.follow_stale()) == (0, 0)
    assert fresh(ask.post).corrections.count() == 1


def test_a_withdrawal_takes_back_what_was_passed_on_and_ends_the_call(s, freeze):
    call = s.open()
    ask = s.passed(freeze, s.ask(call))
    publishing.withdraw_post(fresh(s.post), "发错了日期。", by=s.city.final)
    jobs.run_waiting("relay.follow")
    post = Post.objects.get(pk=ask.post_id)
    call.refresh_from_db()
    assert post.state == "withdrawn" and "发错了日期" in post.withdrawn_reason
    assert call.state == "called_off"
    assert [each.state for each in call.asks.order_by("pk")] == ["accepted", "called_off", "called_off"]


def test_what_was_not_out_yet_is_put_aside_and_the_unit_asked_again(s, freeze):
    call = s.open()
    ask = s.accept(s.ask(call))
    Post.objects.filter(pk=ask.post_id).update(embargo_until=None)
    planned = ask.post_id
    publishing.hold_release(release_of(planned), "等等", by=s.editors[ask.unit_id])
    correct(s, freeze)
    jobs.run_waiting("relay.follow")
    ask = Ask.objects.get(pk=ask.pk)
    assert (ask.state, ask.post) == ("asked", None)
    assert Post.objects.get(pk=planned).state == "discarded"
    assert Notice.objects.filter(kind="relay.again", person=s.editors[ask.unit_id]).count() == 1
    assert s.accept(s.ask(call)).state == "accepted"


def release_of(post):
    return Release.objects.get(post=post)


def test_one_whose_own_correction_is_under_way_waits_and_its_people_are_told(s, freeze):
    ask = s.passed(freeze, s.ask(s.open()))
    editor = s.editors[ask.unit_id]
    own = posts.start_correction(ask.post, by=editor, wrong="高温", right="持续高温", reason="更准")
    correct(s, freeze)
    jobs.run_waiting("relay.follow")
    assert Ask.objects.get(pk=ask.pk).source_hash != fresh(s.post).live.content_hash
    posts.drop_correction(own, by=editor)
    jobs.run_waiting("relay.follow")
    assert actions.follow_stale() == 1


def test_a_page_made_before_the_correction_is_noticed(s, freeze):
    ask = s.ask(s.open())
    old = s.post.live.content_hash
    correct(s, freeze)
    with pytest.raises(Conflict):
        s.accept(ask, seen_hash=old)
