"""Imports older posts from CSV, XLSX or JSON Lines: by batches that each stand or fall whole, and never twice.

A batch is one transaction with one entry in the audit. Whatever cannot be taken is named with its row and the
reason; a second run finds what is there by its origin and goes on.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Invalid
from weiting.core.tables import ColumnMapping, RowError, Table, read_rows
from weiting.posts.bulk import Bundle, parts_of, write_posts
from weiting.posts.flow import PostState
from weiting.posts.indexing import Indexer, done
from weiting.posts.models import Column, ContentClass, Post, Purpose, Revision, Topic
from weiting.text.han import slug
from weiting.units.actions import note_spoke
from weiting.units.models import Unit

BATCH = 1000
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


@dataclass
class Outcome:
    """What an import did; `read` is always the sum of the other three."""

    read: int = 0
    imported: int = 0
    already_there: int = 0
    rejected: int = 0
    topics_opened: int = 0
    is_dry_run: bool = False

    def check(self) -> None:
        """Raise AssertionError if a row was lost on the way."""
        if self.read != self.imported + self.already_there + self.rejected:
            raise AssertionError(f"rows were lost: {self}")


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


class _Rejects(list[RowError]):
    """Stands in for a table's list of errors: passes each on at once, so that none is dropped and none kept."""

    def __init__(self, outcome: Outcome, tell: Callable[[RowError], None]) -> None:
        super().__init__()
        self.outcome, self.tell, self.last = outcome, tell, 0

    def append(self, error: RowError) -> None:
        # Several things may be wrong in one row; it is one row all the same.
        if error.row != self.last:
            self.outcome.read += 1
            self.outcome.rejected += 1
        self.last = error.row
        self.tell(error)


def import_posts(
    path: Path,
    *,
    mapping: ColumnMapping,
    unit: Unit,
    by: Person | None,
    as_draft: bool = False,
    dry_run: bool = False,
    rejected: Callable[[RowError], None] = lambda error: None,
) -> Outcome:
    """Import posts of a unit; `rejected` is told of every row that cannot be taken.

    Batches that are done stay when a later one fails. Raises Invalid when file or mapping cannot be used at all.
    """
    plan = _plan(mapping, unit, by, as_draft=as_draft, file=path.name)
    table = read_rows(path, name=path.name, mapping=mapping)
    if table.errors:
        raise Invalid(" ".join(error.message for error in table.errors), code="columns")
    outcome = Outcome(is_dry_run=dry_run)
    table.errors = rejects = _Rejects(outcome, rejected)
    rows = _sound(table, plan, rejects, outcome)
    with Indexer() as indexer:
        if dry_run:
            _try_run(rows, plan, rejects, outcome)
        else:
            _run(rows, plan, rejects, outcome, indexer)
    outcome.check()
    return outcome


def _run(rows: Iterator[Row], plan: Plan, rejects: _Rejects, outcome: Outcome, indexer: Indexer) -> None:
    """Write batch after batch; while the database writes one, the documents of the next are made."""
    batch = list(islice(rows, BATCH))
    begun: list[Future[list[str]]] = []
    while batch:
        documents = dict(zip((row.key for row in batch), done(begun), strict=True)) if begun else {}
        following = list(islice(rows, BATCH))
        # On a second run nearly everything is there, and nothing needs a document.
        is_fresh = outcome.imported > outcome.already_there or not outcome.imported + outcome.already_there
        begun = indexer.begin([_parts(row, plan) for row in following]) if following and is_fresh else []
        _count_in(_write(batch, plan, outcome, documents), rejects, outcome)
        batch = following


def _parts(row: Row, plan: Plan) -> dict[str, str]:
    return parts_of(_bundle(row, plan, {name: Topic(name=name) for name in row.topics}, row.at))


def _plan(mapping: ColumnMapping, unit: Unit, by: Person | None, *, as_draft: bool, file: str) -> Plan:
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


def _sound(table: Table, plan: Plan, rejects: _Rejects, outcome: Outcome) -> Iterator[Row]:
    """Yield the rows that can be taken; the others go to the rejects."""
    now = clock.now()
    for number, values in table.rows:
        found = _row(number, values, plan, now)
        if isinstance(found, RowError):
            rejects.append(found)
        else:
            outcome.read += 1
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


# --- one batch ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch; doubles come with the row in which the post stands first."""

    imported: int
    already_there: int
    doubles: list[tuple[Row, str]]


def _count_in(taken: Taken, rejects: _Rejects, outcome: Outcome) -> None:
    outcome.imported += taken.imported
    outcome.already_there += taken.already_there
    for row, first in taken.doubles:
        # It was counted as read when it came in.
        outcome.read -= 1
        message = _("The same post stands in row %(row)s of this file.") % {"row": first}
        rejects.append(RowError(row.number, "id", message))


def _try_run(rows: Iterator[Row], plan: Plan, rejects: _Rejects, outcome: Outcome) -> None:
    """Say what would happen; the rows seen so far are remembered, for nothing is written that would tell."""
    seen: dict[str, int] = {}
    while batch := list(islice(rows, BATCH)):
        known = _known(batch, plan)
        doubles = []
        there = 0
        for row in batch:
            if row.key in seen:
                doubles.append((row, str(seen[row.key])))
                continue
            seen[row.key] = row.number
            there += row.key in known
        _count_in(Taken(len(batch) - there - len(doubles), there, doubles), rejects, outcome)


def _known(batch: list[Row], plan: Plan) -> dict[str, dict[str, Any]]:
    keys = {row.key for row in batch}
    return dict(Post.objects.filter(unit=plan.unit, origin_key__in=keys).values_list("origin_key", "origin"))


@action
def _write(batch: list[Row], plan: Plan, outcome: Outcome, documents: Mapping[str, str]) -> Taken:
    # Two imports for one unit take turns, so that neither misses what the other has just written.
    Unit.objects.select_for_update(no_key=True).get(pk=plan.unit.pk)
    known = _known(batch, plan)
    fresh: dict[str, Row] = {}
    doubles: list[tuple[Row, str]] = []
    there = 0
    for row in batch:
        if row.key in fresh:
            doubles.append((row, str(fresh[row.key].number)))
        elif row.key not in known:
            fresh[row.key] = row
        elif known[row.key].get("run") == plan.run:
            doubles.append((row, str(known[row.key].get("row"))))
        else:
            there += 1
    if fresh:
        outcome.topics_opened += _write_fresh(list(fresh.values()), plan, documents)
    return Taken(len(fresh), there, doubles)


def _write_fresh(rows: list[Row], plan: Plan, documents: Mapping[str, str]) -> int:
    topics, opened = _open_topics(rows)
    now = clock.now()
    bundles = [_bundle(row, plan, topics, now) for row in rows]
    write_posts(bundles, {place: documents.get(row.key, "") for place, row in enumerate(rows)})
    if not plan.is_draft:
        latest = max(row.at for row in rows)
        note_spoke(plan.unit.pk, latest)
        if plan.column is not None:
            Column.objects.filter(pk=plan.column.pk).exclude(last_post_at__gte=latest).update(
                last_post_at=latest
            )
        jobs.announce("posts", "topics", f"unit:{plan.unit.pk}")
    audit.record(
        "posts.post.import",
        by=plan.by,
        subject=plan.unit,
        unit=plan.unit,
        file=plan.file,
        source=plan.source,
        run=plan.run,
        as_drafts=plan.is_draft,
        rows=[rows[0].number, rows[-1].number],
        posts=[bundle.post.pk for bundle in bundles],
        topics_opened=opened,
    )
    return opened


def _open_topics(rows: list[Row]) -> tuple[dict[str, Topic], int]:
    """Find the topics a batch names, and open those that are missing."""
    wanted = {name for row in rows for name in row.topics}
    found = {topic.name: topic for topic in Topic.objects.filter(name__in=wanted)}
    missing = sorted(wanted - set(found))
    if not missing:
        return found, 0
    bases = {name: slug(name)[:50] or "x" for name in missing}
    taken = set(Topic.objects.values_list("slug", flat=True))
    made = []
    for name in missing:
        free, number = bases[name], 1
        while free in taken:
            number += 1
            free = f"{bases[name]}-{number}"
        taken.add(free)
        made.append(Topic(name=name, slug=free))
    for topic in Topic.objects.bulk_create(made):
        found[topic.name] = topic
    return found, len(made)


def _bundle(row: Row, plan: Plan, topics: dict[str, Topic], now: datetime) -> Bundle:
    post = Post(
        unit=plan.unit,
        author=plan.by if plan.is_draft else None,
        state=PostState.DRAFT if plan.is_draft else PostState.PUBLISHED,
        column=plan.column,
        klass=plan.klass,
        purpose=plan.purpose,
        source_url=row.url,
        published_at=None if plan.is_draft else row.at,
        changed_at=now if plan.is_draft else row.at,
        created_at=now,
        origin_key=row.key,
        origin=row.origin,
    )
    version = Revision(
        title=row.title, summary=row.summary, body=row.body, created_at=now, saved_at=now, author=post.author
    )
    return Bundle(post, [version], [topics[name] for name in row.topics])
