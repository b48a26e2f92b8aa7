"""Every read of subscriptions that others may use: what can be asked for, what a reader gets, figures for the desk."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from weiting.channels.flow import ConnectionState
from weiting.channels.models import Connection
from weiting.core import clock
from weiting.fanout.queries import Standing, standing_of
from weiting.posts.models import Column
from weiting.subscriptions import addresses, links
from weiting.subscriptions.models import FeedSubscriber, FeedTopic, Place, Reader, Rhythm, Subscription
from weiting.units.models import Hall, Unit

KIND = "mail"
# Codes of copies that nobody wants any more: the reader left, the text was overtaken, the feed is newer.
MOOT = ("left", "called_off", "over")
Thing = Unit | Column | Hall


@dataclass(frozen=True)
class Letters:
    """What one reader gets, as their own page shows it."""

    reader: Reader
    masked: str
    subscriptions: Sequence[Subscription]


def mails(unit: Unit) -> bool:
    """Say whether a unit's texts go out by e-mail."""
    return Connection.objects.filter(unit=unit, kind=KIND, state=ConnectionState.LIVE).exists()


def mailing_below(path: Any) -> QuerySet[Connection]:
    """Return what sends the texts of the unit with that path (or expression of one), and of all below, by e-mail."""
    return Connection.objects.filter(kind=KIND, state=ConnectionState.LIVE, unit__path__startswith=path)


def mails_anywhere() -> bool:
    """Say whether any unit's texts go out by e-mail."""
    return Connection.objects.filter(kind=KIND, state=ConnectionState.LIVE).exists()


def can_ask_for(thing: Thing) -> bool:
    """Say whether mail can be asked for: a closed column or unit, or one that sends none, cannot be followed."""
    if isinstance(thing, Hall):
        return mailing_below(thing.unit.path).exists()
    if isinstance(thing, Unit):
        return thing.closed_on is None and mails(thing)
    return thing.closed_on is None and mails_anywhere()


def letters_of(public_id: str) -> Letters | None:
    """Return what a reader gets; None when there is no such reader (any more)."""
    reader = Reader.objects.filter(public_id=public_id).first()
    if reader is None:
        return None
    rows = Subscription.objects.filter(reader=reader, confirmed_at__isnull=False)
    rows = rows.select_related("unit", "column", "hall").order_by("pk")
    address = addresses.open_sealed(reader.sealed_with, reader.sealed, reader.public_id)
    return Letters(reader, addresses.masked(address), list(rows))


def wish_of(token: str) -> tuple[Subscription, str]:
    """Return what a link confirms, and how often it would come; raise NotFound when it is forged, over or erased."""
    said = links.read_confirm(token)
    rows = Subscription.objects.select_related("reader", "unit", "column", "hall")
    wish = rows.filter(pk=said.subscription, reader__public_id=said.reader).first()
    if wish is None or said.rhythm not in Rhythm.values:
        raise links.over()
    return wish, said.rhythm


def wanting(unit: Unit, column_id: int | None) -> dict[int, tuple[str, bool]]:
    """Return who gets a text of a unit in a column: by reader's number the public id, and whether at once."""
    above = [unit.path[: at + 1] for at, sign in enumerate(unit.path) if sign == "."]
    wanted = Q(unit=unit) | Q(hall__unit__path__in=above)
    if column_id is not None:
        wanted |= Q(column_id=column_id)
    rows = Subscription.objects.filter(wanted, confirmed_at__isnull=False).order_by("reader_id")
    found: dict[int, tuple[str, bool]] = {}
    for pk, public_id, rhythm in rows.values_list("reader_id", "reader__public_id", "rhythm"):
        found[pk] = (public_id, rhythm == "at_once" or found.get(pk, ("", False))[1])
    return found


def followed_feeds() -> list[str]:
    """List the addresses of the feeds that somebody follows by WebSub."""
    rows = FeedTopic.objects.filter(subscribers__until_at__gt=clock.now()).distinct()
    return list(rows.order_by("pk").values_list("url", flat=True))


def feeds_followed_from(host: str) -> int:
    """Count the subscriptions of callbacks on one host."""
    return FeedSubscriber.objects.filter(host=host).count()


@dataclass(frozen=True)
class Mailed:
    """How far a bulletin has come: the letters laid down, and for how many readers it waits for the day's letter."""

    letters: Standing
    daily: int = 0

    @property
    def of(self) -> int:
        """Return for how many readers it is."""
        return self.letters.of + self.daily


def mailed(public_ids: Collection[str]) -> dict[str, Mailed]:
    """Return how far bulletins have come, by their public id, in three queries for any number of them."""
    if not public_ids:
        return {}
    rows = Place.objects.filter(bulletin__public_id__in=public_ids)
    places = rows.values_list("bulletin__public_id", "item_key").annotate(count=Count("pk")).order_by()
    # The letter of a bulletin itself; besides it the day's letters that brought it, each to all it is laid down for.
    keys: dict[str, set[str]] = {each: {f"mail:{each}"} for each in public_ids}
    daily: dict[str, int] = {}
    for name, key, count in places:
        if key:
            keys[name].add(key)
        else:
            daily[name] = count
    standings = standing_of([key for each in keys.values() for key in each], MOOT)
    return {
        name: Mailed(sum((standings[key] for key in own if key in standings), Standing()), daily.get(name, 0))
        for name, own in keys.items()
        if name in daily or any(key in standings for key in own)
    }


def feeds_standing(paths: Collection[str]) -> Standing:
    """Return how far the newest version of the feeds at these paths has come to those who follow them by WebSub."""
    wanted = Q()
    for path in paths:
        wanted |= Q(url__contains=path)
    topics = FeedTopic.objects.filter(wanted, subscribers__until_at__gt=clock.now(), number__gt=0).distinct()
    keys = [f"websub:{pk}:{number}" for pk, number in topics.values_list("pk", "number")[:200]]
    return sum(standing_of(keys, MOOT).values(), Standing())
