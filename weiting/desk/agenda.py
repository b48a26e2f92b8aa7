"""What stands in the calendar, by time: plans, what is out, owed and due, as its pages and its export show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from zlib import crc32

from django.urls import reverse
from django.utils.translation import gettext as _

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.desk.forms.inputs import on_wall
from weiting.posts import queries as posts
from weiting.posts.flow import AssignmentState
from weiting.publishing import queries
from weiting.publishing.models import Release
from weiting.publishing.queries import Line, Sort
from weiting.units.models import Unit

ASSIGNMENT = "assignment"
TONES = {
    Sort.PLANNED: "info",
    Sort.HELD: "late",
    Sort.RELEASED: "ok",
    Sort.EMBARGO: "soon",
    Sort.FOLLOW_UP: "soon",
    Sort.COLUMN: "",
    ASSIGNMENT: "soon",
}


# What stands in a day that is folded: what can still go wrong before what is done.
FIRST = [Sort.HELD, Sort.PLANNED, ASSIGNMENT, Sort.FOLLOW_UP, Sort.EMBARGO, Sort.COLUMN, Sort.RELEASED]


def sort_labels() -> dict[str, str]:
    """Return the word for each sort of line."""
    return {
        Sort.PLANNED: _("planned"),
        Sort.HELD: _("held"),
        Sort.RELEASED: _("out"),
        Sort.EMBARGO: _("embargo ends"),
        Sort.FOLLOW_UP: _("report promised"),
        Sort.COLUMN: _("column due"),
        ASSIGNMENT: _("assignment due"),
    }


@dataclass(frozen=True)
class Entry:
    """One line as the page shows it."""

    at: datetime
    sort: str
    label: str
    tone: str
    title: str
    unit: Unit
    url: str
    zone: str = "Asia/Shanghai"
    note: str = ""
    conflicts: Sequence[str] = ()
    release: Release | None = None

    @cached_property
    def day(self) -> date:
        """Return the day in Asia/Shanghai it stands under."""
        return clock.local(self.at).date()

    @property
    def time(self) -> str:
        """Return the time in Asia/Shanghai; nothing for what is due on a day."""
        return "" if self.sort == Sort.COLUMN else clock.local(self.at).strftime("%H:%M")

    @property
    def rank(self) -> tuple[bool, int]:
        """Return how early it must be seen on a day with more than can be shown."""
        return not self.conflicts, FIRST.index(self.sort)

    @property
    def typed(self) -> str:
        """Return the time on the clock it was typed on, where that is another one."""
        return "" if self.zone == "Asia/Shanghai" else on_wall(self.at, self.zone)

    @property
    def may_move(self) -> bool:
        """Say whether it can be dragged to another day."""
        return self.release is not None and self.sort in {Sort.PLANNED, Sort.HELD}


def entries_for(person: Person, first: date, last: date, unit: Unit | None, **out: int) -> list[Entry]:
    """List what stands in the calendar by time; `out` says how much of what is public already is wanted."""
    lines = (
        queries.calendar([unit], first, last, **out)
        if unit
        else queries.calendar_for(person, first, last, **out)
    )
    labels, address = sort_labels(), _addresses()
    found = [
        Entry(
            line.at,
            line.sort,
            labels[line.sort],
            TONES[line.sort],
            line.title,
            line.unit,
            _url(line, address),
            line.zone,
            line.note,
            line.conflicts,
            line.release,
        )
        for line in lines
        if line.sort != Sort.COLUMN or _is_owed(line)
    ]
    asked = posts.assignments_for(person).filter(
        state__in=[AssignmentState.OPEN, AssignmentState.ACCEPTED],
        assignment__due_at__gte=clock.start_of(first),
        assignment__due_at__lt=clock.end_of(last),
    )
    if unit is not None:
        asked = asked.filter(unit=unit)
    # Asked of twenty units it is one line, not twenty.
    by_assignment = {target.assignment_id: target for target in asked}
    found += [
        Entry(
            target.assignment.due_at,
            ASSIGNMENT,
            labels[ASSIGNMENT],
            TONES[ASSIGNMENT],
            target.assignment.title,
            target.unit,
            address["assignment"].format(target.assignment.public_id),
        )
        for target in by_assignment.values()
    ]
    return sorted(found, key=lambda each: (each.at, each.title))


def _is_owed(line: Line) -> bool:
    """Say whether a column's day is still to come: what is past is told by the posts themselves."""
    if line.day < clock.today() or line.column is None:
        return False
    last = line.column.last_post_at
    return last is None or clock.local(last).date() < line.day


def _addresses() -> dict[str, str]:
    """Return the addresses that lines lead to, with a hole for the key, so that they are looked up once."""
    names = ("release", "issue", "compose", "assignment")
    found = {name: reverse(f"desk:{name}", args=["KEY"]).replace("KEY", "{}") for name in names}
    return {**found, "column": reverse("desk:write_new") + "?in={}"}


def _url(line: Line, address: dict[str, str]) -> str:
    if line.release is not None:
        return address["release"].format(line.release.public_id)
    if line.column is not None:
        return address["column"].format(line.column.slug)
    if line.issue is not None:
        return address["issue"].format(line.issue.public_id)
    if line.post is not None:
        return address["compose"].format(line.post.public_id)
    raise AssertionError("a line of the calendar is about something")


def as_ical(entries: Sequence[Entry], host: str, root: str) -> str:
    """Write lines as an iCalendar file of a host, whose addresses begin with `root`."""
    stamp = f"{clock.now():%Y%m%dT%H%M%SZ}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Weiting//Desk//ZH", "CALSCALE:GREGORIAN"]
    for each in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_uid(each)}@{host}",
            f"DTSTAMP:{stamp}",
            f"DTSTART:{each.at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"SUMMARY:{_escaped(f'{each.label} · {each.title}')}",
            f"DESCRIPTION:{_escaped(each.unit.short_name)}",
            f"URL:{root}{each.url}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _uid(each: Entry) -> str:
    """Return a name that stays with the line, so that a calendar that reads the file again changes its own."""
    if each.release is not None:
        return f"release-{each.release.public_id}"
    return f"{each.sort}-{each.day:%Y%m%d}-{each.unit.public_id}-{crc32(f'{each.url} {each.title}'.encode()):08x}"


def _escaped(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


def _folded(line: str) -> list[str]:
    """Fold a line at 75 bytes, as RFC 5545 wants, without cutting a character."""
    found, rest = [], line.encode()
    while len(rest) > 73:
        cut = 73
        while rest[cut] & 0xC0 == 0x80:
            cut -= 1
        found.append(rest[:cut].decode())
        rest = b" " + rest[cut:]
    return [*found, rest.decode()]
