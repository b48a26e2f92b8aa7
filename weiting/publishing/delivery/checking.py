"""Looks again whether what arrived still stands there: an hour, a day, a week and a month after; bounded in each run.

Channels that can be asked are asked, within their quotas. What somebody put there by hand, and what the interface does
not show, is looked at by its address: gone when it is not found, there when its title stands on the page.
"""

import logging
import time
from collections.abc import Iterable
from datetime import timedelta
from html import unescape
from typing import cast

from django.conf import settings
from django.db import Error

from weiting.channels.flow import ConnectionState
from weiting.channels.ports import (
    Action,
    Adapter,
    ChannelError,
    Checks,
    InDoubt,
    Receipt as Given,
    Refused,
    Rendered,
    TryLater,
    Verb,
)
from weiting.channels.rules import rules
from weiting.channels.wire import Reply, Wire
from weiting.core import clock
from weiting.core.errors import DomainError
from weiting.publishing.actions import looking
from weiting.publishing.delivery.adapters import adapter_of
from weiting.publishing.delivery.texts import words_of
from weiting.publishing.flow import DeliveryState
from weiting.publishing.models import Act, Delivery, Receipt

logger = logging.getLogger(__name__)

NOT_THERE = frozenset({404, 410})
# What could not be asked now is asked again after.
AGAIN, TOMORROW = timedelta(hours=1), timedelta(days=1)
# What could not be seen so long after it arrived is not looked at any more.
ENOUGH = timedelta(days=40)
# What has changed nothing there, nor is about to.
NEVER_SENT = (DeliveryState.REFUSED, DeliveryState.CALLED_OFF)
# In one run: so many, and no longer than so many seconds; shorter than a receipt is held.
MOST, LONGEST = 300, 120.0


def check_due(most: int = MOST) -> int:
    """Look at the receipts whose time has come; return how many looks showed how a text stands."""
    taken = looking.take_due(most)
    rows = Receipt.objects.filter(pk__in=taken).select_related(
        "delivery__connection__unit", "delivery__release__post__column", "delivery__release__revision",
        "delivery__release__issue", "delivery__release__correction",
    ).order_by("check_at", "pk")  # fmt: skip
    began, seen = time.monotonic(), 0
    with Wire(allow_private=settings.CHANNELS_PRIVATE) as wire:
        for each in rows:
            if time.monotonic() - began > LONGEST:
                # The others are taken up again when they are no longer held.
                break
            try:
                seen += _look(each, wire)
            except Error:
                raise
            except Exception:
                # Ours, or an answer nobody thought of: the others are looked at all the same.
                logger.exception("Receipt %s could not be looked at", each.pk)
                _again(each, TOMORROW)
    return seen


def _look(receipt: Receipt, wire: Wire) -> bool:
    delivery = receipt.delivery
    if delivery.act != Act.SEND or delivery.state != DeliveryState.DELIVERED or _is_taken_back(delivery):
        looking.put_off(receipt, None)
        return False
    if delivery.connection.needs:
        # Whoever renews what it needs lets it be asked again.
        _again(receipt, TOMORROW)
        return False
    try:
        standing = _standing(receipt, wire)
    except TryLater as error:
        _again(receipt, max(AGAIN, timedelta(seconds=error.after)))
        return False
    except (ChannelError, DomainError):
        _again(receipt, TOMORROW)
        return False
    if standing is None and not _is_watched(receipt):
        looking.put_off(receipt, None)
        return False
    looking.looked(receipt, standing)
    return standing is not None


def _again(receipt: Receipt, wait: timedelta) -> None:
    at = clock.now() + wait
    looking.put_off(receipt, at if at < receipt.at + ENOUGH else None)


def _is_taken_back(delivery: Delivery) -> bool:
    return Delivery.objects.filter(of=delivery, act=Act.WITHDRAW, state=DeliveryState.DELIVERED).exists()


def _is_watched(receipt: Receipt) -> bool:
    """Say whether its address is looked at although nothing could be seen there today."""
    return receipt.way == Receipt.Way.BY_HAND


def _standing(receipt: Receipt, wire: Wire) -> str | None:
    """Ask the channel, or look at the address; None where neither shows anything."""
    connection = receipt.delivery.connection
    if receipt.way == Receipt.Way.BY_HAND or connection.state == ConnectionState.ENDED:
        return _page(receipt, wire) if receipt.way == Receipt.Way.BY_HAND else None
    adapter = adapter_of(connection, wire, leave=_kept(connection.kind))
    if Verb.CHECK not in adapter.can:
        return None
    given = Given(receipt.external_id, receipt.url, receipt.at)
    try:
        return str(cast(Checks, adapter).standing(given, _sent(receipt, adapter)))
    except InDoubt:
        # It is not shown by the interface.
        return _page(receipt, wire) if receipt.url else None
    except Refused as refused:
        if refused.action is Action.NOTHING:
            return str(Receipt.Standing.GONE)
        raise


def _kept(kind: str) -> int:
    try:
        return int(rules(kind).limits.get("kept_for_texts", 0))
    except KeyError:
        return 0


def _sent(receipt: Receipt, adapter: Adapter) -> Rendered | None:
    """Return what was sent, made anew; None when it would be made otherwise today, so that nothing can be compared.

    Where corrections are made in place it is what the last one sent; while one is on its way nobody knows.
    """
    delivery = receipt.delivery
    last = (
        Delivery.objects.filter(of=delivery, act=Act.CORRECT)
        .exclude(state__in=NEVER_SENT)
        .order_by("pk")
        .last()
    )
    if last is not None:
        ours = Receipt.objects.select_related("delivery__release__post__column").filter(delivery=last).first()
        if ours is None or last.state != DeliveryState.DELIVERED:
            return None
        if ours.external_id == receipt.external_id:
            receipt, delivery = ours, last
    sent = adapter.render(words_of(delivery.release, delivery.connection.kind, delivery.act))
    return sent if sent.digest == receipt.digest else None


def _page(receipt: Receipt, wire: Wire) -> str | None:
    reply = wire.call("GET", receipt.url, acts=False)
    if reply.status in NOT_THERE:
        return str(Receipt.Standing.GONE)
    title = _title(receipt.delivery)
    if reply.status == 200 and title and any(title in _bare(page) for page in _read(reply)):
        return str(Receipt.Standing.THERE)
    return None


def _title(delivery: Delivery) -> str:
    release = delivery.release
    said = release.revision.title if release.revision else release.issue.title if release.issue else ""
    return _bare(said)


def _bare(text: str) -> str:
    return "".join(unescape(text).split())


def _read(reply: Reply) -> Iterable[str]:
    """Read a page in the two ways Chinese pages are written."""
    for encoding in ("utf-8", "gb18030"):
        yield reply.body.decode(encoding, "replace")
