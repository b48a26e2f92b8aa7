"""The shelves texts stand on: columns, topics, and the templates and phrases to start from."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Invalid, NotAllowed
from weiting.posts import access
from weiting.posts.flow import PostState
from weiting.posts.models import Column, Post, PostTopic, Rhythm, Template, Topic
from weiting.text.han import slug
from weiting.units.access import may_anywhere, require

_DAYS = {Rhythm.WEEKLY: range(1, 8), Rhythm.MONTHLY: range(1, 29)}


def _free_slug(model: type[Column] | type[Topic], name: str) -> str:
    base = slug(name)[:50] or "x"
    taken = set(model.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(s for s in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if s not in taken)


def _save_once(obj: Column | Topic, name: str) -> None:
    try:
        with transaction.atomic():
            obj.save()
    except IntegrityError as error:
        sentence = _("There is already one called %(name)s. Use that one, or choose another name.") % {
            "name": name
        }
        raise Invalid(sentence, fields={"name": [sentence]}) from error


@action
def save_column(column: Column | None, *, by: Person, **fields: Any) -> Column:
    """Open a column or change one; raise Invalid for a name that is taken or a rhythm without its day."""
    column = column or Column()
    for name, value in fields.items():
        setattr(column, name, value)
    column.name = column.name.strip().strip("#＃")
    require(by, access.COLUMNS, column.owner)
    days = _DAYS.get(Rhythm(column.rhythm))
    if days is None:
        column.rhythm_day = None
    elif column.rhythm_day not in days:
        sentence = _("Say on which day: 1 to 7 for a weekday, 1 to 28 for a day of the month.")
        raise Invalid(sentence, fields={"rhythm_day": [sentence]})
    is_new = column.pk is None
    column.slug = column.slug or _free_slug(Column, column.name)
    _save_once(column, column.name)
    audit.record(
        "posts.column.open" if is_new else "posts.column.change",
        by=by,
        subject=column,
        unit=column.owner,
        fields=sorted(fields),
    )
    jobs.announce("columns", f"column:{column.pk}")
    return column


@action
def close_column(column: Column, *, by: Person) -> Column:
    """Close a column: no new posts; its page and its posts stay."""
    require(by, access.COLUMNS, column.owner)
    column.closed_on = clock.today()
    column.save(update_fields=["closed_on"])
    audit.record("posts.column.close", by=by, subject=column, unit=column.owner)
    jobs.announce("columns", f"column:{column.pk}")
    return column


@action
def save_topic(topic: Topic | None, *, by: Person, **fields: Any) -> Topic:
    """Open a topic or change one; raise Invalid for a name that is taken."""
    if not may_anywhere(by, access.TOPICS):
        raise NotAllowed(_("Your roles do not allow this. Ask the hall's editor."))
    topic = topic or Topic()
    for name, value in fields.items():
        setattr(topic, name, value)
    topic.name = topic.name.strip().strip("#＃")
    is_new = topic.pk is None
    topic.slug = topic.slug or _free_slug(Topic, topic.name)
    _save_once(topic, topic.name)
    audit.record(
        "posts.topic.open" if is_new else "posts.topic.change",
        by=by,
        subject=topic,
        fields=sorted(fields),
    )
    jobs.announce("topics", f"topic:{topic.pk}")
    return topic


@action
def file_under(post: Post, topics: Sequence[Topic], *, by: Person) -> None:
    """File a public post under topics (the hall editor's right): its words stay as approved."""
    if not may_anywhere(by, access.TOPICS):
        raise NotAllowed(_("Your roles do not allow this. Ask the hall's editor."))
    at = post.published_at if post.state == PostState.PUBLISHED else None
    PostTopic.objects.filter(post=post).exclude(topic__in=topics).delete()
    PostTopic.objects.bulk_create(
        [PostTopic(post=post, topic=topic, at=at) for topic in topics],
        ignore_conflicts=True,
    )
    audit.record(
        "posts.post.file",
        by=by,
        subject=post,
        unit=post.unit,
        topics=sorted(topic.slug for topic in topics),
    )
    jobs.announce(f"post:{post.pk}", "posts", *(f"topic:{topic.pk}" for topic in topics))


@action
def save_template(template: Template | None, *, by: Person, **fields: Any) -> Template:
    """Write a template or phrase or change one; one without a unit is everybody's and the hall editor's to keep."""
    template = template or Template()
    for name, value in fields.items():
        setattr(template, name, value)
    if template.unit is not None:
        require(by, access.TEMPLATES, template.unit)
    elif not may_anywhere(by, access.ASSIGN):
        raise NotAllowed(_("Only the hall's editor keeps the templates that everybody sees."))
    is_new = template.pk is None
    template.save()
    audit.record(
        "posts.template.write" if is_new else "posts.template.change",
        by=by,
        subject=template,
        unit=template.unit,
        fields=sorted(fields),
    )
    return template


@action
def retire_template(template: Template, *, by: Person) -> Template:
    """Take a template out of the lists."""
    return save_template(template, by=by, retired_at=clock.now())
