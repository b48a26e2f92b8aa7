"""The moment of release: claimed by one worker, checked against the approved hash, done in one transaction.

A release that does not fit any more is held with a sentence, never pushed through.
"""

import logging
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from weiting import audit, jobs, notices
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import DomainError
from weiting.core.flow import perform
from weiting.posts import actions as posts
from weiting.posts.flow import CorrectionFlow, CorrectionState, IssueFlow, IssueState, PostFlow, PostState
from weiting.posts.models import Correction, Issue, Post
from weiting.publishing.actions.delivering import deliver
from weiting.publishing.flow import ReleaseFlow, ReleaseState
from weiting.publishing.models import Release
from weiting.review import queries as review, subjects
from weiting.review.subjects import Subject

logger = logging.getLogger(__name__)

# The task, of a module above, that lets what passed a text on follow its correction or withdrawal.
FOLLOW = "relay.follow"


class Unfit(Exception):
    """A release may not go out as it stands; the sentence says why. Never leaves this file."""


def release_tag(release: Release) -> str:
    """Name what shows a plan, for caches and open pages."""
    return f"issue:{release.issue_id}" if release.issue_id else f"post:{release.post_id}"


def release_due() -> int:
    """Release everything whose time has come, one transaction each; return how many went out.

    Safe to run in any number of workers at once and again after a crash: a row is claimed by its lock, and
    what is committed is never due again. One that fails is left for the next run and does not stop the others.
    """
    seen: set[int] = set()
    count = 0
    failure: Exception | None = None
    while True:
        before = len(seen)
        try:
            done = _release_next(seen)
        except Exception as error:
            if len(seen) == before:
                raise
            logger.exception("A release failed; the others go on, and this one is tried again.")
            failure = error
            continue
        if done is None:
            break
        count += done
    if failure is not None:
        raise failure
    return count


@action
def release_one(release_id: int) -> bool:
    """Release one plan if it is due; say whether it went out. Moved, held or taken ones are left alone."""
    release = _claim({"pk": release_id}, set())
    return release is not None and carry_out(release)


def _release_next(seen: set[int]) -> bool | None:
    with transaction.atomic():
        release = _claim({}, seen)
        if release is None:
            return None
        seen.add(release.pk)
        return carry_out(release)


def _claim(where: dict[str, int], seen: Collection[int]) -> Release | None:
    return (
        Release.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("post__unit", "correction__post__unit", "issue__unit", "revision", "planned_by")
        .filter(state=ReleaseState.PLANNED, due_at__lte=clock.now(), **where)
        .exclude(pk__in=seen)
        .order_by("due_at", "pk")
        .first()
    )


def carry_out(release: Release) -> bool:
    """Release a row the caller holds; when something does not fit, hold it and tell its planner instead."""
    try:
        with transaction.atomic():
            subject = subjects.lock(_subject(release))
            _check(release, subject)
            _publish(release, subject)
        return True
    except (Unfit, DomainError) as error:
        _stop(release, str(error.args[0] if isinstance(error, Unfit) else error.message))
        return False


def _subject(release: Release) -> Subject:
    found = release.correction or release.issue or release.post
    if found is None:
        raise AssertionError("the table refuses a release without a subject")
    return found


def _check(release: Release, subject: Subject) -> None:
    """Raise Unfit unless exactly the approved bytes stand there and nothing forbids them now."""
    wanted = {Post: PostState.APPROVED, Correction: CorrectionState.APPROVED, Issue: IssueState.APPROVED}
    if subject.state != wanted[type(subject)]:
        raise Unfit(_("The text is not approved."))
    round_ = review.approved_round(subject)
    version = subjects.version_of(subject)
    if round_ is None or (version is not None and version.pk != release.revision_id):
        raise Unfit(_("The text is not the version that was approved."))
    if not release.content_hash == round_.content_hash == subjects.hash_of(subject):
        raise Unfit(_("The text is not the version that was approved."))
    if subjects.unit_of(subject).is_closed:
        raise Unfit(_("The unit has been closed and no longer speaks."))
    if isinstance(subject, Post):
        _check_embargo(subject)


def _check_embargo(post: Post) -> None:
    if post.embargo_until is not None and post.embargo_until > clock.now():
        raise Unfit(_("The text is under embargo."))
    if post.expires_at is not None and post.expires_at <= clock.now():
        raise Unfit(_("The text is out of date already."))


def _publish(release: Release, subject: Subject) -> None:
    now = clock.now()
    perform(release, ReleaseFlow.release, released_at=now)
    if isinstance(subject, Post):
        perform(
            subject, PostFlow.publish, live=release.revision, working=None, published_at=now, changed_at=now
        )
        posts.became_public(subject)
    elif isinstance(subject, Correction):
        _publish_correction(subject)
    else:
        _publish_issue(subject)
    deliver(release, subject)
    audit.record(
        "publishing.release.release",
        subject=subject,
        unit=subjects.unit_of(subject),
        release=release.public_id,
        content_hash=release.content_hash,
    )


def _publish_correction(correction: Correction) -> None:
    now = clock.now()
    post = correction.post
    perform(correction, CorrectionFlow.publish, published_at=now)
    changed = Post.objects.filter(pk=post.pk, state=PostState.PUBLISHED, live=correction.before_id).update(
        live=correction.after, working=None, corrected_at=now, changed_at=now
    )
    if not changed:
        raise Unfit(_("The text it corrects is not public any more, or has been corrected otherwise."))
    post.refresh_from_db()
    posts.became_public(post)
    jobs.defer(FOLLOW, key=f"{FOLLOW}:{post.pk}", post_id=post.pk)


def _publish_issue(issue: Issue) -> None:
    """Release an issue and with it every article that is not public yet, or nothing of it."""
    now = clock.now()
    for article in issue.articles.select_related("post__unit").order_by("position"):
        if article.post.state != PostState.PUBLISHED:
            _publish_article(article.post)
    perform(issue, IssueFlow.publish, published_at=now, changed_at=now)
    jobs.announce("issues", f"issue:{issue.pk}", f"unit:{issue.unit_id}")


def _publish_article(post: Post) -> None:
    planned = (
        Release.objects.select_for_update(of=("self",))
        .filter(post=post, state__in=[ReleaseState.PLANNED, ReleaseState.HELD])
        .first()
    )
    if planned is not None and planned.state == ReleaseState.HELD:
        raise Unfit(_("Its article “%(title)s” is held.") % {"title": str(post)})
    locked = subjects.lock(post)
    round_ = review.approved_round(locked)
    release = planned or Release.objects.create(
        post=post,
        revision=locked.working if isinstance(locked, Post) else None,
        content_hash=round_.content_hash if round_ else "",
        due_at=clock.now(),
    )
    try:
        _check(release, locked)
    except Unfit as error:
        raise Unfit(
            _("Its article “%(title)s” cannot go out: %(why)s") % {"title": str(post), "why": error.args[0]}
        ) from error
    _publish(release, locked)


def _stop(release: Release, reason: str) -> None:
    release.refresh_from_db(fields=["state"])
    perform(release, ReleaseFlow.hold, state_reason=reason[:200])
    subject = _subject(release)
    if release.planned_by is not None:
        notices.tell(
            [release.planned_by],
            "publishing.stopped",
            key=f"publishing.release:{release.pk}:stopped:{release.due_at.timestamp():.0f}",
            url=desk_page(subject),
            urgent=True,
            title=subjects.title_of(subject),
            reason=reason,
        )
    audit.record(
        "publishing.release.stop",
        subject=subject,
        unit=subjects.unit_of(subject),
        release=release.public_id,
        reason=reason,
    )
    jobs.announce(release_tag(release))


def desk_page(subject: Subject) -> str:
    """Return the desk's address of a text."""
    if isinstance(subject, Issue):
        return f"/desk/write/issues/{subject.public_id}/"
    post = subject.post if isinstance(subject, Correction) else subject
    return f"/desk/write/{post.public_id}/"
