"""Reads older posts row by row: what the mapping must say, and what becomes of one row of the table.

Nothing is written here: a row is either sound, or it is named with the reason why it cannot be taken.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import Invalid
from weiting.core.tables import ColumnMapping, RowError, Table
from weiting.posts.models import Column, ContentClass, Purpose
from weiting.units.models import Unit

WORDS = ("id", "time", "title", "summary", "body", "topics", "url")
COUNTS = ("reposts", "comments", "likes", "reads", "shares", "plays")
CONSTANTS = ("source", "timezone", "column", "class", "purpose", "hashtags", "counted_on")
TITLE_MOST = 60
TOPIC_MOST = 40

_HEADING = re.compile(r"【([^】]{2,})】")
_SENTENCE = re.compile(r"[^。！？!?\n]+")
_HASHTAG = re.compile(r"#([^#\s][^#\n]{0,38})#")
_BETWEEN = re.compile(r"[#,，、;；|\n]+")
_ADDRESS = re.compile(r"https?://\S{4,290}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row that can be taken."""

    number: int
    key: str
    at: datetime
    title: str
    summary: str
    body: str
    topics: tuple[str, ...]
    url: str
    origin: dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What holds for every row of one import."""

    unit: Unit
    source: str
    zone: ZoneInfo
    is_on_wall_clock: bool
    is_draft: bool
    by: Person | None
    column: Column | None = None
    klass: str = ContentClass.NEWS
    purpose: str = Purpose.INFO
    takes_hashtags: bool = False
    counted_on: str = ""
    file: str = ""
    # Marks the posts of this run, so that a row that stands twice in the file is told from one that was there.
    run: str = field(default_factory=lambda: secrets.token_hex(4))


def plan_of(mapping: ColumnMapping, unit: Unit, by: Person | None, *, as_draft: bool, file: str) -> Plan:
    """Return what holds for every row; raise Invalid when the mapping cannot be used for posts."""
    _check_names(mapping)
    said = mapping.constants
    return Plan(
        unit=unit,
        source=said.get("source", "import")[:20],
        zone=_zone(said.get("timezone", "Asia/Shanghai")),
        is_on_wall_clock=not any("%z" in form for form in mapping.dates.get("time", ("%z",))),
        is_draft=as_draft,
        by=by,
        column=_column(said.get("column", "")),
        klass=_one_of(said.get("class", ContentClass.NEWS), ContentClass.values),
        purpose=_one_of(said.get("purpose", Purpose.INFO), Purpose.values),
        takes_hashtags=said.get("hashtags", "") == "topics",
        counted_on=said.get("counted_on", ""),
        file=file,
    )


def _check_names(mapping: ColumnMapping) -> None:
    """Raise Invalid when the mapping says something that a post does not have, or leaves out what it must."""
    known = (*WORDS, *COUNTS)
    for name in (*mapping.columns, *mapping.dates):
        if name not in known:
            message = _("The mapping names “%(name)s”, which a post does not have. Known are: %(known)s.")
            raise Invalid(message % {"name": name, "known": ", ".join(known)}, code="mapping")
    for name in mapping.constants:
        if name not in (*CONSTANTS, *known):
            message = _("The mapping has an unknown constant “%(name)s”. Known are: %(known)s.")
            raise Invalid(message % {"name": name, "known": ", ".join(CONSTANTS)}, code="mapping")
    for name in ("time", "body"):
        if name not in mapping.columns:
            message = _("The mapping must say which column holds “%(name)s”.")
            raise Invalid(message % {"name": name}, code="mapping")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        message = _("“%(name)s” is not a time zone such as Asia/Shanghai.") % {"name": name}
        raise Invalid(message, code="mapping") from error


def _column(name: str) -> Column | None:
    found = Column.objects.filter(slug=name).first() if name else None
    if name and found is None:
        raise Invalid(
            _("There is no column with the address name %(name)s.") % {"name": name}, code="mapping"
        )
    return found


def _one_of(value: str, known: list[str]) -> str:
    if value not in known:
        message = _("“%(value)s” cannot be used here. Choose one of: %(known)s.")
        raise Invalid(message % {"value": value, "known": ", ".join(known)}, code="mapping")
    return value


# --- one row ------------------------------------------------------------------------------------------------


def sound_rows(table: Table, plan: Plan, reject: Callable[[RowError], None]) -> Iterator[Row]:
    """Yield the rows that can be taken; `reject` is told of the others."""
    now = clock.now()
    for number, values in table.rows:
        found = _row(number, values, plan, now)
        if isinstance(found, RowError):
            reject(found)
        else:
            yield found


def _row(number: int, values: Mapping[str, str], plan: Plan, now: datetime) -> Row | RowError:
    body = values["body"].replace("\r\n", "\n").strip()
    if not body:
        return RowError(number, "body", _("There is no text."))
    at = _moment(values.get("time", ""), plan)
    if at is None:
        typed = values.get("time", "").strip()[:40]
        if not typed:
            return RowError(number, "time", _("The time is missing."))
        return RowError(number, "time", _("“%(typed)s” is not a time.") % {"typed": typed})
    if at > now:
        return RowError(
            number, "time", _("%(at)s lies in the future.") % {"at": f"{clock.local(at):%Y-%m-%d %H:%M}"}
        )
    given = values.get("id", "").strip()
    own = given or hashlib.sha256(f"{at.isoformat()}\n{body}".encode()).hexdigest()[:32]
    if len(own) > 90:
        return RowError(number, "id", _("The id is longer than 90 characters."))
    url = values.get("url", "").strip()
    return Row(
        number=number,
        key=f"{plan.source}:{own}",
        at=at,
        title=(_bare(values.get("title", "")) or title_from(body))[:120],
        summary=values.get("summary", "").strip()[:300],
        body=body,
        topics=_topics(values.get("topics", ""), body, plan),
        url=url if _ADDRESS.fullmatch(url) else "",
        origin=_origin(given, url, values, plan, number, at),
    )


def _moment(typed: str, plan: Plan) -> datetime | None:
    """Read a moment; what carries no zone of its own is on the wall clock of the mapping's."""
    try:
        found = datetime.fromisoformat(typed.strip())
    except ValueError:
        return None
    # The reader of mappings takes times that are written without a zone for Shanghai's.
    return found.replace(tzinfo=plan.zone) if found.tzinfo is None or plan.is_on_wall_clock else found


def title_from(body: str) -> str:
    """Return a title for a text that has none: what stands in 【】, or its first sentence, shortened."""
    heading = _HEADING.search(body)
    sentence = _SENTENCE.search(body)
    found = _bare(heading[1] if heading else sentence[0] if sentence else body)
    found = found or body.strip()
    return found if len(found) <= TITLE_MOST else f"{found[: TITLE_MOST - 1]}…"


def _bare(text: str) -> str:
    return " ".join(text.replace("#", " ").split())


def _topics(typed: str, body: str, plan: Plan) -> tuple[str, ...]:
    names = [name.strip() for name in _BETWEEN.split(typed)]
    if plan.takes_hashtags:
        names += [name.strip() for name in _HASHTAG.findall(body)]
    return tuple(dict.fromkeys(name[:TOPIC_MOST] for name in names if name))[:10]


def _origin(
    given: str, url: str, values: Mapping[str, str], plan: Plan, number: int, at: datetime
) -> dict[str, Any]:
    counts = {name: count for name in COUNTS if (count := _count(values.get(name, ""))) is not None}
    return {
        "source": plan.source,
        "id": given,
        "url": url[:500],
        "time": at.isoformat(),
        "counts": counts,
        "counted_on": plan.counted_on,
        "imported_on": clock.today().isoformat(),
        "file": plan.file,
        "row": number,
        "run": plan.run,
    }


def _count(typed: str) -> int | None:
    """Read a figure as tables hold it: 13808, 13808.0, 1,364."""
    try:
        return int(float(typed.replace(",", "").strip()))
    except (ValueError, OverflowError):
        return None
