"""The hub's verbs: take a wish, ask its callback whether it is meant, distribute what changed, end what is over.

Programs act here, not the staff: nothing is written of anybody.
"""

import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from weiting import jobs
from weiting.channels.ports import ChannelError, Refused
from weiting.channels.wire import Reply, Wire
from weiting.core import clock
from weiting.core.errors import TooMany
from weiting.fanout import actions as fanout
from weiting.subscriptions import hub, queries
from weiting.subscriptions.hub import Ask
from weiting.subscriptions.models import FeedRequest, FeedSubscriber, FeedTopic

KIND = "websub"
# Of one machine no more than so many subscriptions, and of all machines so many wishes at once.
MOST_PER_HOST, MOST_REQUESTS = 200, 2000
# Nobody can have us call one machine again and again that has asked for nothing.
MOST_ASKED_PER_HOST = 30
FORGOTTEN_AFTER = timedelta(hours=6)


@transaction.atomic
def ask_to_follow(ask: Ask, *, mime: str = "", digest: str = "") -> FeedRequest:
    """Keep a wish and have its callback asked; `digest` is of the feed as it is now. Raises TooMany."""
    if ask.mode == "subscribe" and queries.feeds_followed_from(ask.host) >= MOST_PER_HOST:
        raise TooMany(_("There are too many subscriptions from this host. End some of them first."))
    waiting = FeedRequest.objects.filter(asked_at__gte=clock.now() - FORGOTTEN_AFTER)
    hosts = [hub.host_of(each) for each in waiting.values_list("callback", flat=True)[:MOST_REQUESTS]]
    if len(hosts) >= MOST_REQUESTS or hosts.count(ask.host) >= MOST_ASKED_PER_HOST:
        raise TooMany(_("The hub is busy. Try again in a few minutes."), after=300)
    made = FeedRequest(
        mode=ask.mode, topic=ask.topic, callback=ask.callback, lease_seconds=ask.lease_seconds,
        mime=mime, digest=digest,
    )  # fmt: skip
    made.sealed_with, made.sealed = hub.seal(ask.secret, ask.callback)
    # Asked again before the callback has answered: the last wish counts.
    FeedRequest.objects.filter(topic=ask.topic, callback=ask.callback).delete()
    made.save()
    jobs.defer("subscriptions.verify", request=made.public_id)
    return made


def settle_request(public_id: str, wire: Wire) -> bool:
    """Ask a callback whether a wish is meant, and carry the wish out if it says so; return whether it did.

    Raises TryLater when it was not reached; it may be asked again.
    """
    found = FeedRequest.objects.filter(public_id=public_id).first()
    if found is None:
        return False
    challenge = secrets.token_urlsafe(24)
    try:
        reply = wire.call("GET", hub.with_query(found.callback, _question(found, challenge)), acts=False)
    except Refused:
        # An address inside a network that is not to be called from here: nobody is told anything.
        _drop(found)
        return False
    if not _agrees(reply, challenge):
        _drop(found)
        return False
    return _carry_out(found)


def _question(found: FeedRequest, challenge: str) -> dict[str, str]:
    asked = {"hub.mode": found.mode, "hub.topic": found.topic, "hub.challenge": challenge}
    if found.mode == "subscribe":
        asked["hub.lease_seconds"] = str(found.lease_seconds)
    return asked


def _agrees(reply: Reply, challenge: str) -> bool:
    return 200 <= reply.status < 300 and hmac.compare_digest(reply.body.strip(), challenge.encode())


def _drop(found: FeedRequest) -> None:
    FeedRequest.objects.filter(pk=found.pk).delete()


def drop_request(public_id: str) -> None:
    """Forget a wish whose callback is not reached."""
    FeedRequest.objects.filter(public_id=public_id).delete()


@transaction.atomic
def _carry_out(found: FeedRequest) -> bool:
    # Another wish for the same place may have come while we asked.
    if not FeedRequest.objects.select_for_update().filter(pk=found.pk).exists():
        return False
    _drop(found)
    if found.mode == "unsubscribe":
        FeedSubscriber.objects.filter(topic__url=found.topic, callback=found.callback).delete()
        return True
    topic, _made = FeedTopic.objects.get_or_create(
        url=found.topic, defaults={"mime": found.mime, "digest": found.digest, "changed_at": clock.now()}
    )
    FeedSubscriber.objects.update_or_create(
        topic=topic,
        callback=found.callback,
        defaults={
            "host": hub.host_of(found.callback),
            "sealed_with": found.sealed_with,
            "sealed": bytes(found.sealed),
            "until_at": clock.now() + timedelta(seconds=found.lease_seconds),
        },
    )
    return True


def deny(topic: str, reason: str, wire: Wire) -> int:
    """End every subscription of a feed that is no more, and tell each callback why; return how many."""
    rows = list(FeedSubscriber.objects.filter(topic__url=topic).values_list("callback", flat=True))
    with transaction.atomic():
        FeedTopic.objects.filter(url=topic).delete()
    for callback in rows:
        said = {"hub.mode": "denied", "hub.topic": topic, "hub.reason": reason}
        try:
            wire.call("GET", hub.with_query(callback, said), acts=False)
        except ChannelError:
            # Told once; who does not hear it finds the feed gone.
            continue
    return len(rows)


@transaction.atomic
def feed_changed(topic: str, body: bytes, mime: str) -> int:
    """Distribute the bytes of a feed to who follows it, unless they are those it had; return to how many."""
    found = FeedTopic.objects.select_for_update().filter(url=topic).first()
    digest = sha256(body).hexdigest()
    if found is None or found.digest == digest:
        return 0
    found.digest, found.mime, found.body = digest, mime, body
    found.number, found.changed_at = found.number + 1, clock.now()
    found.save()
    rows = FeedSubscriber.objects.filter(topic=found, until_at__gt=clock.now())
    targets = [fanout.Target(host, callback) for host, callback in rows.values_list("host", "callback")]
    payload = {"topic": found.pk, "number": found.number}
    return fanout.spread(
        KIND, f"websub:{found.pk}:{found.number}", payload, targets, order=f"websub:{found.pk}"
    )


@transaction.atomic
def forget_followers(topic: int, callbacks: Sequence[str]) -> None:
    """Remove subscriptions whose callback said that it is gone."""
    FeedSubscriber.objects.filter(topic=topic, callback__in=list(callbacks)).delete()


def end_leases() -> int:
    """Remove subscriptions whose time is over, wishes nobody confirmed, and feeds nobody follows; return how many
    subscriptions."""
    now = clock.now()
    with transaction.atomic():
        gone, _by_kind = FeedSubscriber.objects.filter(until_at__lte=now).delete()
        FeedRequest.objects.filter(asked_at__lt=now - FORGOTTEN_AFTER).delete()
        FeedTopic.objects.filter(subscribers__isnull=True, changed_at__lt=now - FORGOTTEN_AFTER).delete()
    return gone
