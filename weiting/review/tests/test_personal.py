"""The wall: nothing personal goes into review about which nobody has decided by name."""

from typing import Any

import pytest

from weiting.core import clock
from weiting.core.errors import Invalid, NotAllowed
from weiting.core.flow import perform
from weiting.posts import actions as posts, queries as read
from weiting.posts.flow import PostFlow
from weiting.posts.models import Correction, Decision, Issue, Post
from weiting.review import actions
from weiting.review.models import Lane, Round
from weiting.review.tests import make
from weiting.review.tests.make import City

NUMBER = "990101199003070090"
WORDS = f"申请人身份证号 {NUMBER}。"


def decide(subject: Post | Issue, by: Any) -> None:
    for found in read.undecided(subject):
        posts.decide_finding(
            subject, by=by, rule=found.rule, fingerprint=found.fingerprint, reason="法律要求公示全号"
        )


def refused(act: Any) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        act()
    assert refusal.value.code == "personal"
    assert NUMBER not in str(refusal.value.message) + str(refusal.value.fields) + str(refusal.value.facts)
    assert "990101********0090" in str(refusal.value.message)
    return refusal.value


@pytest.mark.parametrize("lane", [Lane.NORMAL, Lane.REPLY, Lane.EMERGENCY])
def test_no_lane_leads_past_the_wall(c: City, lane: str) -> None:
    post = make.draft(c, body=WORDS, purpose="response")
    refusal = refused(lambda: make.submit(c, post, lane=lane))
    assert list(refusal.fields) == ["body"]
    post = Post.objects.select_related("working").get(pk=post.pk)
    assert (post.state, post.working.sealed_at) == ("draft", None)
    assert not Round.objects.exists()
    decide(post, c.editor)
    assert make.submit(c, post, lane=lane).state == "open"


def test_masking_the_words_opens_the_way_too(c: City) -> None:
    post = make.draft(c, body=WORDS)
    refused(lambda: make.submit(c, post))
    make.rewrite(post, c.editor, WORDS.replace(NUMBER, "990101********0090"))
    assert make.submit(c, post).state == "open"
    assert not Decision.objects.exists()


def test_the_decision_of_who_may_not_write_opens_nothing(c: City) -> None:
    post = make.draft(c, body=WORDS)
    with pytest.raises(NotAllowed):
        decide(post, c.first)
    refused(lambda: make.submit(c, post))


def test_words_changed_after_the_decision_meet_the_wall_again(c: City) -> None:
    post = make.draft(c, body=WORDS.replace(NUMBER, "990101199003070081"))
    decide(post, c.editor)
    make.rewrite(post, c.editor, WORDS)
    refused(lambda: make.submit(c, post))


def test_every_undecided_one_must_be_decided(c: City) -> None:
    post = make.draft(c, body=f"{WORDS}手机号码：13800138000，机主王小明。")
    first = read.undecided(post)[1]
    posts.decide_finding(
        post, by=c.editor, rule=first.rule, fingerprint=first.fingerprint, reason="机主同意公开"
    )
    refused(lambda: make.submit(c, post))


def test_a_correction_meets_the_wall_in_the_text_and_in_its_own_words(c: City) -> None:
    post = public(c, make.draft(c))
    correction = posts.start_correction(
        post, by=c.editor, wrong="16:00", right=f"17:00（{WORDS}）", reason="时间写错了"
    )
    refusal = refused(lambda: actions.submit_correction(correction, by=c.editor, no_secrets=True))
    assert set(refusal.fields) == {"body", "right"}
    assert Correction.objects.get(pk=correction.pk).state == "draft"
    decide(Post.objects.get(pk=post.pk), c.editor)
    assert actions.submit_correction(correction, by=c.editor, no_secrets=True).state == "open"


def test_an_issue_meets_the_wall_with_its_own_words(c: City) -> None:
    issue = posts.start_issue(c.water, by=c.editor, title="本周")
    said = [{"post": public(c, make.draft(c)), "digest": WORDS}]
    issue = posts.save_issue(issue, by=c.editor, saves=0, title="本周", articles=said)
    refusal = refused(lambda: actions.submit_issue(issue, by=c.editor, no_secrets=True))
    assert [name.partition("-")[2] for name in refusal.fields] == ["digest"]
    assert Issue.objects.get(pk=issue.pk).state == "draft"
    decide(issue, c.editor)
    assert actions.submit_issue(issue, by=c.editor, no_secrets=True).state == "open"


def test_what_was_sealed_without_a_decision_can_still_be_approved(c: City, monkeypatch: Any) -> None:
    """As a text that was in review before there was this wall."""
    with monkeypatch.context() as before:
        before.setattr("weiting.review.actions.submitting.undecided", lambda *_given: [])
        round_ = make.submit(c, make.draft(c, body=WORDS))
    assert make.approve_all(round_).state == "approved"


def test_a_text_sent_back_and_submitted_as_it_was_keeps_its_decision(c: City) -> None:
    post = make.draft(c, body=WORDS)
    decide(post, c.editor)
    round_ = make.submit(c, post)
    step = make.open_step(round_)
    said = {"reason": "再核实一下", "reason_kind": "facts", "content_hash": round_.content_hash}
    actions.give_verdict(step, by=c.first, approves=False, **said)
    assert make.submit(c, Post.objects.get(pk=post.pk)).state == "open"


def public(c: City, post: Post) -> Post:
    """Make a post public the short way."""
    round_ = make.approve_all(make.submit(c, post))
    post = Post.objects.get(pk=post.pk)
    perform(post, PostFlow.publish, live=round_.revision, working=None, published_at=clock.now())
    return Post.objects.get(pk=post.pk)
