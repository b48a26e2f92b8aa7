"""Every read of the chain that others may use: pages of entries, heads, verbs without words."""

from collections.abc import Collection, Generator
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import QuerySet

from weiting.audit import chain, content, labels
from weiting.audit.content import Ref
from weiting.audit.models import Entry, Head
from weiting.core import clock
from weiting.core.paging import Page


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader of the audit asks for; an empty field does not narrow."""

    verb: str = ""
    actor_id: int | None = None
    unit_ids: Collection[int] | None = None
    subject: models.Model | Ref | None = None
    since: date | None = None
    until: date | None = None

    def apply(self, rows: QuerySet[Entry]) -> QuerySet[Entry]:
        """Narrow a queryset of entries; `until` includes that day."""
        if self.verb:
            rows = rows.filter(verb__startswith=self.verb)
        if self.actor_id is not None:
            rows = rows.filter(actor_id=self.actor_id)
        if self.unit_ids is not None:
            rows = rows.filter(unit_id__in=self.unit_ids)
        if self.subject is not None:
            about = content.ref(self.subject)
            rows = rows.filter(subject_type=about.type, subject_id=about.id)
        if self.since:
            rows = rows.filter(at__gte=clock.start_of(self.since))
        if self.until:
            rows = rows.filter(at__lt=clock.end_of(self.until))
        return rows


def entries(wanted: Filter | None = None, *, cursor: str = "", size: int = 50) -> Page[Entry]:
    """Return one page of entries, newest first; a cursor that is not ours gives the first page."""
    rows = (wanted or Filter()).apply(Entry.objects.order_by("-seq"))
    before = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 19 else None
    if before is not None:
        rows = rows.filter(seq__lt=before)
    found = list(rows[: size + 1])
    page = found[:size]
    return Page(page, str(page[-1].seq) if len(found) > size else "", is_first=before is None)


def entries_for(subject: models.Model | Ref) -> QuerySet[Entry]:
    """Return everything that was done to a subject, newest first."""
    return Filter(subject=subject).apply(Entry.objects.order_by("-seq"))


def latest_head() -> Head | None:
    """Return the newest sealed head, or None before the first day has ended."""
    return Head.objects.order_by("-day").first()


def head_today() -> str:
    """Return the head that is printed today, "7f3a 91c0 5be2 d418", or "" before the first day has ended."""
    head = latest_head()
    return head.short if head else ""


def heads(year: int, month: int | None = None) -> list[Head]:
    """Return the heads of a year or of one month, newest first."""
    rows = Head.objects.filter(day__year=year).order_by("-day")
    return list(rows.filter(day__month=month) if month else rows)


def years_with_heads() -> list[int]:
    """Return the years that have heads, newest first."""
    return [day.year for day in Head.objects.dates("day", "year", order="DESC")]


def unlabelled_verbs() -> list[str]:
    """Return verbs that were recorded and that nobody has put in words: a test asks that there are none."""
    used = Entry.objects.order_by("verb").values_list("verb", flat=True).distinct()
    return [verb for verb in used if not labels.is_known(verb)]


def links(first: int = 1, last: int | None = None) -> Generator[chain.Link, None, None]:
    """Stream the entries from `first` to `last` in constant memory; close it when stopping early."""
    rows = Entry.objects.filter(seq__gte=first).order_by("seq")
    if last is not None:
        rows = rows.filter(seq__lte=last)
    return (row.link() for row in rows.iterator(chunk_size=2000))


def announced_heads(first: int = 1, last: int | None = None) -> list[chain.DayHead]:
    """Return the heads whose entries lie between `first` and `last`, oldest first."""
    rows = Head.objects.filter(seq__gte=first).order_by("day")
    if last is not None:
        rows = rows.filter(seq__lte=last)
    return [head.announced() for head in rows]


def digests_before(first: int) -> chain.Digests | None:
    """Return the digests the entry `first` must continue; None if its predecessor is gone."""
    if first <= 1:
        return chain.Digests()
    row = Entry.objects.filter(seq=first - 1).first()
    return row.link().own if row else None


def last_seq() -> int:
    """Return the number of the newest entry, 0 in an empty chain."""
    return Entry.objects.aggregate(n=models.Max("seq"))["n"] or 0
