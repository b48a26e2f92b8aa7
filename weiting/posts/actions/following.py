"""Following up: a promise made in public, the post that keeps it, and pairs of texts that belong together."""

from datetime import datetime

from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Invalid
from weiting.core.flow import perform
from weiting.posts import access
from weiting.posts.flow import PUBLIC, FollowUpFlow
from weiting.posts.models import FollowUp, LinkKind, Post, PostLink
from weiting.units.access import require
from weiting.units.models import Unit


def _announce(*posts: Post) -> None:
    jobs.announce(*(f"post:{post.pk}" for post in posts), "posts")


@action
def promise_follow_up(
    post: Post, *, by: Person, promise: str, due_at: datetime, unit: Unit | None = None
) -> FollowUp:
    """Mark a post "to be followed up": what will be reported, by whom, by when. Raise Invalid for a past time."""
    require(by, access.FOLLOW_UP, post.unit)
    promise = promise.strip()
    problems: dict[str, list[str]] = {}
    if not promise:
        problems["promise"] = [_("Say what will be reported.")]
    elif len(promise) > 200:
        problems["promise"] = [_("At most %(n)s characters.") % {"n": 200}]
    if due_at <= clock.now():
        problems["due_at"] = [_("This time is past. By when will you report?")]
    if problems:
        raise Invalid(_("The promise is not complete yet."), fields=problems)
    follow_up = FollowUp.objects.create(post=post, unit=unit or post.unit, promise=promise, due_at=due_at)
    audit.record(
        "posts.follow_up.promise",
        by=by,
        subject=post,
        unit=post.unit,
        promise=promise,
        due_at=due_at,
        owner=follow_up.unit.short_name,
    )
    _announce(post)
    return follow_up


@action
def keep_follow_up(follow_up: FollowUp, outcome: Post, *, by: Person) -> FollowUp:
    """Link the public post that keeps the promise; raise Invalid when it is not public or is the post itself."""
    require(by, access.FOLLOW_UP, follow_up.unit)
    if outcome.pk == follow_up.post_id:
        raise Invalid(_("A post cannot be its own outcome. Choose the one that reports the result."))
    if outcome.state not in PUBLIC:
        raise Invalid(_("The outcome must be public first. Publish it, then link it."))
    perform(follow_up, FollowUpFlow.keep, outcome=outcome, closed_at=clock.now())
    audit.record(
        "posts.follow_up.keep",
        by=by,
        subject=follow_up.post,
        unit=follow_up.unit,
        outcome=outcome.public_id,
        was_late=follow_up.due_at < clock.now(),
    )
    _announce(follow_up.post, outcome)
    return follow_up


@action
def excuse_follow_up(follow_up: FollowUp, reason: str, *, by: Person) -> FollowUp:
    """Close a promise that will not be kept, with a reason the public reads."""
    require(by, access.FOLLOW_UP, follow_up.unit)
    reason = reason.strip()[:200]
    if not reason:
        sentence = _("Say why it will not be reported. The reason is shown with the promise.")
        raise Invalid(sentence, fields={"reason": [sentence]})
    perform(follow_up, FollowUpFlow.excuse, closed_reason=reason, closed_at=clock.now())
    audit.record(
        "posts.follow_up.excuse",
        by=by,
        subject=follow_up.post,
        unit=follow_up.unit,
        reason=reason,
    )
    _announce(follow_up.post)
    return follow_up


@action
def link_posts(post: Post, target: Post, kind: str, *, by: Person) -> PostLink:
    """Say that `post` explains, answers questions on, pictures or continues `target`; both pages will show it."""
    require(by, access.WRITE, post.unit)
    if kind not in LinkKind.values:
        raise Invalid(_("Choose how the two texts belong together."))
    if post.pk == target.pk:
        raise Invalid(_("A text cannot be paired with itself."))
    link, made = PostLink.objects.get_or_create(post=post, target=target, kind=kind)
    if made:
        audit.record(
            "posts.link.make",
            by=by,
            subject=post,
            unit=post.unit,
            target=target.public_id,
            kind=kind,
        )
        _announce(post, target)
    return link


@action
def unlink_posts(link: PostLink, *, by: Person) -> None:
    """Undo a pair."""
    require(by, access.WRITE, link.post.unit)
    post, target, kind = link.post, link.target, link.kind
    link.delete()
    audit.record(
        "posts.link.undo",
        by=by,
        subject=post,
        unit=post.unit,
        target=target.public_id,
        kind=kind,
    )
    _announce(post, target)
