"""Carries letters to readers and feeds to those who follow them by WebSub."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from weiting.channels.ports import Action, Refused, TryLater
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.fanout.flow import CopyState
from weiting.fanout.models import Copy
from weiting.fanout.postmen import Gone, Letter
from weiting.subscriptions import actions, hub, letters
from weiting.subscriptions.actions.laying import letter_key
from weiting.subscriptions.book import BOOK
from weiting.subscriptions.letters import Sheet
from weiting.subscriptions.models import Act, Bulletin, FeedSubscriber, FeedTopic, Subscription
from weiting.subscriptions.post import PostOffice

NOT_REACHED = (CopyState.WAITING, CopyState.REFUSED, CopyState.GAVE_UP)
OFFICE = PostOffice()


@dataclass(frozen=True)
class Packed:
    """A letter in each language; whom it is not for; and which bulletin it is, as far as it may be overtaken."""

    sheets: dict[str, Sheet]
    bulletin: int = 0
    never_had_it: frozenset[str] = frozenset()
    over: str = ""


class MailPostman:
    """Hands each reader's letter to the mail server, a few at a time over open connections."""

    # A letter whose answer was lost may be in the mailbox: it is not sent again blind.
    repeats = False
    # More than there are connections: taking and writing letters by the handful costs less.
    at_host = 16
    at_once = 32

    def pack(self, payload: dict[str, Any]) -> Packed:
        """Write the letter in each language."""
        BOOK.read()
        if payload["what"] == "confirm":
            return _confirm(payload)
        if payload["what"] == "digest":
            rows = Bulletin.objects.filter(pk__in=payload["bulletins"]).select_related("connection__unit")
            at = datetime.fromtimestamp(payload["at"], UTC)
            return Packed(letters.digest_sheets(list(rows.order_by("pk")), at))
        rows = Bulletin.objects.select_related("connection__unit", "post", "issue", "of")
        return _bulletin(rows.filter(pk=payload["bulletin"]).first())

    def deliver(self, packed: Packed, letter: Letter, wire: Wire) -> None:
        """Hand over one letter."""
        found = BOOK.address(letter.target)
        if found is None:
            raise Refused("left", Action.NOTHING, "not a reader any more", whole_account=False)
        if packed.over or letter.target in packed.never_had_it:
            raise Refused("called_off", Action.NOTHING, packed.over or "never had it", whole_account=False)
        if packed.bulletin and BOOK.has_ended(packed.bulletin):
            raise Refused("called_off", Action.NOTHING, "corrected or withdrawn", whole_account=False)
        sheet = packed.sheets.get(found.language) or next(iter(packed.sheets.values()))
        OFFICE.send(sheet.addressed(found.to, letter.target, letter.key, letter.since))

    def gone(self, payload: dict[str, Any], targets: list[str]) -> None:
        """Count a refusal of each address."""
        actions.count_refusals(targets)


def _confirm(payload: dict[str, Any]) -> Packed:
    rows = Subscription.objects.select_related("reader", "unit", "column", "hall")
    wish = rows.filter(pk=payload["subscription"]).first()
    until = datetime.fromtimestamp(payload["until"], UTC)
    if wish is None or until < clock.now():
        return Packed({}, over="the wish is over")
    return Packed(letters.confirm_sheets(wish, payload["rhythm"], until))


def _bulletin(found: Bulletin | None) -> Packed:
    if found is None:
        return Packed({}, over="forgotten")
    first = found.of
    if first is None:
        return Packed(letters.bulletin_sheets(found), found.pk)
    never = frozenset[str]()
    if found.act == Act.WITHDRAW:
        earlier = [first, *Bulletin.objects.filter(of=first, act=Act.CORRECT)]
        never = frozenset.intersection(*map(_not_reached, earlier))
    return Packed(letters.bulletin_sheets(found, follows=letter_key(first)), found.pk, never)


def _not_reached(bulletin: Bulletin) -> frozenset[str]:
    """Return to whom a bulletin was to be brought by itself, and was not."""
    unsent = Copy.objects.filter(item__key=letter_key(bulletin), state__in=NOT_REACHED)
    return frozenset(unsent.values_list("target", flat=True))


@dataclass(frozen=True)
class Distribution:
    """The bytes of a feed, its links, and each callback with its secret; `over` when a newer version is on its way."""

    body: bytes
    mime: str
    url: str
    secrets: dict[str, bytes]
    over: bool = False


class FeedPostman:
    """Brings the new bytes of a feed to those who follow it by WebSub."""

    # The same bytes twice are the same entries: readers know them by their ids.
    repeats = True
    at_host = 4
    at_once = 24

    def pack(self, payload: dict[str, Any]) -> Distribution:
        """Read the feed and the secrets of its followers."""
        topic = FeedTopic.objects.filter(pk=payload["topic"]).first()
        if topic is None or topic.number != payload["number"]:
            return Distribution(b"", "", "", {}, over=True)
        rows = FeedSubscriber.objects.filter(topic=topic, until_at__gt=clock.now())
        secrets = {row.callback: hub.secret_of(row) for row in rows}
        return Distribution(bytes(topic.body), topic.mime, topic.url, secrets)

    def deliver(self, packed: Distribution, letter: Letter, wire: Wire) -> None:
        """Call one callback with the feed."""
        secret = packed.secrets.get(letter.target)
        if packed.over or secret is None:
            raise Refused("over", Action.NOTHING, "a newer version, or no subscription", whole_account=False)
        headers = {
            "Content-Type": packed.mime,
            "Link": hub.link_header(packed.url),
            **hub.signature(secret, packed.body),
        }
        reply = wire.call("POST", letter.target, acts=True, content=packed.body, headers=headers)
        if reply.status == 410:
            raise Gone("410")
        if not 200 <= reply.status < 300:
            raise TryLater(60.0, str(reply.status))

    def gone(self, payload: dict[str, Any], targets: list[str]) -> None:
        """Forget the subscriptions of callbacks that answered 410."""
        actions.forget_followers(payload["topic"], targets)
