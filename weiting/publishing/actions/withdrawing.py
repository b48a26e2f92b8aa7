"""Out of the hall again: withdrawn with a public reason, or out of date. The page stays and says so."""

from django.utils.translation import gettext as _

from weiting import audit, jobs, notices
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Invalid
from weiting.core.flow import perform
from weiting.posts import actions as posts
from weiting.posts.flow import IssueFlow, PostFlow, PostState
from weiting.posts.models import Issue, Post
from weiting.publishing import access
from weiting.publishing.actions.delivering import call_off_waiting, retract
from weiting.publishing.actions.planning import end_plan, lock_plan
from weiting.publishing.actions.releasing import FOLLOW, desk_page
from weiting.publishing.flow import ReleaseState
from weiting.publishing.models import LeadSlot, Release
from weiting.review.subjects import lock
from weiting.units.access import permit, require

AT_ONCE = 500


def _require_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > 300:
        sentence = _("Give the reason in 1 to 300 characters; it stands on the public page.")
        raise Invalid(sentence, code="reason_missing", fields={"reason": [sentence]})
    return reason


@action
def withdraw_post(post: Post, reason: str, *, by: Person | None) -> Post:
    """Take a public post out of every list; its address stays and shows the reason. Whatever passed it on follows.

    Without a person it follows a text that was withdrawn itself. Raises Invalid without a reason, Conflict when it is
    not public.
    """
    permit(by, access.WITHDRAW, post.unit)
    reason = _require_reason(reason)
    for plan in Release.objects.filter(post=post, state__in=[ReleaseState.PLANNED, ReleaseState.HELD]):
        held = lock_plan(plan)
        if held.state in {ReleaseState.PLANNED, ReleaseState.HELD}:
            end_plan(held, _("The text was withdrawn."), by=by)
    lock(post)
    perform(post, PostFlow.withdraw, withdrawn_reason=reason, changed_at=clock.now())
    LeadSlot.objects.filter(post=post).delete()
    posts.became_hidden(post)
    retract(post=post)
    jobs.defer(FOLLOW, key=f"{FOLLOW}:{post.pk}", post_id=post.pk)
    if post.author is not None and (by is None or post.author_id != by.pk):
        notices.tell(
            [post.author],
            "publishing.withdrawn",
            key=f"publishing.post:{post.pk}:withdrawn",
            url=desk_page(post),
            title=str(post),
            who=by.name if by else post.source_name,
            reason=reason,
        )
    audit.record("publishing.post.withdraw", by=by, subject=post, unit=post.unit, reason=reason)
    return post


@action
def withdraw_issue(issue: Issue, reason: str, *, by: Person) -> Issue:
    """Take a public issue back; its articles stay public. Raises Invalid without a reason, Conflict otherwise."""
    require(by, access.WITHDRAW, issue.unit)
    reason = _require_reason(reason)
    perform(issue, IssueFlow.withdraw, withdrawn_reason=reason, changed_at=clock.now())
    retract(issue=issue)
    audit.record("publishing.issue.withdraw", by=by, subject=issue, unit=issue.unit, reason=reason)
    jobs.announce("issues", f"issue:{issue.pk}", f"unit:{issue.unit_id}")
    return issue


def expire_due() -> int:
    """Take every post that is out of date out of the news; return how many. Safe to run twice and side by side."""
    due = Post.objects.filter(state=PostState.PUBLISHED, expires_at__lte=clock.now())
    return sum(_expire(pk) for pk in list(due.order_by("expires_at").values_list("pk", flat=True)[:AT_ONCE]))


@action
def _expire(pk: int) -> int:
    post = (
        Post.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("unit", "live", "working")
        .filter(pk=pk, state=PostState.PUBLISHED, expires_at__lte=clock.now())
        .first()
    )
    if post is None:
        return 0
    perform(post, PostFlow.expire, changed_at=clock.now())
    LeadSlot.objects.filter(post=post).delete()
    posts.became_out_of_date(post)
    call_off_waiting(post)
    audit.record("publishing.post.expire", subject=post, unit=post.unit)
    return 1
