"""Pictures, films and sounds in a text: put in, described, put in order, taken out. The asset stays in the library."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core.actions import action
from weiting.core.errors import Invalid, NotFound
from weiting.media.models import Asset
from weiting.posts import access, content
from weiting.posts.actions.presence import require_pen
from weiting.posts.actions.writing import lock_post, open_working
from weiting.posts.models import Post, Revision, RevisionMedia
from weiting.units.access import require

MEDIA_MOST = 18
ALT_MOST = 300
CAPTION_MOST = 200


def _described(alt: str, caption: str) -> tuple[str, str]:
    alt, caption = content.clean(alt, is_line=True), content.clean(caption, is_line=True)
    problems: dict[str, list[str]] = {}
    if not alt:
        problems["alt"] = [_("Describe what is to be seen or heard, for those who cannot.")]
    elif len(alt) > ALT_MOST:
        problems["alt"] = [_("At most %(n)s characters.") % {"n": ALT_MOST}]
    if len(caption) > CAPTION_MOST:
        problems["caption"] = [_("At most %(n)s characters.") % {"n": CAPTION_MOST}]
    if problems:
        raise Invalid(next(iter(problems.values()))[0], fields=problems)
    return alt, caption


@action
def attach(post: Post, asset: Asset, *, by: Person, alt: str, caption: str = "") -> RevisionMedia:
    """Put a picture, film or sound at the end of the working version.

    Raises Invalid without a description, for a file taken out of use, and when the post is full; Conflict as
    save_working does.
    """
    require(by, access.WRITE, post.unit)
    alt, caption = _described(alt, caption)
    if asset.is_retired:
        raise Invalid(_("This file was taken out of use. Choose another one."))
    post = lock_post(post)
    require_pen(post, by)
    working = open_working(post, by)
    count = working.media.count()
    if count >= MEDIA_MOST:
        raise Invalid(
            _("A post holds at most %(n)s pictures, films and sounds. Take one out first.")
            % {"n": MEDIA_MOST}
        )
    place = RevisionMedia.objects.create(
        revision=working,
        asset=asset,
        position=count,
        alt=alt,
        caption=caption,
    )
    audit.record("posts.media.attach", by=by, subject=post, unit=post.unit, asset=asset.public_id)
    return place


def _place(post: Post, working: Revision, media_id: int) -> RevisionMedia:
    place = RevisionMedia.objects.filter(revision=working, pk=media_id).select_related("asset").first()
    if place is None:
        raise NotFound(_("This picture is no longer in the text."))
    return place


@action
def describe(post: Post, media_id: int, *, by: Person, alt: str, caption: str = "") -> RevisionMedia:
    """Change how a picture is described; raise Invalid when the description is empty, NotFound when it is gone."""
    require(by, access.WRITE, post.unit)
    alt, caption = _described(alt, caption)
    post = lock_post(post)
    require_pen(post, by)
    place = _place(post, open_working(post, by), media_id)
    place.alt, place.caption = alt, caption
    place.save(update_fields=["alt", "caption"])
    audit.record(
        "posts.media.describe",
        by=by,
        subject=post,
        unit=post.unit,
        asset=place.asset.public_id,
    )
    return place


@action
def detach(post: Post, media_id: int, *, by: Person) -> None:
    """Take a picture, film or sound out of the working version; the asset itself stays in the library.

    Raises NotFound when it is out already, Conflict as save_working does.
    """
    require(by, access.WRITE, post.unit)
    post = lock_post(post)
    require_pen(post, by)
    working = open_working(post, by)
    place = _place(post, working, media_id)
    place.delete()
    for position, each in enumerate(working.media.order_by("position", "pk")):
        if each.position != position:
            each.position = position
            each.save(update_fields=["position"])
    audit.record(
        "posts.media.detach",
        by=by,
        subject=post,
        unit=post.unit,
        asset=place.asset.public_id,
    )


@action
def reorder(post: Post, media_ids: Sequence[int], *, by: Person) -> None:
    """Put the media of the working version in this order; ids left out keep their order behind the named ones."""
    require(by, access.WRITE, post.unit)
    post = lock_post(post)
    require_pen(post, by)
    working = open_working(post, by)
    wanted = {pk: place for place, pk in enumerate(media_ids)}
    places = sorted(
        working.media.all(),
        key=lambda m: (wanted.get(m.pk, len(wanted)), m.position, m.pk),
    )
    for position, each in enumerate(places):
        each.position = position
    RevisionMedia.objects.bulk_update(places, ["position"])
    audit.record("posts.media.reorder", by=by, subject=post, unit=post.unit)
