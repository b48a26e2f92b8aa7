"""Following up: a promise made in public, the post that keeps it, and pairs of texts that belong together."""

from datetime import datetime

from django.utils.translation import gettext as _

from weiting import audit, jobs, notices
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Invalid, NotAllowed, NotFound
from weiting.core.flow import perform
from weiting.posts import access, content
from weiting.posts.actions.opening import tags_of
from weiting.posts.flow import PUBLIC, FollowUpFlow, PostState
from weiting.posts.models import FollowUp, LinkKind, Post, PostLink
from weiting.units.access import RULES, holders, may, require
from weiting.units.models import Unit
from weiting.units.roles import Role

REPORTERS = (Role.EDITOR, Role.SPOKESPERSON)
# Until then the reviewers still come to the whole text, its promises included.
UNREAD = frozenset({PostState.DRAFT, PostState.RETURNED})


def _announce(*posts: Post) -> None:
    # Lists of the unit, the column and the topics show promises and pairs too.
    jobs.announce(*(tag for post in posts for tag in tags_of(post)))


@action
def promise_follow_up(
    post: Post, *, by: Person, promise: str, due_at: datetime, unit: Unit | None = None
) -> FollowUp:
    """Mark a post "to be followed up": what will be reported, by whom, by when; tell the unit that is to report.

    In a text that has been submitted, nobody sees it before a second person confirms it. Raises Invalid for a
    past time, an empty promise, a closed unit, or a post that is out of the hall.
    """
    require(by, access.FOLLOW_UP, post.unit)
    unit = unit or post.unit
    promise = content.clean(promise, is_line=True)
    problems: dict[str, list[str]] = {}
    if not promise:
        problems["promise"] = [_("Say what will be reported.")]
    elif len(promise) > 200:
        problems["promise"] = [_("At most %(n)s characters.") % {"n": 200}]
    if due_at <= clock.now():
        problems["due_at"] = [_("This time is past. By when will you report?")]
    if unit.is_closed:
        problems["unit"] = [
            _("%(unit)s has been closed. Choose who reports instead.") % {"unit": unit.short_name}
        ]
    if problems:
        raise Invalid(_("The promise is not complete yet."), fields=problems)
    post.refresh_from_db(fields=["state"])
    if post.state in {PostState.WITHDRAWN, PostState.DISCARDED}:
        raise Invalid(
            _("This text is out of the hall: nobody would read the promise. Make it in another one.")
        )
    follow_up = FollowUp.objects.create(post=post, unit=unit, promise=promise, due_at=due_at, made_by=by)
    if post.state in UNREAD:
        _tell_owner(follow_up)
    else:
        perform(follow_up, FollowUpFlow.propose)
        notices.tell(
            holders(post.unit, RULES[access.CONFIRM]).exclude(pk=by.pk), "posts.follow_up.proposed",
            key=f"posts.follow_up.proposed:{follow_up.pk}", url=f"/desk/write/promises/{follow_up.pk}/",
            title=promise, unit=unit.short_name, who=by.name, due_at=due_at,
        )  # fmt: skip
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


def _tell_owner(follow_up: FollowUp) -> None:
    """Tell another unit what was promised in its name."""
    if follow_up.unit_id != follow_up.post.unit_id:
        tell_reporters(follow_up, "posts.follow_up.asked")


@action
def confirm_follow_up(follow_up: FollowUp, *, by: Person) -> FollowUp:
    """Let a promise added to a text after its review stand in public; raise NotAllowed for one's own."""
    _require_second(follow_up, by)
    if follow_up.due_at <= clock.now():
        raise Invalid(_("This time is past. By when will you report?"))
    perform(follow_up, FollowUpFlow.confirm)
    _tell_owner(follow_up)
    audit.record(
        "posts.follow_up.confirm", by=by, subject=follow_up.post, unit=follow_up.post.unit,
        promise=follow_up.promise, due_at=follow_up.due_at,
    )  # fmt: skip
    _announce(follow_up.post)
    return follow_up


@action
def drop_follow_up(follow_up: FollowUp, *, by: Person) -> FollowUp:
    """Do not take up a promise nobody has seen yet: its maker takes it back, or a second person refuses it."""
    if by.pk != follow_up.made_by_id:
        _require_second(follow_up, by)
    perform(follow_up, FollowUpFlow.drop, closed_at=clock.now())
    audit.record(
        "posts.follow_up.drop", by=by, subject=follow_up.post, unit=follow_up.post.unit,
        promise=follow_up.promise,
    )  # fmt: skip
    return follow_up


def _require_second(follow_up: FollowUp, by: Person) -> None:
    require(by, access.CONFIRM, follow_up.post.unit)
    if by.pk == follow_up.made_by_id:
        raise NotAllowed(
            _("You made this promise, so somebody else confirms it. Ask a reviewer of the unit."),
            code="own_text",
        )


def tell_reporters(follow_up: FollowUp, kind: str) -> None:
    """Tell those who write for the unit that owes the report; each hears of one promise once per kind."""
    notices.tell(
        holders(follow_up.unit, REPORTERS),
        kind,
        key=f"{kind}:{follow_up.pk}",
        url=f"/desk/write/promises/{follow_up.pk}/",
        title=follow_up.promise,
        unit=follow_up.unit.short_name,
        due_at=follow_up.due_at,
    )


def _require_keeper(follow_up: FollowUp, by: Person) -> None:
    """Let whoever owes the report end the promise, or whoever made it: the unit that owed it may be closed."""
    if not may(by, access.FOLLOW_UP, follow_up.post.unit):
        require(by, access.FOLLOW_UP, follow_up.unit)


@action
def keep_follow_up(follow_up: FollowUp, outcome: Post, *, by: Person) -> FollowUp:
    """Link the public post that keeps the promise; raise Invalid when it is not public or is the post itself."""
    _require_keeper(follow_up, by)
    outcome.refresh_from_db(fields=["state"])
    if outcome.pk == follow_up.post_id:
        raise Invalid(_("A post cannot be its own outcome. Choose the one that reports the result."))
    if outcome.state not in {PostState.PUBLISHED, PostState.EXPIRED}:
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
    """Close a promise that will not be kept, with a reason the public reads; raise Invalid without one."""
    _require_keeper(follow_up, by)
    reason = content.clean(reason, is_line=True)
    if not reason or len(reason) > 200:
        sentence = _("Say in 1 to 200 characters why it will not be reported; it is shown with the promise.")
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
    """Say that `post` explains, answers questions on, pictures or continues `target`.

    Both pages show it once both are public. Raises Invalid for a text paired with itself or an unknown kind,
    NotFound for a target one may not read.
    """
    require(by, access.WRITE, post.unit)
    if target.state not in PUBLIC and not may(by, access.READ, target.unit):
        raise NotFound(_("There is no such text to pair with."))
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
    """Undo a pair; one that is undone already stays so."""
    require(by, access.WRITE, link.post.unit)
    post, target, kind = link.post, link.target, link.kind
    if not PostLink.objects.filter(pk=link.pk).delete()[0]:
        return
    audit.record(
        "posts.link.undo",
        by=by,
        subject=post,
        unit=post.unit,
        target=target.public_id,
        kind=kind,
    )
    _announce(post, target)
