"""What a unit's own system says it has passed on: taken down as claimed, and looked at where it is said to stand."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import Q
from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.channels.ports import ChannelError
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid
from weiting.core.flow import perform
from weiting.relay.actions.answering import decline, lock_ask, refuse_answered, require_budget
from weiting.relay.actions.calling import tags_of
from weiting.relay.flow import AskFlow, AskState
from weiting.relay.models import Ask
from weiting.relay.words import holds_source

ACCEPT, DECLINE = "accept", "decline"
OK = range(200, 300)
# A page is looked at again after these times, as long as it was not found; then once a day.
AGAIN = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
DAILY = timedelta(days=1)
AT_ONCE = 50


@action
def claim(
    ask: Ask,
    *,
    by: None,
    key: str,
    body: bytes,
    answer: str,
    url: str = "",
    at: datetime | None = None,
    source_hash: str = "",
    line: str = "",
    reason: str = "",
) -> Ask:
    """Take down what a unit's system answered; the same key with the same words again changes nothing.

    Raises Conflict for a key used with other words, an answered call, or a version of the original that is not the
    present one; Invalid for an answer without what it needs; TooMany when the week's budget is spent.
    """
    digest = sha256(body).hexdigest()
    ask = lock_ask(ask)
    if ask.key and ask.key == key:
        if ask.answer_digest != digest:
            raise Conflict(_("This key was used for another answer."), code="key_reused")
        return ask
    if answer == DECLINE:
        ask = decline(ask, reason, by=None)
        Ask.objects.filter(pk=ask.pk).update(key=key, answer_digest=digest)
        return ask
    refuse_answered(ask)
    live = ask.call.post.live
    if live is None:
        raise AssertionError("a public text has words")
    now = clock.now()
    if at is None or not url.startswith(("https://", "http://")) or len(url) > 500:
        raise Invalid(_("Name the address at which the text stands, and since when."), code="address")
    if not ask.call.opened_at <= at <= now + timedelta(minutes=5):
        raise Invalid(_("The time lies before the call or in the future."), code="time")
    if source_hash != live.content_hash:
        raise Conflict(_("This is not the present version of the original."), code="source_changed")
    require_budget(ask)
    perform(
        ask,
        AskFlow.claim,
        by_system=True,
        key=key,
        answer_digest=digest,
        claimed_url=url,
        claimed_at=at,
        line=line[:140],
        revision=live,
        source_hash=source_hash,
        answered_at=now,
    )
    audit.record(
        "relay.ask.claim",
        subject=ask.call,
        unit=ask.unit,
        call=ask.call.public_id,
        ask=ask.public_id,
        url=url,
        at=at,
        source_hash=source_hash,
    )
    jobs.announce(*tags_of(ask.call))
    jobs.defer("relay.look", key=f"relay.look:{ask.pk}", ask_id=ask.pk)
    return ask


def look_at_claims(wire: Wire, ask_id: int | None = None) -> int:
    """Open the addresses systems have named, and keep whether the original is found there; return how many were."""
    now = clock.now()
    rows = Ask.objects.filter(by_system=True, state=AskState.ACCEPTED)
    if ask_id is not None:
        rows = rows.filter(pk=ask_id)
    else:
        early = Q(pk__in=[])
        for looks, span in enumerate(AGAIN, 1):
            early |= Q(looks=looks, seen_at__isnull=True, looked_at__lt=now - span)
        rows = rows.filter(Q(looked_at__isnull=True) | early | Q(looked_at__lt=now - DAILY))
    found = 0
    for ask in rows.select_related("call__post__live")[:AT_ONCE]:
        found += _note_look(ask, _why_not(ask, wire), by=None)
    return found


def _why_not(ask: Ask, wire: Wire) -> str:
    """Say in a word why the original is not found at the named address; "" when it is."""
    try:
        reply = wire.call("GET", ask.claimed_url, acts=False)
    except ChannelError as error:
        return type(error).__name__.lower()
    if reply.status not in OK:
        return f"http {reply.status}"
    live = ask.call.post.live
    text = reply.body.decode("utf-8", "replace")
    return "" if live and holds_source(text, ask.call.post, live.title) else "not_there"


@action
def _note_look(ask: Ask, why_not: str, *, by: None) -> int:
    now = clock.now()
    was_seen = ask.seen_at is not None
    Ask.objects.filter(pk=ask.pk).update(
        seen_at=None if why_not else (ask.seen_at or now),
        looked_at=now,
        looks=min(ask.looks + 1, 1000),
        unseen_why=why_not[:40],
    )
    if was_seen == bool(why_not) or ask.looks == 0:
        audit.record(
            "relay.ask.seen",
            subject=ask.call,
            unit=ask.unit,
            call=ask.call.public_id,
            ask=ask.public_id,
            seen=not why_not,
            why=why_not,
        )
        jobs.announce(*tags_of(ask.call))
    return int(not why_not)
