"""Numbered issues (期): one to eight articles with a cover, composed and sealed as one."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid
from weiting.media.models import Asset
from weiting.posts import access
from weiting.posts.content import issue_hash
from weiting.posts.flow import IssueState
from weiting.posts.models import Issue, IssueArticle
from weiting.units.access import require
from weiting.units.models import Unit

MOST = 8
WRITABLE = (IssueState.DRAFT, IssueState.RETURNED)


@action
def start_issue(unit: Unit, *, by: Person, title: str = "") -> Issue:
    """Start the unit's next issue; numbers run without gaps."""
    require(by, access.ISSUES, unit)
    # Two editors starting at once must not get one number: the unit's row is the queue.
    Unit.objects.select_for_update().get(pk=unit.pk)
    last = Issue.objects.filter(unit=unit).aggregate(n=Max("number"))["n"] or 0
    issue = Issue.objects.create(unit=unit, number=last + 1, title=title.strip()[:64], editor=by)
    audit.record("posts.issue.start", by=by, subject=issue, unit=unit, number=issue.number)
    return issue


def _lock(issue: Issue) -> Issue:
    issue = Issue.objects.select_for_update(of=("self",)).select_related("unit").get(pk=issue.pk)
    if issue.state not in WRITABLE:
        raise Conflict(
            _("This issue is in review or already out. Take it back first."),
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
) -> Issue:
    """Save title, cover and articles ({post, topic, title, digest}, in order) of an issue being composed.

    Raises Conflict(code="stale") when somebody saved since, Invalid for more than eight articles, the same
    post twice, or a title that is too long.
    """
    require(by, access.ISSUES, issue.unit)
    issue = _lock(issue)
    if issue.saves != saves:
        raise Conflict(
            _("Somebody has saved this issue since you opened it. Compare, then save again."),
            code="stale",
            saves=issue.saves,
        )
    _check_articles(articles)
    issue.title, issue.cover, issue.cover_alt = (
        title.strip()[:64],
        cover,
        cover_alt.strip()[:300],
    )
    issue.saves += 1
    issue.changed_at = clock.now()
    issue.save()
    issue.articles.all().delete()
    IssueArticle.objects.bulk_create(
        IssueArticle(
            issue=issue,
            post=article["post"],
            topic=article.get("topic"),
            position=position,
            title=(article.get("title") or str(article["post"]))[:64],
            digest=(article.get("digest") or "")[:120],
        )
        for position, article in enumerate(articles, start=1)
    )
    audit.record(
        "posts.issue.save",
        by=by,
        subject=issue,
        unit=issue.unit,
        articles=len(articles),
    )
    return issue


def _check_articles(articles: Sequence[Mapping[str, Any]]) -> None:
    if len(articles) > MOST:
        raise Invalid(
            _("An issue holds at most %(n)s articles. Move one to the next issue.") % {"n": MOST},
            fields={"articles": [_("At most %(n)s.") % {"n": MOST}]},
        )
    if len({article["post"].pk for article in articles}) != len(articles):
        raise Invalid(_("The same text stands in this issue twice. Take one out."))


@action
def seal_issue(issue: Issue, *, by: Person) -> str:
    """Fix what the issue holds and return its content hash; raise Invalid while something is missing."""
    require(by, access.ISSUES, issue.unit)
    locked = _lock(issue)
    problems: dict[str, list[str]] = {}
    if not locked.title:
        problems["title"] = [_("Give the issue a title.")]
    if not locked.articles.exists():
        problems["articles"] = [_("An issue needs at least one article.")]
    if locked.cover is not None and not locked.cover_alt:
        problems["cover_alt"] = [_("Describe the cover for those who cannot see it.")]
    if problems:
        raise Invalid(_("A few things are still missing."), fields=problems)
    locked.content_hash = issue.content_hash = issue_hash(locked)
    locked.save(update_fields=["content_hash"])
    return locked.content_hash
