"""Numbered issues (期): one to eight articles with a cover, composed and sealed as one."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid, NotFound
from weiting.core.flow import perform
from weiting.media.models import Asset
from weiting.posts import access
from weiting.posts.content import clean, issue_hash
from weiting.posts.flow import IssueFlow, IssueState, PostState
from weiting.posts.models import Issue, IssueArticle, Post
from weiting.units.access import may, require
from weiting.units.models import Unit

MOST = 8
TITLE_MOST = 64
DIGEST_MOST = 120
ALT_MOST = 300
WRITABLE = (IssueState.DRAFT, IssueState.RETURNED)


@action
def start_issue(unit: Unit, *, by: Person, title: str = "") -> Issue:
    """Start the unit's next issue; numbers run without gaps. Raise Invalid for a closed unit or too long a title."""
    require(by, access.ISSUES, unit)
    # Two editors starting at once must not get one number: the unit's row is the queue.
    if Unit.objects.select_for_update(no_key=True).get(pk=unit.pk).is_closed:
        raise Invalid(
            _("%(unit)s has been closed and no longer speaks. Let its successor do it.")
            % {"unit": unit.short_name},
            code="unit_closed",
        )
    title = _fitting(title, "title", TITLE_MOST)
    last = Issue.objects.filter(unit=unit).aggregate(n=Max("number"))["n"] or 0
    issue = Issue.objects.create(unit=unit, number=last + 1, title=title, editor=by)
    audit.record("posts.issue.start", by=by, subject=issue, unit=unit, number=issue.number)
    return issue


def lock_issue(issue: Issue) -> Issue:
    """Hold an issue until the transaction ends and return it fresh; raise Conflict while it may not be written in."""
    Issue.objects.select_for_update(no_key=True).only("pk").get(pk=issue.pk)
    issue = Issue.objects.select_related("unit", "cover").get(pk=issue.pk)
    if issue.state not in WRITABLE:
        raise Conflict(
            _("This issue was put aside. Take it back into work first.")
            if issue.state == IssueState.DISCARDED
            else _("This issue is in review or already out. Take it back first."),
            code="not_writable",
        )
    return issue


@action
def save_issue(
    issue: Issue,
    *,
    by: Person,
    saves: int,
    title: str,
    cover: Asset | None = None,
    cover_alt: str = "",
    articles: Sequence[Mapping[str, Any]] = (),
    replaces: bool = False,
) -> Issue:
    """Save title, cover and articles ({post, topic, title, digest}, in order) of an issue being composed.

    With `replaces`, what somebody else saved is knowingly saved over; the audit keeps what stood there.

    Raises Conflict(code="stale") when somebody saved since, Invalid for more than eight articles, the same
    post twice, or a title or digest that is too long, NotFound for another unit's text that is not public.
    """
    require(by, access.ISSUES, issue.unit)
    issue = lock_issue(issue)
    if issue.saves != saves:
        raise Conflict(
            _("Somebody has saved this issue since you opened it. Compare, then save again."),
            code="stale",
            saves=issue.saves,
        )
    _check_articles(articles, by)
    before = _as_it_stands(issue) if replaces else {}
    issue.title = _fitting(title, "title", TITLE_MOST)
    issue.cover, issue.cover_alt = cover, _fitting(cover_alt, "cover_alt", ALT_MOST)
    issue.saves += 1
    issue.changed_at = clock.now()
    issue.save(update_fields=["title", "cover", "cover_alt", "saves", "changed_at"])
    issue.articles.all().delete()
    IssueArticle.objects.bulk_create(
        IssueArticle(
            issue=issue,
            post=article["post"],
            topic=article.get("topic"),
            position=position,
            title=_fitting(article.get("title") or str(article["post"])[:TITLE_MOST], "articles", TITLE_MOST),
            digest=_fitting(article.get("digest") or "", "articles", DIGEST_MOST),
        )
        for position, article in enumerate(articles, start=1)
    )
    audit.record(
        "posts.issue.replace" if replaces else "posts.issue.save",
        by=by,
        subject=issue,
        unit=issue.unit,
        articles=len(articles),
        **before,
    )
    return issue


def _as_it_stands(issue: Issue) -> dict[str, Any]:
    rows = issue.articles.order_by("position").values_list("post__public_id", "title", "digest")
    return {
        "before": {
            "title": issue.title,
            "cover": issue.cover.public_id if issue.cover else "",
            "articles": [list(row) for row in rows],
        }
    }


@action
def discard_issue(issue: Issue, *, by: Person) -> Issue:
    """Put an issue that is not in review aside: it is kept with its number, and can be taken back."""
    require(by, access.ISSUES, issue.unit)
    perform(issue, IssueFlow.discard, changed_at=clock.now())
    audit.record("posts.issue.discard", by=by, subject=issue, unit=issue.unit, number=issue.number)
    return issue


@action
def restore_issue(issue: Issue, *, by: Person) -> Issue:
    """Take an issue that was put aside back into work."""
    require(by, access.ISSUES, issue.unit)
    perform(issue, IssueFlow.restore, changed_at=clock.now())
    audit.record("posts.issue.restore", by=by, subject=issue, unit=issue.unit, number=issue.number)
    return issue


def _fitting(text: str, field: str, most: int) -> str:
    text = clean(text, is_line=True)
    if len(text) > most:
        sentence = _("“%(text)s…” is longer than %(n)s characters. Shorten it.") % {
            "text": text[:20],
            "n": most,
        }
        raise Invalid(sentence, fields={field: [sentence]})
    return text


def _check_articles(articles: Sequence[Mapping[str, Any]], by: Person) -> None:
    # An issue takes its approved articles out with it: nobody sends out what is another unit's to send.
    for post in (article["post"] for article in articles):
        if post.state != PostState.PUBLISHED and not may(by, access.WRITE, post.unit):
            raise NotFound(_("There is no such text for this issue."))
    if len(articles) > MOST:
        raise Invalid(
            _("An issue holds at most %(n)s articles. Move one to the next issue.") % {"n": MOST},
            fields={"articles": [_("At most %(n)s.") % {"n": MOST}]},
        )
    if len({article["post"].pk for article in articles}) != len(articles):
        raise Invalid(_("The same text stands in this issue twice. Take one out."))


@action
def seal_issue(issue: Issue, *, by: Person) -> str:
    """Fix what the issue holds and return its content hash.

    Raises Invalid while something is missing, an article is out of the hall, or the cover may not be shown.
    """
    require(by, access.ISSUES, issue.unit)
    locked = lock_issue(issue)
    problems: dict[str, list[str]] = {}
    if not locked.title:
        problems["title"] = [_("Give the issue a title.")]
    if not locked.articles.exists():
        problems["articles"] = [_("An issue needs at least one article.")]
    if out := _out_of_the_hall(locked):
        problems["articles"] = [
            _("“%(title)s” is out of the hall. Take it out of the issue.") % {"title": post} for post in out
        ]
    if locked.cover is not None:
        if not locked.cover_alt:
            problems["cover_alt"] = [_("Describe the cover for those who cannot see it.")]
        if lacking := locked.cover.lacks():
            problems["cover"] = lacking
    if problems:
        raise Invalid(_("A few things are still missing."), fields=problems)
    locked.content_hash = issue.content_hash = issue_hash(locked)
    locked.save(update_fields=["content_hash"])
    return locked.content_hash


def _out_of_the_hall(issue: Issue) -> list[Post]:
    gone = [PostState.WITHDRAWN, PostState.EXPIRED, PostState.DISCARDED]
    rows = issue.articles.filter(post__state__in=gone).select_related("post__live", "post__working")
    return [article.post for article in rows.order_by("position")]
