"""Imports older posts from CSV, XLSX or JSON Lines: by batches that each stand or fall whole, and never twice.

A batch is one transaction with one entry in the audit. Whatever cannot be taken is named with its row and the
reason; a second run finds what is there by its origin and goes on.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Invalid
from weiting.core.tables import ColumnMapping, RowError, read_rows
from weiting.posts.actions.opening import search_parts
from weiting.posts.bulk import Bundle, write_posts
from weiting.posts.flow import PostState
from weiting.posts.imports_rows import Plan, Row, plan_of, sound_rows, title_from
from weiting.posts.indexing import Indexer, done
from weiting.posts.models import Column, Post, Revision, Topic
from weiting.text.han import slug
from weiting.units.actions import note_spoke
from weiting.units.models import Unit

__all__ = ["BATCH", "Outcome", "import_posts", "title_from"]

BATCH = 1000


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
    plan = plan_of(mapping, unit, by, as_draft=as_draft, file=path.name)
    table = read_rows(path, name=path.name, mapping=mapping)
    if table.errors:
        raise Invalid(" ".join(error.message for error in table.errors), code="columns")
    outcome = Outcome(is_dry_run=dry_run)
    table.errors = rejects = _Rejects(outcome, rejected)
    rows = _counted(sound_rows(table, plan, rejects.append), outcome)
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
        begun = indexer.begin(_parts(following, plan)) if following and is_fresh else []
        _count_in(_write(batch, plan, outcome, documents), rejects, outcome)
        batch = following


def _parts(rows: list[Row], plan: Plan) -> list[dict[str, str]]:
    # One stands for all: to make each post twice would take as long as to write it.
    post = Post(unit=plan.unit, column=plan.column)
    words = ((row, Revision(title=row.title, summary=row.summary, body=row.body)) for row in rows)
    return [search_parts(post, version, row.topics) for row, version in words]


def _counted(rows: Iterator[Row], outcome: Outcome) -> Iterator[Row]:
    for row in rows:
        outcome.read += 1
        yield row


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
