"""Kinds of notices in words: every module registers a sentence and an icon for each kind it tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import formats
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from weiting.core import clock

Text = str | Promise


@dataclass(frozen=True)
class Kind:
    """A sentence with places for facts, such as “%(title)s was approved.”, and the icon beside it."""

    title: Text
    icon: str = "bell"


_kinds: dict[str, Kind] = {}


def register(kinds: Mapping[str, Kind | Text | tuple[Text, str]]) -> None:
    """Add kinds: {"review.approved": (_("“%(title)s” was approved."), "check")}; raise ValueError on a clash."""
    for name, given in kinds.items():
        kind = given if isinstance(given, Kind) else Kind(*given) if isinstance(given, tuple) else Kind(given)
        known = _kinds.setdefault(name, kind)
        if (str(known.title), known.icon) != (str(kind.title), kind.icon):
            raise ValueError(f"The kind of notice {name} already means something else.")


def is_known(kind: str) -> bool:
    """Say whether somebody has put a kind into words."""
    return kind in _kinds


def icon(kind: str) -> str:
    """Return the icon of a kind."""
    return _kinds[kind].icon if kind in _kinds else "bell"


def sentence(kind: str, facts: Mapping[str, Any]) -> str:
    """Return a notice in the reader's language; one that nobody has put into words still says what it is about."""
    shown = _Shown({name: _shown(name, value) for name, value in facts.items()})
    if kind in _kinds:
        return str(_kinds[kind].title) % shown
    return _("There is news: %(title)s") % {"title": shown["title"] or kind}


class _Shown(dict[str, str]):
    """Facts as they stand in a sentence; one that was not given leaves its place empty instead of breaking it."""

    def __missing__(self, name: str) -> str:
        return ""


def _shown(name: str, value: Any) -> str:
    """Write times as people read them; they were stored as ISO 8601."""
    if isinstance(value, str) and name.endswith("_at"):
        moment = parse_datetime(value) if value else None
        return _time(moment) if moment else value
    if isinstance(value, str) and name.endswith("_on"):
        day = parse_date(value) if value else None
        return formats.date_format(day, "DATE_FORMAT") if day else value
    return str(value)


def _time(moment: datetime) -> str:
    local = clock.local(moment) if moment.tzinfo else moment
    return f"{formats.date_format(local, 'MONTH_DAY_FORMAT')} {local:%H:%M}"


def storable(value: Any) -> Any:
    """Return a fact as a notice stores it: JSON values as they are, times in ISO 8601, anything else as text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).replace("\x00", "")
