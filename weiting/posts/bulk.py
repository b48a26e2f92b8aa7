"""Writes many finished posts at once by COPY, complete: versions with their hashes, topics, search entries.

For imports and loaders only, which record in the audit themselves what they brought in; people's own posts go
through the actions.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import connection, models

from weiting.media.models import Asset
from weiting.posts.actions.opening import search_parts
from weiting.posts.content import content_hash
from weiting.posts.flow import LISTED, PUBLIC
from weiting.posts.models import Post, PostTopic, Revision, RevisionMedia, SearchEntry, Topic
from weiting.posts.slices import marks_of
from weiting.text.search import to_tsvector_literal

_ENTRY = ("post_id", "unit_id", "column_id", "klass", "published_at", "document")


@dataclass(slots=True)
class Bundle:
    """A post not yet written, with its versions (oldest first; the last is the one that counts) and shelves."""

    post: Post
    versions: list[Revision]
    topics: list[Topic] = field(default_factory=list)
    # What every version shows: asset, description, caption.
    media: list[tuple[Asset, str, str]] = field(default_factory=list)


def draw_ids(model: type[models.Model], count: int) -> list[int]:
    """Draw primary keys ahead of writing: rows that point at each other are then written in one go."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def _writer(each: "models.Field[Any, Any]") -> Callable[[models.Model], Any]:
    """Return what COPY writes of a field; most values it takes as they are."""
    if each.get_internal_type() != "JSONField":
        return attrgetter(each.attname)
    return lambda row: each.get_db_prep_save(getattr(row, each.attname), connection)


def copy_rows(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Write rows that have their keys by COPY; foreign keys are checked when the transaction ends."""
    fields = model._meta.concrete_fields
    writers = [_writer(each) for each in fields]
    _copy(
        model._meta.db_table,
        [each.column for each in fields],
        ([writer(row) for writer in writers] for row in rows),
    )


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    names = ", ".join(map(connection.ops.quote_name, columns))
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def parts_of(bundle: Bundle) -> dict[str, str]:
    """Return what search knows of a bundle, by weight."""
    return search_parts(bundle.post, bundle.versions[-1], [topic.name for topic in bundle.topics])


def write_posts(bundles: Sequence[Bundle], documents: Mapping[int, str] | None = None) -> None:
    """Write posts with all that belongs to them, in the caller's transaction.

    Public ones get sealed versions, the last of them live, and a search entry unless withdrawn; others
    keep their last version open for writing. `documents` are search documents made ahead, by the bundle's place
    in the list. Rhythms and "last spoke" are the caller's to note.
    """
    documents = documents or {}
    total = sum(len(bundle.versions) for bundle in bundles)
    post_ids, revision_ids = iter(draw_ids(Post, len(bundles))), iter(draw_ids(Revision, total))
    places: list[RevisionMedia] = []
    filed: list[PostTopic] = []
    entries: list[Sequence[Any]] = []
    for place, bundle in enumerate(bundles):
        post = bundle.post
        post.pk = next(post_ids)
        places += _number(bundle, revision_ids)
        at = post.published_at if post.state in LISTED else None
        filed += [PostTopic(post=post, topic=topic, at=at) for topic in bundle.topics]
        if at is not None:
            entries.append(_entry(post, at, documents.get(place) or to_tsvector_literal(parts_of(bundle))))
    filed_ids, place_ids = draw_ids(PostTopic, len(filed)), draw_ids(RevisionMedia, len(places))
    for rows, ids in ((filed, filed_ids), (places, place_ids)):
        for row, pk in zip(rows, ids, strict=True):
            row.pk = pk
    copy_rows(Post, (bundle.post for bundle in bundles))
    copy_rows(Revision, (version for bundle in bundles for version in bundle.versions))
    copy_rows(RevisionMedia, places)
    copy_rows(PostTopic, filed)
    # The literals as they are: Django would parse them as words.
    _copy(SearchEntry._meta.db_table, _ENTRY, entries)


def _number(bundle: Bundle, ids: Any) -> list[RevisionMedia]:
    """Give a post's versions their keys, numbers, seals and places; return the places of its media."""
    post, last = bundle.post, bundle.versions[-1]
    is_public = post.state in PUBLIC
    places: list[RevisionMedia] = []
    for number, version in enumerate(bundle.versions, start=1):
        version.pk, version.number, version.post = next(ids), number, post
        own = [
            RevisionMedia(revision=version, asset=asset, position=position, alt=alt, caption=caption)
            for position, (asset, alt, caption) in enumerate(bundle.media)
        ]
        if is_public or version is not last:
            version.sealed_at = version.sealed_at or version.saved_at
            version.content_hash = content_hash(version, post, own)
        places += own
    if is_public:
        post.live = last
    else:
        post.working = last
    return places


def _entry(post: Post, at: datetime, document: str) -> Sequence[Any]:
    marks = marks_of(post.unit_id, post.column_id, post.klass, at)
    return post.pk, post.unit_id, post.column_id, post.klass, at, f"{document} {marks}"
