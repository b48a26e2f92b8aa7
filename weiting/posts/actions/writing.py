"""Writing: start a post, save its words, put media in, keep and seal versions, put it aside and take it back."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid, NotFound
from weiting.core.flow import perform
from weiting.posts import access, content
from weiting.posts.actions.presence import require_pen
from weiting.posts.flow import WRITABLE, CorrectionState, PostFlow, PostState
from weiting.posts.models import (
    AssignmentTarget,
    Column,
    Post,
    PostTopic,
    Revision,
    RevisionMedia,
    Template,
    Topic,
)
from weiting.units.access import require
from weiting.units.models import Unit

ARRANGED = (
    "column",
    "klass",
    "purpose",
    "risk",
    "provenance",
    "source_name",
    "source_url",
    "embargo_until",
    "expires_at",
)


@action
def start_post(
    unit: Unit,
    *,
    by: Person,
    title: str = "",
    body: str = "",
    column: Column | None = None,
    klass: str = "",
    template: Template | None = None,
    assignment: AssignmentTarget | None = None,
) -> Post:
    """Start a draft with an empty first version, or one filled from a template; raise Invalid for a closed unit."""
    require(by, access.WRITE, unit)
    if unit.is_closed:
        raise Invalid(
            _("%(unit)s has been closed and no longer speaks. Write for its successor.")
            % {"unit": unit.short_name},
            code="unit_closed",
        )
    if template is not None:
        title, body = title or template.title, body or template.body
        column, klass = column or template.column, klass or template.klass
    if assignment is not None and column is None:
        column = assignment.assignment.column
    post = Post(unit=unit, author=by, byline=by.name, column=column)
    if klass:
        post.klass = klass
    post.save()
    post.working = Revision.objects.create(
        post=post, number=1, title=title[:120], body=body, author=by, saved_by=by
    )
    post.save(update_fields=["working"])
    if assignment is not None and assignment.assignment.topic is not None:
        PostTopic.objects.create(post=post, topic=assignment.assignment.topic)
    audit.record(
        "posts.post.start",
        by=by,
        subject=post,
        unit=unit,
        template=template.name if template else "",
    )
    return post


def lock_post(post: Post) -> Post:
    """Hold the row until the transaction ends, so that two savers queue up instead of overwriting."""
    return Post.objects.select_for_update(of=("self",)).select_related("unit", "working").get(pk=post.pk)


def _refuse_reading_only() -> None:
    raise Conflict(
        _("This text is in review or already approved. Take it back first, then go on writing."),
        code="not_writable",
    )


def is_writable(post: Post) -> bool:
    """Say whether the post's working version may be written in now: a draft, or a correction being drafted."""
    if post.state in WRITABLE:
        return True
    if post.state != PostState.PUBLISHED or post.working_id is None:
        return False
    return post.corrections.filter(
        after_id=post.working_id,
        state__in=[CorrectionState.DRAFT, CorrectionState.RETURNED],
    ).exists()


def copy_revision(source: Revision, *, by: Person | None, note: str = "") -> Revision:
    """Make the next version of the same post with the same words and media."""
    newest = Revision.objects.filter(post_id=source.post_id).order_by("-number").first()
    made = Revision.objects.create(
        post_id=source.post_id,
        number=(newest or source).number + 1,
        author=by,
        saved_by=by,
        note=note[:200],
        **{name: getattr(source, name) for name in content.FIELDS},
    )
    RevisionMedia.objects.bulk_create(
        RevisionMedia(
            revision=made,
            asset_id=m.asset_id,
            position=m.position,
            alt=m.alt,
            caption=m.caption,
        )
        for m in source.media.order_by("position", "pk")
    )
    return made


def open_working(post: Post, by: Person) -> Revision:
    """Return the version that may be written in; after a sealing that is a fresh copy."""
    if not is_writable(post):
        _refuse_reading_only()
    working = post.working
    if working is None:
        raise NotFound(_("This text has no version to write in."))
    if working.sealed_at is None:
        return working
    made = copy_revision(working, by=by)
    correction = post.corrections.filter(after_id=working.pk).first()
    if correction is not None:
        correction.after = made
        correction.save(update_fields=["after"])
    post.working = made
    post.save(update_fields=["working"])
    return made


def _clean(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - set(content.FIELDS)
    if unknown:
        raise TypeError(f"not fields of a revision: {sorted(unknown)}")
    for name in (
        "title",
        "summary",
        "body",
        "fact_source",
        "fact_number",
        "fact_contact",
    ):
        if name in fields:
            # PostgreSQL refuses NUL; browsers send CRLF, which would make every diff differ.
            fields[name] = fields[name].replace("\x00", "").replace("\r\n", "\n")
    too_long = {
        name: [_("At most %(n)s characters.") % {"n": most}]
        for name, most in content.LONGEST.items()
        if len(fields.get(name, "")) > most
    }
    if too_long:
        raise Invalid(_("Some of it is too long. Shorten it and save again."), fields=too_long)
    return fields


@action
def save_working(
    post: Post, *, by: Person, saves: int, is_automatic: bool = False, **fields: Any
) -> Revision:
    """Save what was typed into the working version.

    `saves` is the count the writer's page was made from; when somebody has saved since, nothing is
    written and Conflict(code="stale") says who. Also raises NotAllowed, Conflict when another holds the
    pen, and Invalid when a field is too long.
    """
    require(by, access.WRITE, post.unit)
    fields = _clean(fields)
    post = lock_post(post)
    require_pen(post, by)
    working = open_working(post, by)
    if working.saves != saves:
        who = working.saved_by.name if working.saved_by else _("somebody")
        raise Conflict(
            _("%(who)s has saved this text since you opened it. Yours is kept below; compare, then decide.")
            % {"who": who},
            code="stale",
            saves=working.saves,
        )
    changed = [name for name, value in fields.items() if getattr(working, name) != value]
    if not changed:
        return working
    for name in changed:
        setattr(working, name, fields[name])
    working.saves += 1
    working.saved_at, working.saved_by = clock.now(), by
    working.save(update_fields=[*changed, "saves", "saved_at", "saved_by"])
    Post.objects.filter(pk=post.pk).update(changed_at=working.saved_at)
    # The editor saves by itself every few seconds; the trail names who wrote, not every pause for thought.
    if not is_automatic or working.saves == 1:
        audit.record(
            "posts.revision.save",
            by=by,
            subject=post,
            unit=post.unit,
            number=working.number,
            fields=changed,
        )
    return working


@action
def arrange_post(post: Post, *, by: Person, **fields: Any) -> Post:
    """Set column, topics, class, purpose, risk, origin, embargo and expiry of a draft.

    Raises Invalid when the expiry is past or before the embargo, or a source is missing.
    """
    require(by, access.WRITE, post.unit)
    topics: Sequence[Topic] | None = fields.pop("topics", None)
    unknown = set(fields) - set(ARRANGED)
    if unknown:
        raise TypeError(f"not arranged here: {sorted(unknown)}")
    post = lock_post(post)
    if post.state not in WRITABLE:
        _refuse_reading_only()
    changed = [name for name, value in fields.items() if getattr(post, name) != value]
    for name in changed:
        setattr(post, name, fields[name])
    _check_arrangement(post)
    post.changed_at = clock.now()
    post.save(update_fields=[*changed, "changed_at"])
    if topics is not None:
        _file(post, topics)
    if changed or topics is not None:
        audit.record(
            "posts.post.arrange",
            by=by,
            subject=post,
            unit=post.unit,
            fields=sorted(changed),
        )
    return post


def _check_arrangement(post: Post) -> None:
    problems: dict[str, list[str]] = {}
    if post.expires_at and post.expires_at <= clock.now():
        problems["expires_at"] = [_("This time is past. Choose a later one, or leave it empty.")]
    if post.expires_at and post.embargo_until and post.expires_at <= post.embargo_until:
        problems["expires_at"] = [_("It would be out of date before it may appear. Choose a later time.")]
    if post.provenance != "original" and not post.source_name:
        problems["source_name"] = [_("Say who supplied it: the source is shown with the text.")]
    if post.column and post.column.closed_on:
        problems["column"] = [_("This column has been closed. Choose another.")]
    if problems:
        raise Invalid(_("Some settings do not fit together."), fields=problems)


def _file(post: Post, topics: Sequence[Topic]) -> None:
    PostTopic.objects.filter(post=post).exclude(topic__in=topics).delete()
    PostTopic.objects.bulk_create(
        [PostTopic(post=post, topic=topic) for topic in topics], ignore_conflicts=True
    )


def _seal(post: Post, revision: Revision) -> Revision:
    revision.sealed_at = clock.now()
    revision.content_hash = content.content_hash(revision, post)
    revision.save(update_fields=["sealed_at", "content_hash"])
    return revision


@action
def keep_revision(post: Post, *, by: Person, note: str = "") -> Revision:
    """Keep the working version as it stands, with a note, and go on in a copy; returns the kept one."""
    require(by, access.WRITE, post.unit)
    post = lock_post(post)
    require_pen(post, by)
    working = open_working(post, by)
    working.note = note.strip()[:200]
    working.save(update_fields=["note"])
    kept = _seal(post, working)
    open_working(post, by)
    audit.record(
        "posts.revision.keep",
        by=by,
        subject=post,
        unit=post.unit,
        number=kept.number,
        note=note,
    )
    return kept


def what_is_missing(revision: Revision, post: Post) -> dict[str, list[str]]:
    """Map each field that keeps this version from being submitted to a sentence; empty when complete."""
    problems: dict[str, list[str]] = {}
    if not revision.title.strip():
        problems["title"] = [_("Give it a title: it is what people see in lists and searches.")]
    if not revision.body.strip():
        problems["body"] = [_("There is no text yet.")]
    places = list(revision.media.select_related("asset"))
    lacking = [sentence for place in places for sentence in place.asset.lacks()]
    if any(not place.alt.strip() for place in places):
        lacking.insert(0, _("Describe every picture for those who cannot see it."))
    if lacking:
        problems["media"] = list(dict.fromkeys(lacking))
    if post.expires_at and post.expires_at <= clock.now():
        problems["expires_at"] = [_("The time after which it is out of date is already past.")]
    return problems


@action
def seal_working(post: Post, *, by: Person) -> Revision:
    """Seal the working version for review and return it with its content hash; raise Invalid when incomplete.

    A version that is already sealed and unchanged (sent back, submitted again as it was) is returned as it is.
    """
    require(by, access.WRITE, post.unit)
    post = lock_post(post)
    if not is_writable(post):
        _refuse_reading_only()
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


@action
def discard_post(post: Post, *, by: Person) -> Post:
    """Put a draft aside: it leaves the lists but is kept and can be taken back."""
    require(by, access.WRITE, post.unit)
    perform(post, PostFlow.discard, changed_at=clock.now())
    audit.record("posts.post.discard", by=by, subject=post, unit=post.unit)
    return post


@action
def restore_post(post: Post, *, by: Person) -> Post:
    """Take a draft that was put aside back into work."""
    require(by, access.WRITE, post.unit)
    perform(post, PostFlow.restore, changed_at=clock.now())
    audit.record("posts.post.restore", by=by, subject=post, unit=post.unit)
    return post
