"""Writing: start a post, save its words, arrange where it belongs, put it aside and take it back."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid, NotFound
from weiting.core.flow import perform
from weiting.posts import access, content
from weiting.posts.actions.presence import require_pen
from weiting.posts.flow import WRITABLE, AssignmentState, CorrectionState, PostFlow, PostState
from weiting.posts.models import (
    AssignmentTarget,
    Column,
    Correction,
    Post,
    PostTopic,
    Revision,
    RevisionMedia,
    Template,
    Topic,
)
from weiting.units.access import permit, require
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
# Checked as the columns declare them: a choice that exists, an address that is one, a length that fits.
_CHECKED = ("klass", "purpose", "risk", "provenance", "source_name", "source_url")


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
    """Start a draft with an empty first version, or one filled from a template.

    Raises Invalid for a closed unit or column, words that are too long, or another unit's assignment; Conflict
    for an assignment that has been answered or called off.
    """
    require(by, access.WRITE, unit)
    if unit.is_closed:
        raise Invalid(
            _("%(unit)s has been closed and no longer speaks. Write for its successor.")
            % {"unit": unit.short_name},
            code="unit_closed",
        )
    _refuse_closed(column)
    if template is not None:
        title, body = title or template.title, body or template.body
        column, klass = column or _if_open(template.column), klass or template.klass
    if assignment is not None:
        _check_target(assignment, unit)
        column = column or _if_open(assignment.assignment.column)
    words = _clean({"title": title, "body": body})
    post = Post(unit=unit, author=by, byline=by.name, column=column)
    if klass:
        post.klass = klass
        _raise(_faults(post, ["klass"]))
    post.save()
    post.working = Revision.objects.create(post=post, number=1, author=by, saved_by=by, **words)
    post.save(update_fields=["working"])
    if assignment is not None:
        # Once this text is public the assignment is done by itself.
        AssignmentTarget.objects.filter(pk=assignment.pk).update(post=post)
        if assignment.assignment.topic is not None:
            PostTopic.objects.create(post=post, topic=assignment.assignment.topic)
    audit.record(
        "posts.post.start",
        by=by,
        subject=post,
        unit=unit,
        template=template.name if template else "",
    )
    return post


def _if_open(column: Column | None) -> Column | None:
    return None if column is None or column.closed_on else column


def _refuse_closed(column: Column | None) -> None:
    if column is not None and column.closed_on:
        _raise({"column": [_("This column has been closed. Choose another.")]})


def _check_target(target: AssignmentTarget, unit: Unit) -> None:
    if target.unit_id != unit.pk:
        raise Invalid(_("This assignment was given to another unit."))
    if target.state not in {AssignmentState.OPEN, AssignmentState.ACCEPTED}:
        raise Conflict(
            _("This assignment has been answered or called off. Write the text without it."),
            code="assignment_over",
        )


def lock_post(post: Post) -> Post:
    """Hold the row until the transaction ends, so that two savers queue up instead of overwriting.

    The words are read by a second statement: the one that waited for the lock would join them as they were
    before the wait, and the later saver would not notice the earlier one.
    """
    Post.objects.select_for_update(no_key=True).only("pk").get(pk=post.pk)
    return Post.objects.select_related("unit", "column", "working", "live").get(pk=post.pk)


def refuse_reading_only(post: Post) -> None:
    """Raise Conflict(code="not_writable") with what can be done about it."""
    sentences = {
        PostState.IN_REVIEW: _("This text is in review. Take it back first, then go on writing."),
        PostState.APPROVED: _("This text is approved. Open it again first, then go on writing."),
        PostState.PUBLISHED: _("This text is public. To change its words, start a correction."),
        PostState.DISCARDED: _("This text was put aside. Take it back into work first."),
    }
    over = _("This text is no longer public and stays as it was. Copy it into a new one.")
    raise Conflict(sentences.get(PostState(post.state), over), code="not_writable")


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
    newest = Revision.objects.filter(post_id=source.post_id).order_by("-number").first() or source
    made = Revision.objects.create(
        post_id=source.post_id,
        number=newest.number + 1,
        # The count goes on from version to version: a page opened before the copy was made is seen to be old.
        saves=max(newest.saves, source.saves),
        author=by,
        saved_by=by,
        note=note[:200],
        **{name: getattr(source, name) for name in content.FIELDS},
    )
    copy_media(source, made)
    return made


def copy_media(source: Revision, made: Revision) -> None:
    """Put what stands in one version into another; what was taken out of use too, so that its writer is told."""
    RevisionMedia.objects.bulk_create(
        RevisionMedia(revision=made, asset_id=m.asset_id, position=n, alt=m.alt, caption=m.caption)
        for n, m in enumerate(source.media.order_by("position", "pk"))
    )


def open_working(post: Post, by: Person) -> Revision:
    """Return the version that may be written in; after a sealing that is a fresh copy."""
    if not is_writable(post):
        refuse_reading_only(post)
    working = post.working
    if working is None:
        raise NotFound(_("This text has no version to write in."))
    if working.sealed_at is None:
        return working
    return go_on_in(post, copy_revision(working, by=by))


def go_on_in(post: Post, made: Revision) -> Revision:
    """Let writing go on in this version; a correction that is under way follows."""
    Correction.objects.filter(after_id=post.working_id).update(after=made)
    post.working = made
    post.save(update_fields=["working"])
    return made


def _clean(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - set(content.FIELDS)
    if unknown:
        raise TypeError(f"not fields of a revision: {sorted(unknown)}")
    for name in content.WORDS:
        if name in fields:
            fields[name] = content.clean(fields[name], is_line=name in content.LINES)
    if "variants" in fields:
        fields["variants"] = {name: content.clean(text) for name, text in fields["variants"].items()}
    too_long = {
        name: [_("At most %(n)s characters; these are %(has)s.") % {"n": most, "has": len(fields[name])}]
        for name, most in content.LONGEST.items()
        if len(fields.get(name, "")) > most
    }
    if "body" in too_long:
        too_long["body"].append(_("Put the rest into a second text and pair the two."))
    if any(len(text) > content.LONGEST["body"] for text in fields.get("variants", {}).values()):
        too_long["variants"] = [_("At most %(n)s characters.") % {"n": content.LONGEST["body"]}]
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
    is_other = working.saved_by_id != by.pk
    working.saves += 1
    working.saved_at, working.saved_by = clock.now(), by
    working.save(update_fields=[*changed, "saves", "saved_at", "saved_by"])
    Post.objects.filter(pk=post.pk).update(changed_at=working.saved_at)
    # The editor saves by itself every few seconds; the trail names who wrote, not every pause for thought.
    if not is_automatic or working.saves == 1 or is_other:
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

    Raises Invalid when the expiry is past or before the embargo, a source is missing, a column is closed, or a
    value is none that can be chosen.
    """
    require(by, access.WRITE, post.unit)
    topics: Sequence[Topic] | None = fields.pop("topics", None)
    unknown = set(fields) - set(ARRANGED)
    if unknown:
        raise TypeError(f"not arranged here: {sorted(unknown)}")
    post = lock_post(post)
    if post.state not in WRITABLE:
        refuse_reading_only(post)
    for name in {"source_name", "source_url"} & set(fields):
        fields[name] = content.clean(fields[name], is_line=True)
    changed = [name for name, value in fields.items() if getattr(post, name) != value]
    for name in changed:
        setattr(post, name, fields[name])
    _raise(_faults(post, changed) | _clashes(post))
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


def _faults(post: Post, names: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in set(names) & set(_CHECKED):
        try:
            Post._meta.get_field(name).clean(getattr(post, name), post)  # type: ignore[union-attr]
        except ValidationError as error:
            found[name] = list(error.messages)
    return found


def _clashes(post: Post) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    if post.expires_at and post.expires_at <= clock.now():
        problems["expires_at"] = [_("This time is past. Choose a later one, or leave it empty.")]
    if post.expires_at and post.embargo_until and post.expires_at <= post.embargo_until:
        problems["expires_at"] = [_("It would be out of date before it may appear. Choose a later time.")]
    if post.provenance != "original" and not post.source_name:
        problems["source_name"] = [_("Say who supplied it: the source is shown with the text.")]
    if post.column and post.column.closed_on:
        problems["column"] = [_("This column has been closed. Choose another.")]
    return problems


def _raise(problems: dict[str, list[str]]) -> None:
    if problems:
        raise Invalid(_("Some settings do not fit together."), fields=problems)


def _file(post: Post, topics: Sequence[Topic]) -> None:
    PostTopic.objects.filter(post=post).exclude(topic__in=topics).delete()
    PostTopic.objects.bulk_create(
        [PostTopic(post=post, topic=topic) for topic in topics], ignore_conflicts=True
    )


@action
def discard_post(post: Post, *, by: Person | None) -> Post:
    """Put a draft aside: it leaves the lists but is kept and can be taken back."""
    permit(by, access.WRITE, post.unit)
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
