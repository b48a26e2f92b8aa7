"""The shelves texts stand on: columns, topics, and the templates and phrases to start from."""

import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.posts import access, content
from weiting.posts.actions.opening import index_post
from weiting.posts.actions.writing import lock_post
from weiting.posts.flow import PostState
from weiting.posts.models import Column, Post, PostTopic, Rhythm, Template, Topic
from weiting.text.han import slug
from weiting.units.access import may_anywhere, require

_COLOR = re.compile("#[0-9a-fA-F]{6}")
_COLUMN = frozenset({"slug", "name", "color", "owner", "about", "rhythm", "rhythm_day", "position"})
_TOPIC = frozenset({"slug", "name", "about", "is_standing", "color", "position"})
_TEMPLATE = frozenset(
    {"unit", "name", "is_phrase", "for_emergency", "klass", "column", "title", "body", "retired_at"}
)
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


def _write(obj: Column | Topic | Template, fields: dict[str, Any], allowed: frozenset[str]) -> None:
    """Put what was typed into a shelf; raise Invalid, by field, for what its column does not take."""
    if unknown := set(fields) - allowed:
        raise TypeError(f"not written here: {sorted(unknown)}")
    for name, value in fields.items():
        if isinstance(value, str):
            value = content.clean(value, is_line=name != "body")
        setattr(obj, name, value.strip("#＃ ") if name == "name" else value)
    try:
        # The address name and the ties are seen to elsewhere: one is made here, the others by the database.
        obj.clean_fields(exclude={f.name for f in obj._meta.fields if f.is_relation} | {"slug", "id"})
    except ValidationError as error:
        raise Invalid(_("Some settings do not fit together."), fields=dict(error.message_dict)) from error
    if "color" in allowed and not _COLOR.fullmatch(getattr(obj, "color", "")):
        sentence = _("Choose a colour: # and six digits or letters a to f.")
        raise Invalid(sentence, fields={"color": [sentence]})


@action
def save_column(column: Column | None, *, by: Person, **fields: Any) -> Column:
    """Open a column or change one; raise Invalid for a name that is taken, a rhythm without its day, a closed owner."""
    column = column or Column()
    if column.pk is not None:
        # Whoever it is given to, only those who keep it now may give it away.
        require(by, access.COLUMNS, Column.objects.select_related("owner").get(pk=column.pk).owner)
    before = column.name
    _write(column, fields, _COLUMN)
    require(by, access.COLUMNS, column.owner)
    if column.owner.is_closed and "owner" in fields:
        sentence = _("%(unit)s has been closed. Choose another owner.") % {"unit": column.owner.short_name}
        raise Invalid(sentence, fields={"owner": [sentence]})
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
    if not is_new and column.name != before:
        jobs.defer("posts.index_again", key=f"posts.index_again:column:{column.pk}", column=column.pk)
    return column


@action
def close_column(column: Column, *, by: Person) -> Column:
    """Close a column: no new posts; its page and its posts stay. Raise Conflict when it is closed already."""
    require(by, access.COLUMNS, column.owner)
    today = clock.today()
    if not Column.objects.filter(pk=column.pk, closed_on__isnull=True).update(closed_on=today):
        raise Conflict(_("This column has been closed already."))
    column.closed_on = today
    audit.record("posts.column.close", by=by, subject=column, unit=column.owner)
    jobs.announce("columns", f"column:{column.pk}")
    return column


@action
def save_topic(topic: Topic | None, *, by: Person, **fields: Any) -> Topic:
    """Open a topic or change one; raise Invalid for a name that is taken."""
    if not may_anywhere(by, access.TOPICS):
        raise NotAllowed(_("Your roles do not allow this. Ask the hall's editor."))
    topic = topic or Topic()
    before = topic.name
    _write(topic, fields, _TOPIC)
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
    if not is_new and topic.name != before:
        jobs.defer("posts.index_again", key=f"posts.index_again:topic:{topic.pk}", topic=topic.pk)
    return topic


@action
def file_under(post: Post, topics: Sequence[Topic], *, by: Person) -> None:
    """File a post under exactly these topics, also when it is public: its words stay as approved.

    Raises NotAllowed for a post of a unit where one does not keep the topics.
    """
    require(by, access.TOPICS, post.unit)
    post = lock_post(post)
    # What is out of date stays where people look things up.
    is_listed = post.state in {PostState.PUBLISHED, PostState.EXPIRED}
    at = post.published_at if is_listed else None
    before = set(post.topic_places.values_list("topic_id", flat=True))
    PostTopic.objects.filter(post=post).exclude(topic__in=topics).delete()
    PostTopic.objects.bulk_create(
        [PostTopic(post=post, topic=topic, at=at) for topic in topics],
        ignore_conflicts=True,
    )
    if is_listed:
        index_post(post)
    audit.record(
        "posts.post.file",
        by=by,
        subject=post,
        unit=post.unit,
        topics=sorted(topic.slug for topic in topics),
    )
    touched = sorted(before | {topic.pk for topic in topics})
    jobs.announce(f"post:{post.pk}", "posts", *(f"topic:{pk}" for pk in touched))


@action
def save_template(template: Template | None, *, by: Person, **fields: Any) -> Template:
    """Write a template or phrase or change one; one without a unit is everybody's and the hall editor's to keep.

    Raises Invalid for what does not fit its field or a text that is too long, NotAllowed for another's template.
    """
    template = template or Template()
    is_new = template.pk is None
    if not is_new:
        # Whoever it is given to, only those who keep it now may give it away.
        _require_keeper(Template.objects.select_related("unit").get(pk=template.pk), by)
    _write(template, fields, _TEMPLATE)
    _require_keeper(template, by)
    if len(template.body) > content.LONGEST["body"]:
        sentence = _("At most %(n)s characters.") % {"n": content.LONGEST["body"]}
        raise Invalid(sentence, fields={"body": [sentence]})
    template.save()
    audit.record(
        "posts.template.write" if is_new else "posts.template.change",
        by=by,
        subject=template,
        unit=template.unit,
        fields=sorted(fields),
    )
    return template


def _require_keeper(template: Template, by: Person) -> None:
    if template.unit is not None:
        require(by, access.TEMPLATES, template.unit)
    elif not may_anywhere(by, access.ASSIGN):
        raise NotAllowed(_("Only the hall's editor keeps the templates that everybody sees."))


@action
def retire_template(template: Template, *, by: Person) -> Template:
    """Take a template out of the lists; the texts begun from it stay. Raise NotAllowed for another's template."""
    _require_keeper(template, by)
    template.retired_at = clock.now()
    template.save(update_fields=["retired_at"])
    audit.record("posts.template.retire", by=by, subject=template, unit=template.unit)
    return template
