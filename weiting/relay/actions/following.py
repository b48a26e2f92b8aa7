"""What was passed on follows its original: corrected where that was corrected, withdrawn where that was withdrawn.

What was not out yet when the original changed is put aside, and the unit is asked again with the new words.
"""

import logging
from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import DomainError
from weiting.core.flow import perform
from weiting.posts import actions as posts
from weiting.posts.flow import CorrectionState, PostState
from weiting.posts.models import Correction, Post, Revision
from weiting.publishing import actions as publishing
from weiting.publishing.actions.planning import lay_plan
from weiting.relay.actions.answering import lock_ask
from weiting.relay.actions.calling import call_off, tags_of, tell_answerers
from weiting.relay.flow import AskFlow, AskState, CallState
from weiting.relay.models import Ask, Call
from weiting.relay.words import compose
from weiting.review import actions as review, queries as reviewed

logger = logging.getLogger(__name__)

AT_ONCE = 200
LOOK_BACK = timedelta(days=30)
OUT = (PostState.PUBLISHED, PostState.EXPIRED)


def follow(post_id: int) -> int:
    """Let everything that passed a text on follow it; return how many did. Safe to run twice."""
    done = sum(_follow(pk) for pk in _behind().filter(call__post=post_id).values_list("pk", flat=True))
    withdrawn = Call.objects.filter(post=post_id, post__state=PostState.WITHDRAWN, state=CallState.OPEN)
    for call in withdrawn.select_related("unit", "post"):
        reason = _("The original was withdrawn: %(reason)s") % {"reason": call.post.withdrawn_reason}
        call_off(call, reason[:200], by=None)
    return done


def follow_stale() -> int:
    """Follow every original of which something that passed it on is behind: what a lost job has left."""
    # Long ago is settled: what a job has lost is found within minutes.
    late = _behind().filter(call__post__changed_at__gte=clock.now() - LOOK_BACK)
    found = list(late.order_by().values_list("call__post", flat=True).distinct()[:AT_ONCE])
    found += Call.objects.filter(post__state=PostState.WITHDRAWN, state=CallState.OPEN).values_list(
        "post", flat=True
    )[:AT_ONCE]
    return sum(follow(post) for post in dict.fromkeys(found))


def _behind() -> QuerySet[Ask]:
    """Return the answers whose text holds another version than the original has now, or outlives it."""
    changed = ~Q(call__post__live__content_hash=F("source_hash")) & Q(call__post__state__in=OUT)
    changed &= Q(
        post__state__in=[PostState.PUBLISHED, PostState.APPROVED, PostState.IN_REVIEW, PostState.DRAFT]
    )
    outlives = Q(call__post__state=PostState.WITHDRAWN) & ~Q(
        post__state__in=[PostState.WITHDRAWN, PostState.DISCARDED]
    )
    # One that could not follow waits for its people until its own correction has ended.
    busy = Correction.objects.exclude(state__in=[CorrectionState.PUBLISHED, CorrectionState.DROPPED])
    rows = Ask.objects.filter(changed | outlives, state=AskState.ACCEPTED, post__isnull=False)
    return rows.exclude(changed, post__in=busy.values("post")).order_by("pk")


def _follow(pk: int) -> int:
    try:
        return _follow_one(Ask.objects.get(pk=pk), by=None)
    except DomainError as error:
        logger.warning("The answer %s could not follow its original: %s", pk, error.message)
        _tell_stuck(
            Ask.objects.select_related("call__post__live", "unit").get(pk=pk), str(error.message), by=None
        )
        return 0


@action
def _tell_stuck(ask: Ask, reason: str, *, by: None) -> None:
    live = ask.call.post.live
    tell_answerers(
        ask.call, [ask.unit], "relay.stuck", once=f":{live.content_hash[:12] if live else ''}", reason=reason
    )


@action
def _follow_one(ask: Ask, *, by: None) -> int:
    ask = lock_ask(ask)
    source = ask.call.post
    if ask.state != AskState.ACCEPTED or source.live is None or ask.post_id is None:
        return 0
    post = Post.objects.select_related("unit", "live", "working").get(pk=ask.post_id)
    if source.state == PostState.WITHDRAWN:
        return _withdraw(ask, post, source)
    if source.live.content_hash == ask.source_hash:
        return 0
    if post.state == PostState.PUBLISHED:
        return _correct(ask, post, source, source.live)
    if post.state in {PostState.DRAFT, PostState.RETURNED, PostState.IN_REVIEW, PostState.APPROVED}:
        return _ask_again(ask, post)
    return 0


def _withdraw(ask: Ask, post: Post, source: Post) -> int:
    if post.state in OUT:
        reason = _("The original was withdrawn: %(reason)s") % {"reason": source.withdrawn_reason}
        publishing.withdraw_post(post, reason[:300], by=None)
        _record(ask, post, "withdraw")
        return 1
    return _ask_again(ask, post) if post.state != PostState.DISCARDED else 0


def _correct(ask: Ask, post: Post, source: Post, live: Revision) -> int:
    theirs = Correction.objects.filter(post=source, after=live, state=CorrectionState.PUBLISHED).first()
    if theirs is None:
        return 0
    said = compose(source, live, ask.line)
    made = posts.correct_as_source(post, by=None, source=theirs, **said.as_fields())
    answers = ask.answered_by
    if answers is None:
        raise AssertionError("a text of its own is somebody's answer")
    review.pass_on(made, by=None, rests_on=live, answers=answers)
    lay_plan(
        Correction.objects.select_related("post__unit", "after").get(pk=made.pk), by=None, at=None, undo=0
    )
    Ask.objects.filter(pk=ask.pk).update(revision=live, source_hash=live.content_hash)
    ask.source_hash = live.content_hash
    _record(ask, post, "correct")
    return 1


def _ask_again(ask: Ask, post: Post) -> int:
    """Put a text that is not out yet aside: the unit reads the new words before it passes them on."""
    round_ = reviewed.open_round(post)
    if round_ is not None:
        publishing.recall(round_, by=None)
    elif post.state == PostState.APPROVED:
        publishing.reopen(post, by=None)
    publishing.discard(Post.objects.select_related("unit").get(pk=post.pk), by=None)
    perform(
        ask, AskFlow.ask_again, post=None, revision=None, source_hash="", answered_by=None, answered_at=None
    )
    if ask.call.state == CallState.OPEN and ask.call.post.state == PostState.PUBLISHED:
        tell_answerers(ask.call, [ask.unit], "relay.again", once=f":{post.pk}")
    elif ask.call.state != CallState.OPEN:
        perform(ask, AskFlow.call_off)
    audit.record(
        "relay.ask.ask_again",
        subject=ask.call,
        unit=ask.unit,
        call=ask.call.public_id,
        ask=ask.public_id,
        post=post.public_id,
    )
    jobs.announce(*tags_of(ask.call))
    return 1


def _record(ask: Ask, post: Post, how: str) -> None:
    audit.record(
        "relay.ask.follow",
        subject=ask.call,
        unit=ask.unit,
        call=ask.call.public_id,
        ask=ask.public_id,
        post=post.public_id,
        how=how,
        source_hash=ask.source_hash,
    )
    jobs.announce(*tags_of(ask.call))
