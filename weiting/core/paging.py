"""Keyset paging: the next page is found by the last row's key, so page 50,000 is as quick as page 1."""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils.dateparse import parse_datetime

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[M]):
    """One page of rows and the cursor of the next one ("" when this is the last)."""

    rows: Sequence[M]
    next_cursor: str
    is_first: bool

    def __iter__(self) -> Iterator[M]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def pack(moment: datetime, pk: int) -> str:
    """Return the cursor of what comes after a row."""
    return base64.urlsafe_b64encode(json.dumps([moment.isoformat(), pk]).encode()).decode().rstrip("=")


def unpack(cursor: str) -> tuple[datetime, int] | None:
    """Return the time and key of the row before, or None for a cursor that is not ours."""
    try:
        moment, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        parsed = parse_datetime(moment)
    except (ValueError, TypeError):
        return None
    if parsed is None or parsed.tzinfo is None or not isinstance(pk, int):
        return None
    return parsed, pk


def from_cursor(rows: QuerySet[M], *, by: str, cursor: str = "") -> QuerySet[M]:
    """Order rows newest first by a time column and the primary key, and leave out those up to the cursor."""
    at = unpack(cursor) if cursor else None
    ordered = rows.order_by(f"-{by}", "-pk")
    if at is None:
        return ordered
    # The tuple comparison lets PostgreSQL walk the (time, id) index instead of filtering.
    moment, pk = at
    return ordered.filter(**{f"{by}__lte": moment}).exclude(**{by: moment, "pk__gte": pk})


def keyset(rows: QuerySet[M], *, by: str, cursor: str = "", size: int = 20) -> Page[M]:
    """Page a queryset newest first by a time column and the primary key.

    A cursor that is not ours is treated as none: the reader gets the first page, not an error.
    """
    found = list(from_cursor(rows, by=by, cursor=cursor)[: size + 1])
    more = len(found) > size
    found = found[:size]
    last = found[-1] if found else None
    return Page(
        rows=found,
        next_cursor=pack(getattr(last, by), last.pk) if more and last is not None else "",
        is_first=not cursor or unpack(cursor) is None,
    )
