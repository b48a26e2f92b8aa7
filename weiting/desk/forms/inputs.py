"""Inputs the writing half shares: a time typed on a named clock, a day, and the clocks to choose from."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from weiting.core import clock

# The words for a clock stand with the times typed on it.
ZONES = [
    ("Asia/Shanghai", _("Beijing time (UTC+8)")),
    ("Asia/Urumqi", _("Xinjiang time (UTC+6)")),
    ("UTC", _("UTC")),
]


class MomentInput(forms.DateTimeInput):
    """The browser's own picker of a day and a time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A moment on the wall clock of Asia/Shanghai."""

    widget = MomentInput


class WallClockField(forms.CharField):
    """A day and a time without a zone: the form's own field says on which clock it was typed."""

    widget = MomentInput
    default_error_messages = {"bad": _("Write the day and the time, such as 2026-11-21 17:00.")}

    def to_python(self, value: Any) -> Any:
        """Return a naive datetime, or None when nothing was typed."""
        if isinstance(value, datetime) or not value:
            return value or None
        try:
            found = parse_datetime(str(value).strip())
        except ValueError:
            found = None
        if found is None:
            raise forms.ValidationError(self.error_messages["bad"], code="bad")
        return found.replace(tzinfo=None)

    def prepare_value(self, value: Any) -> Any:
        """Show a moment on the clock of Shanghai, and what was typed as it was typed."""
        if isinstance(value, datetime) and value.tzinfo is not None:
            return clock.local(value).replace(tzinfo=None)
        return value


class DayField(forms.DateField):
    """A day, by the browser's own picker."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def on_clock(at: datetime | None, zone: str) -> datetime | None:
    """Return the moment a wall clock of a zone shows; None stays None."""
    return at.replace(tzinfo=ZoneInfo(zone)) if at is not None else None


def next_full_hour() -> datetime:
    """Return the next full hour on the wall clock of Shanghai: what a time field is filled with."""
    now = clock.local(clock.now())
    hour = now.hour + 1
    day: date = now.date()
    return datetime(day.year, day.month, day.day, min(hour, 23), 0 if hour < 24 else 55)


def on_wall(moment: datetime, zone: str) -> str:
    """Write a moment as the clock it was typed on shows it, with that clock's name: a time never stands alone."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} · {dict(ZONES).get(zone, zone)}"
