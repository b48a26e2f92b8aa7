"""Versions of a text: kept, sealed for review, an older one taken back, a whole text copied into a new draft."""

from django.db.models import Q
from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Invalid, NotFound
from weiting.posts import access, content
from weiting.posts.actions.presence import require_pen
from weiting.posts.actions.writing import (
    copy_media,
    copy_revision,
    go_on_in,
    is_writable,
    lock_post,
    open_working,
    refuse_reading_only,
    start_post,
)
from weiting.posts.flow import PUBLIC, WRITABLE
from weiting.posts.models import Correction, Post, PostTopic, Provenance, Revision, Template
from weiting.units.access import may, require
from weiting.units.models import Unit


def _seal(post: Post, revision: Revision) -> Revision:
    revision.sealed_at = clock.now()
    revision.content_hash = content.content_hash(revision, post)
    revision.save(update_fields=["sealed_at", "content_hash"])
    return revision


@action
def keep_revision(post: Post, *, by: Person, note: str = "") -> Revision:
    """Keep the working version as it stands, with a note, and go on in a copy; returns the kept one.

    Raises Conflict while the text may not be written in, or another holds the pen.
    """
    require(by, access.WRITE, post.unit)
    note = content.clean(note, is_line=True)[:200]
    post = lock_post(post)
    require_pen(post, by)
    working = open_working(post, by)
    working.note = note
    working.save(update_fields=["note"])
    kept = _seal(post, working)
    open_working(post, by)
    audit.record("posts.revision.keep", by=by, subject=post, unit=post.unit, number=kept.number, note=note)
    return kept


@action
def restore_revision(post: Post, number: int, *, by: Person) -> Revision:
    """Go on from an older version: what stands there now is kept, and a copy of the older one is written in.

    Raises NotFound when there is no such version, Conflict as save_working does.
    """
    require(by, access.WRITE, post.unit)
    post = lock_post(post)
    require_pen(post, by)
    if not is_writable(post) or post.working is None:
        refuse_reading_only(post)
    source = post.revisions.filter(number=number).first()
    if source is None:
        raise NotFound(_("This text has no version %(n)s.") % {"n": number})
    working = post.working
    if working is None:
        raise AssertionError("a text that can be written in has a version to write in")
    if content.content_hash(source, post) == content.content_hash(working, post):
        return open_working(post, by)
    if working.sealed_at is None:
        working.note = working.note or _("Before version %(n)s was taken back") % {"n": number}
        working.save(update_fields=["note"])
        _seal(post, working)
    made = go_on_in(post, copy_revision(source, by=by, note=_("From version %(n)s") % {"n": number}))
    made.saves += 1
    made.save(update_fields=["saves"])
    Post.objects.filter(pk=post.pk).update(changed_at=clock.now())
    audit.record(
        "posts.revision.restore", by=by, subject=post, unit=post.unit, number=made.number, restored=number
    )
    return made


@action
def copy_post(post: Post, unit: Unit, *, by: Person) -> Post:
    """Start a draft of `unit` with everything this text holds but its times, its pairs and its promises.

    In another unit's hands it is a reprint and names its source. Raises NotFound for a text one may not read,
    and what start_post raises.
    """
    post = Post.objects.select_related("unit", "column", "working", "live").get(pk=post.pk)
    if post.state not in PUBLIC and not may(by, access.READ, post.unit):
        raise NotFound(_("This text does not exist, or it is not for you."))
    source = post.live if post.state in PUBLIC else post.working
    if source is None:
        raise NotFound(_("This text has no version to copy."))
    column = post.column if post.column is not None and post.column.closed_on is None else None
    made = start_post(unit, by=by, title=source.title, body=source.body, column=column, klass=post.klass)
    if made.working is None:
        raise AssertionError("a text that was started has a version")
    for name in content.FIELDS:
        setattr(made.working, name, getattr(source, name))
    made.working.save(update_fields=content.FIELDS)
    copy_media(source, made.working)
    made.working.media.filter(asset__retired_at__isnull=False).delete()
    made.purpose, made.risk = post.purpose, post.risk
    made.provenance, made.source_name, made.source_url = post.provenance, post.source_name, post.source_url
    if unit.pk != post.unit_id and post.provenance == Provenance.ORIGINAL:
        made.provenance, made.source_name = Provenance.REPRINTED, post.unit.short_name
    made.save(update_fields=["purpose", "risk", "provenance", "source_name", "source_url"])
    PostTopic.objects.bulk_create(
        PostTopic(post=made, topic_id=pk) for pk in post.topic_places.values_list("topic_id", flat=True)
    )
    audit.record("posts.post.copy", by=by, subject=made, unit=unit, source=post.public_id)
    return made


def what_is_missing(revision: Revision, post: Post) -> dict[str, list[str]]:
    """Map each field that keeps this version from being submitted to a sentence; empty when complete."""
    problems: dict[str, list[str]] = {}
    if not revision.title.strip():
        problems["title"] = [_("Give it a title: it is what people see in lists and searches.")]
    if not revision.body.strip():
        problems["body"] = [_("There is no text yet.")]
    for name in ("title", "summary", "body"):
        if sentences := _left_open(getattr(revision, name), post.unit):
            problems[name] = [*problems.get(name, ()), *sentences]
    places = list(revision.media.select_related("asset"))
    lacking = [sentence for place in places for sentence in place.asset.lacks()]
    if any(not place.alt.strip() for place in places):
        lacking.insert(0, _("Describe every picture for those who cannot see it."))
    if lacking:
        problems["media"] = list(dict.fromkeys(lacking))
    if post.state in WRITABLE:
        problems |= _unfit_arrangement(post)
    else:
        problems |= _unfit_correction(revision)
    return problems


def _left_open(text: str, unit: Unit) -> list[str]:
    """Say what a template, or a better wording that went in, left for the writer to fill in."""
    found = []
    if blanks := _blanks_left(text, unit):
        found.append(_("Fill in what the template left open: %(blanks)s.") % {"blanks": " ".join(blanks)})
    if fills := list(dict.fromkeys(content.FILL.findall(text))):
        found.append(_("Fill in what the wording left open: %(blanks)s.") % {"blanks": " ".join(fills[:6])})
    return found


def _blanks_left(text: str, unit: Unit) -> list[str]:
    """List the blanks of templates that still stand in a text; braces of its own are nobody's business."""
    found = list(dict.fromkeys(content.BLANK.findall(text)))
    if not found:
        return []
    rows = Template.objects.filter(Q(unit__isnull=True) | Q(unit_id__in=unit.ancestor_ids))
    known = {blank for each in rows for blank in content.BLANK.findall(f"{each.title}\n{each.body}")}
    return [blank for blank in found if blank in known][:6]


def _unfit_arrangement(post: Post) -> dict[str, list[str]]:
    problems = {}
    if post.expires_at and post.expires_at <= clock.now():
        problems["expires_at"] = [_("The time after which it is out of date is already past.")]
    if post.column is not None and post.column.closed_on is not None:
        problems["column"] = [_("This column has been closed. Choose another.")]
    return problems


def _unfit_correction(after: Revision) -> dict[str, list[str]]:
    """Say where a corrected version does not do what the correction tells the public it does."""
    correction = Correction.objects.filter(after=after).select_related("before").first()
    if correction is None:
        return {}
    before, now = content.words_of(correction.before), content.words_of(after)
    if before == now:
        return {"body": [_("The corrected text says what the published one says. Put in what is right.")]}
    if not any(correction.right in text for text in now):
        return {
            "body": [
                _(
                    "“%(right)s” is announced as right, but does not stand in the text. Put it in, or start again."
                )
                % {"right": correction.right}
            ]
        }
    return {}


@action
def seal_working(post: Post, *, by: Person) -> Revision:
    """Seal the working version for review and return it with its content hash.

    A version that is already sealed and unchanged (sent back, submitted again as it was) is returned as it is.
    Raises Invalid when incomplete, Conflict when it may not be written in or another holds the pen.
    """
    require(by, access.WRITE, post.unit)
    post = lock_post(post)
    if not is_writable(post):
        refuse_reading_only(post)
    require_pen(post, by)
    working = post.working
    if working is None:
        raise NotFound(_("This text has no version to write in."))
    problems = what_is_missing(working, post)
    if problems:
        raise Invalid(_("A few things are still missing."), fields=problems)
    if working.sealed_at is not None:
        if working.content_hash == content.content_hash(working, post):
            return working
        working = open_working(post, by)
    return _seal(post, working)
