"""Taking a file out of use: only when no text shows it any more, or is about to."""

from django.db.models import Q
from django.utils.translation import gettext as _

from weiting.accounts.models import Person
from weiting.core.actions import action
from weiting.core.errors import Conflict
from weiting.media import actions as media
from weiting.media.models import Asset
from weiting.posts import access
from weiting.posts.flow import IssueState, PostState
from weiting.posts.models import Issue, Post, RevisionMedia
from weiting.units.access import require
from weiting.units.models import Unit

SHOWN = (PostState.PUBLISHED, PostState.EXPIRED)
COMING = (PostState.IN_REVIEW, PostState.APPROVED)
NAMED = 3


def texts_showing(asset: Asset) -> list[str]:
    """List the titles of texts that show a file to everybody, or are about to; its films by their still picture too."""
    assets = Asset.objects.filter(Q(pk=asset.pk) | Q(poster=asset, retired_at=None))
    versions = RevisionMedia.objects.filter(asset__in=assets).values("revision")
    posts = Post.objects.filter(
        Q(live__in=versions, state__in=SHOWN)
        | Q(working__in=versions, state__in=COMING)
        # A correction under review shows what it will show.
        | Q(working__in=versions, state__in=SHOWN)
    ).select_related("live", "working")
    issues = Issue.objects.filter(
        cover__in=assets, state__in=[IssueState.IN_REVIEW, IssueState.APPROVED, IssueState.PUBLISHED]
    )
    shown = [post.live or post.working for post in posts.order_by("-pk")[: NAMED + 1]]
    return [text.title for text in shown if text] + [issue.title for issue in issues[:NAMED]]


@action
def retire_media(asset: Asset, *, by: Person, reason: str) -> Asset:
    """Take a file out of use and stop serving it; raise Conflict naming the texts while any still shows it.

    Raises NotAllowed, or Invalid without a reason.
    """
    require(by, access.WRITE, Unit.objects.get(pk=asset.unit_id))
    # Held first: whoever seals a text with this file now is either seen below, or finds it out of use.
    Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
    if titles := texts_showing(asset):
        named = "”, “".join(titles[:NAMED])
        raise Conflict(
            _(
                "“%(titles)s” shows this file. Correct or withdraw the text first, then take the file out of use."
            )
            % {"titles": named},
            code="still_shown",
            titles=titles,
        )
    return media.retire_asset(asset, by=by, reason=reason)
