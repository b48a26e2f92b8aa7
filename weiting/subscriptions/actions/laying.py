"""Lays bulletins down for those who asked for them; corrections and withdrawals for those who got the text.

Everything here is repeatable: a bulletin is known by its delivery's key, a letter by its item's.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from weiting.channels.models import Connection
from weiting.channels.ports import Receipt, Rendered
from weiting.core import clock
from weiting.fanout import actions as fanout
from weiting.posts.models import Issue, Post
from weiting.subscriptions import queries
from weiting.subscriptions.models import Act, Bulletin, Place
from weiting.subscriptions.queries import KIND

HOST = "bulletins"
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
    # Held, so that the day's letter does not take what is being corrected.
    first = Bulletin.objects.select_for_update().filter(public_id=laying.of.external_id).first()
    if first is None:
        # What it follows was never laid down here, or is forgotten: there is nobody to tell.
        return laying.of
    if laying.act == Act.CORRECT:
        return _receipt(_correction(connection, laying, first))
    return _receipt(_withdrawal(connection, laying, first))


def _receipt(bulletin: Bulletin) -> Receipt:
    return Receipt(bulletin.public_id, str(bulletin.fields.get("url", "")), bulletin.created_at)


def _new(connection: Connection, laying: Laying) -> Bulletin:
    fields = dict(laying.sent.fields)
    post, issue = _subject(str(fields.get("url", "")))
    made = Bulletin.objects.create(
        key=laying.key, connection=connection, act=Act.SEND, fields=fields, post=post, issue=issue
    )
    wanting = queries.wanting(connection.unit, post.column_id if post is not None else None)
    # By a second connection for mail, or released once more: nobody gets a text twice.
    having = _having(post, issue)
    wanting = {pk: found for pk, found in wanting.items() if pk not in having}
    at_once = {pk: name for pk, (name, now) in wanting.items() if now}
    _place(made, wanting, letter_key(made), at_once)
    _spread(made, at_once.values())
    return made


def _subject(url: str) -> tuple[Post | None, Issue | None]:
    """Return what a bulletin is about, by its permanent address."""
    found = PAGE.search(url)
    if found is None:
        return None, None
    if found[1] == "p":
        return Post.objects.filter(public_id=found[2]).first(), None
    return None, Issue.objects.filter(public_id=found[2]).first()


def _having(post: Post | None, issue: Issue | None) -> set[int]:
    """Return who has been sent a text already, or has it waiting for the day's letter."""
    if post is None and issue is None:
        return set()
    rows = Place.objects.filter(bulletin__post=post, bulletin__issue=issue)
    return set(rows.values_list("reader_id", flat=True))


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


def _withdrawal(connection: Connection, laying: Laying, first: Bulletin) -> Bulletin:
    family = _family(first)
    got = _got(family)
    newest = Bulletin.objects.filter(pk__in=family).order_by("-pk")[0]
    made = _following(connection, laying, first, newest.fields)
    Place.objects.filter(bulletin__in=family, item_key="").delete()
    _place(made, got, letter_key(made), got)
    _spread(made, got.values())
    return made


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
    key = f"mail:day:{mark}:{bulletins[0]}-{bulletins[-1]}-{len(bulletins)}-{readers[0]}"
    payload = {"what": "digest", "bulletins": list(bulletins), "at": at.timestamp()}
    rows.filter(reader__public_id__in=names).update(item_key=key)
    return fanout.spread(KIND, key, payload, [fanout.Target(HOST, name) for name in names])
