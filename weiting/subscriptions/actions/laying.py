"""Lays bulletins down for those who asked for them; corrections and withdrawals for those who got the text.

Everything here is repeatable: a bulletin is known by its delivery's key, a letter by its item's.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection as database, transaction
from django.db.models import Count, Q

from weiting.channels.models import Connection
from weiting.channels.ports import Receipt, Rendered
from weiting.core import clock
from weiting.fanout import actions as fanout
from weiting.posts import passing
from weiting.posts.flow import PostState
from weiting.posts.models import Issue, Post
from weiting.posts.passing import OneText
from weiting.subscriptions import queries
from weiting.subscriptions.models import Act, Bulletin, Place
from weiting.subscriptions.queries import KIND

HOST = "bulletins"
# Items that bring a day's letter are named so; those that bring one text by itself begin with "mail:" alone.
DAY = "mail:day:"
WEEK = timedelta(days=7)
# Any number that nobody else takes.
BUDGET_LOCK = 7_202_611_01
# By reader's number the public id, and whether at once.
Wanting = dict[int, tuple[str, bool]]
PAGE = re.compile(r"/(p|i)/([0-9a-z]+)/")


@dataclass(frozen=True)
class Laying:
    """What is laid down: the act, the words, the delivery's key, and the letter it follows."""

    act: str
    sent: Rendered
    key: str
    of: Receipt | None = None


@transaction.atomic
def put(connection: Connection, laying: Laying) -> Receipt:
    """Lay a bulletin down for its readers, once for each key; return where it stands."""
    known = Bulletin.objects.filter(key=laying.key).first()
    if known is not None:
        return _receipt(known)
    if laying.act == Act.SEND or laying.of is None:
        return _receipt(_new(connection, laying))
    first = Bulletin.objects.filter(public_id=laying.of.external_id).first()
    if first is None:
        # What it follows was never laid down here, or is forgotten: there is nobody to tell.
        return laying.of
    text = _held_text(first.post_id)
    # Held, so that the day's letter does not take what is being corrected.
    first = Bulletin.objects.select_for_update().get(pk=first.pk)
    if laying.act == Act.CORRECT:
        return _receipt(_correction(connection, laying, first))
    return _receipt(_withdrawal(connection, laying, first, text))


def _receipt(bulletin: Bulletin) -> Receipt:
    return Receipt(bulletin.public_id, str(bulletin.fields.get("url", "")), bulletin.created_at)


def _new(connection: Connection, laying: Laying) -> Bulletin:
    fields = dict(laying.sent.fields)
    post, issue = _subject(str(fields.get("url", "")))
    text = _held_text(post.pk if post is not None else None)
    made = Bulletin.objects.create(
        key=laying.key, connection=connection, act=Act.SEND, fields=fields, post=post, issue=issue,
        counts=text is not None and text.most is not None,
    )  # fmt: skip
    wanting = queries.wanting(connection.unit, post.column_id if post is not None else None)
    # Signed or passed on by another unit too, by a second connection, released once more: nobody gets it twice.
    having = _having(text, issue)
    _bring(made, {pk: found for pk, found in wanting.items() if pk not in having}, text)
    return made


def _bring(made: Bulletin, readers: Wanting, text: OneText | None) -> None:
    """Bring a bulletin to readers: at once, or in the day's letter where they wish so or have had enough this week."""
    at_once = {pk: name for pk, (name, now) in readers.items() if now}
    if text is not None and text.most is not None:
        enough = _have_enough(at_once, text.most)
        at_once = {pk: name for pk, name in at_once.items() if pk not in enough}
    _place(made, readers, letter_key(made), at_once)
    _spread(made, at_once.values())


def _held_text(post_id: int | None) -> OneText | None:
    """Return what belongs together with a post, held until the transaction ends.

    Of two units that bring the same text at the same time, the second sees who has it from the first.
    """
    if post_id is None:
        return None
    source = passing.one_text(post_id).source
    Post.objects.select_for_update(no_key=True).only("pk").get(pk=source)
    # Asked again: what was passed on while this one waited belongs to it.
    return passing.one_text(post_id)


def _have_enough(readers: Iterable[int], most: int) -> set[int]:
    """Return who has been sent so many texts by themselves in seven days that were passed on from other units.

    Held one after another, so that two texts at the same time are counted one after another.
    """
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [BUDGET_LOCK])
    lately = Bulletin.objects.filter(counts=True, act=Act.SEND, created_at__gt=clock.now() - WEEK)
    rows = Place.objects.filter(bulletin__in=lately, reader__in=list(readers)).exclude(item_key="")
    counted = rows.exclude(item_key__startswith=DAY).order_by().values("reader").annotate(n=Count("pk"))
    return {row["reader"] for row in counted if row["n"] >= most}


def _subject(url: str) -> tuple[Post | None, Issue | None]:
    """Return what a bulletin is about, by its permanent address."""
    found = PAGE.search(url)
    if found is None:
        return None, None
    if found[1] == "p":
        return Post.objects.filter(public_id=found[2]).first(), None
    return None, Issue.objects.filter(public_id=found[2]).first()


def _having(text: OneText | None, issue: Issue | None) -> set[int]:
    """Return who has been sent a text by any unit, or has it waiting for the day's letter, and was not told that it was
    taken back.
    """
    if text is None and issue is None:
        return set()
    about = Q(post__in=text.posts) if text is not None else Q(issue=issue)
    over = Bulletin.objects.filter(about, act=Act.WITHDRAW).values("of")
    standing = (
        Bulletin.objects.filter(about).exclude(act=Act.WITHDRAW).exclude(Q(pk__in=over) | Q(of__in=over))
    )
    return set(Place.objects.filter(bulletin__in=standing).values_list("reader_id", flat=True))


def letter_key(bulletin: Bulletin) -> str:
    """Return the key of the item that brings a bulletin by itself."""
    return f"mail:{bulletin.public_id}"


def _place(bulletin: Bulletin, readers: Iterable[int], key: str, at_once: Iterable[int]) -> None:
    now_ones = set(at_once)
    rows = [
        Place(bulletin=bulletin, reader_id=pk, item_key=key if pk in now_ones else "", created_at=clock.now())
        for pk in readers
    ]
    Place.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    Bulletin.objects.filter(pk=bulletin.pk).update(readers=len(rows))


def _spread(bulletin: Bulletin, readers: Iterable[str]) -> None:
    """Lay down a letter for each reader; what follows a text reaches a reader after it."""
    targets = [fanout.Target(HOST, name) for name in readers]
    first = bulletin.of or bulletin
    payload = {"what": "bulletin", "bulletin": bulletin.pk}
    fanout.spread(KIND, letter_key(bulletin), payload, targets, order=f"mail:{first.public_id}")


def _family(first: Bulletin) -> "list[int]":
    return [first.pk, *Bulletin.objects.filter(of=first).values_list("pk", flat=True)]


def _following(
    connection: Connection, laying: Laying, first: Bulletin, fields: dict[str, object]
) -> Bulletin:
    return Bulletin.objects.create(
        key=laying.key, connection=connection, act=laying.act, of=first, fields=fields,
        post=first.post, issue=first.issue,
    )  # fmt: skip


def _got(family: Sequence[int]) -> dict[int, str]:
    rows = Place.objects.filter(bulletin__in=family).exclude(item_key="")
    return dict(rows.values_list("reader_id", "reader__public_id"))


def _correction(connection: Connection, laying: Laying, first: Bulletin) -> Bulletin:
    family = _family(first)
    got = _got(family)
    made = _following(connection, laying, first, dict(laying.sent.fields))
    # Who has not read the error yet reads the right words in the day's letter.
    Place.objects.filter(bulletin__in=family, item_key="").exclude(reader__in=got).update(bulletin=made)
    Place.objects.filter(bulletin__in=family, item_key="").delete()
    _place(made, got, letter_key(made), got)
    _spread(made, got.values())
    return made


def _withdrawal(connection: Connection, laying: Laying, first: Bulletin, text: OneText | None) -> Bulletin:
    family = _family(first)
    got = _got(family)
    had = set(Place.objects.filter(bulletin__in=family).values_list("reader_id", flat=True))
    newest = Bulletin.objects.filter(pk__in=family).order_by("-pk")[0]
    made = _following(connection, laying, first, newest.fields)
    Place.objects.filter(bulletin__in=family, item_key="").delete()
    _place(made, got, letter_key(made), got)
    _spread(made, got.values())
    if text is not None:
        _bring_instead(text, had, laying.key)
    return made


def _bring_instead(text: OneText, had: set[int], key: str) -> None:
    """Bring those from whom one unit took a text back what another unit they follow still says, if the original stands.

    They were left out there because they had it.
    """
    if not Post.objects.filter(pk=text.source, state=PostState.PUBLISHED).exists():
        return
    about = Bulletin.objects.filter(post__in=text.posts)
    over = about.filter(act=Act.WITHDRAW).values("of")
    standing = about.filter(act=Act.SEND, of=None, post__state=PostState.PUBLISHED).exclude(pk__in=over)
    left = had
    for first in standing.select_related("connection__unit", "post").order_by("pk"):
        wanting = queries.wanting(first.connection.unit, first.post.column_id if first.post else None)
        readers = {pk: found for pk, found in wanting.items() if pk in left}
        if not readers:
            continue
        newest = Bulletin.objects.filter(pk__in=_family(first)).order_by("-pk")[0]
        made = Bulletin.objects.create(
            key=f"{key[:24]}:{first.public_id}", connection=first.connection, act=Act.SEND, of=first,
            fields=newest.fields, post=first.post,
        )  # fmt: skip
        _bring(made, readers, None)
        left = left - readers.keys()


def send_daily(at: datetime | None = None) -> int:
    """Lay down the day's letters, one item for all who get the same texts; return how many letters."""
    now = at or clock.now()
    texts: dict[int, list[int]] = defaultdict(list)
    waiting = Place.objects.filter(item_key="", created_at__lte=now).order_by("bulletin_id")
    for reader, bulletin in waiting.values_list("reader_id", "bulletin_id"):
        texts[reader].append(bulletin)
    same: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for reader, bulletins in texts.items():
        same[tuple(bulletins)].append(reader)
    return sum(_send_same(bulletins, readers, now) for bulletins, readers in same.items())


@transaction.atomic
def _send_same(bulletins: tuple[int, ...], readers: Sequence[int], at: datetime) -> int:
    # Held in their order: a correction that comes meanwhile waits, or has moved the places away.
    list(Bulletin.objects.select_for_update().filter(pk__in=bulletins).order_by("pk"))
    rows = Place.objects.filter(bulletin__in=bulletins, reader__in=readers, item_key="")
    found: dict[str, set[int]] = defaultdict(set)
    for name, bulletin in rows.values_list("reader__public_id", "bulletin_id"):
        found[name].add(bulletin)
    names = sorted(name for name, has in found.items() if has == set(bulletins))
    if not names:
        return 0
    mark = f"{clock.local(at):%Y%m%d%H%M%S}"
    key = f"{DAY}{mark}:{bulletins[0]}-{bulletins[-1]}-{len(bulletins)}-{readers[0]}"
    payload = {"what": "digest", "bulletins": list(bulletins), "at": at.timestamp()}
    rows.filter(reader__public_id__in=names).update(item_key=key)
    return fanout.spread(KIND, key, payload, [fanout.Target(HOST, name) for name in names])
