"""Columns and their health, promises that are due, templates: what an editor looks up before writing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from weiting.core import clock
from weiting.posts.flow import FollowUpState, PostState
from weiting.posts.models import Column, FollowUp, Rhythm, Template
from weiting.units.models import Unit


@dataclass(frozen=True)
class ColumnHealth:
    """How a column keeps its rhythm: the last post, the day the next is due, and by how many days it is late."""

    column: Column
    last_on: date | None
    next_on: date | None
    days_late: int

    @property
    def is_late(self) -> bool:
        """Say whether the rhythm has been missed."""
        return self.days_late > 0


def open_columns() -> QuerySet[Column]:
    """Return the columns one may write for."""
    return Column.objects.filter(closed_on__isnull=True).select_related("owner")


def next_due(rhythm: str, day: int | None, last: date | None, *, today: date) -> date | None:
    """Return the day on which a column's next post is due; None without a rhythm.

    A column that has never had a post is due today. Working days are Monday to Friday here; the calendar of
    holidays belongs to the clocks of cases.
    """
    if rhythm == Rhythm.NONE:
        return None
    if last is None:
        return today
    if rhythm == Rhythm.DAILY:
        return last + timedelta(days=1)
    if rhythm == Rhythm.WEEKDAYS:
        following = last + timedelta(days=1)
        while following.isoweekday() > 5:
            following += timedelta(days=1)
        return following
    if rhythm == Rhythm.WEEKLY:
        return last + timedelta(days=((day or 1) - last.isoweekday() - 1) % 7 + 1)
    day = day or 1
    first = (
        last.replace(day=1) if last.day < day else (last.replace(day=28) + timedelta(days=4)).replace(day=1)
    )
    return first.replace(day=day)


def health_of(column: Column, *, today: date | None = None) -> ColumnHealth:
    """Return one column's health."""
    today = today or clock.today()
    last = clock.local(column.last_post_at).date() if column.last_post_at else None
    due = next_due(column.rhythm, column.rhythm_day, last, today=today)
    return ColumnHealth(column, last, due, max(0, (today - due).days) if due else 0)


def column_health() -> list[ColumnHealth]:
    """List every open column's health, the latest ones first."""
    return sorted((health_of(column) for column in open_columns()), key=lambda h: -h.days_late)


def due_follow_ups(*, until: datetime | None = None, scope: Q | None = None) -> QuerySet[FollowUp]:
    """Return the open promises due up to a moment (default: now), oldest first; `scope` limits by unit."""
    found = FollowUp.objects.filter(
        state=FollowUpState.OPEN,
        due_at__lte=until or clock.now(),
        # Nobody waits for what was promised in a text that is not public, or not any more.
        post__state__in=[PostState.PUBLISHED, PostState.EXPIRED],
    )
    if scope is not None:
        found = found.filter(scope)
    return found.select_related("post__live", "unit").order_by("due_at")


def templates_for(unit: Unit, *, phrases: bool = False) -> QuerySet[Template]:
    """Return the templates (or phrases) a unit's editors may use: its own, those of units above, everybody's."""
    return Template.objects.filter(
        Q(unit__isnull=True) | Q(unit_id__in=unit.ancestor_ids),
        retired_at__isnull=True,
        is_phrase=phrases,
    ).order_by("-for_emergency", "name")
