"""A person's word on a delivery that stopped: it stands there, send it again, leave it, take it back there alone."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.channels.pasted import has_addresses
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid
from weiting.core.flow import perform
from weiting.posts.flow import IssueState, PostState
from weiting.publishing import access
from weiting.publishing.actions import delivering
from weiting.publishing.actions.delivering import DECIDE
from weiting.publishing.flow import DeliveryFlow, DeliveryState as State, ReleaseState
from weiting.publishing.models import Act, Delivery, Destination, Receipt, Release
from weiting.review import subjects
from weiting.units.access import require

LONGEST = 500


@action
def confirm_by_hand(delivery: Delivery, *, by: Person, url: str = "") -> Receipt:
    """Record on a person's word that a text stands at an address, or that it was taken back there by hand.

    What the text went through meanwhile follows it. Raises Invalid without the address where there is one, Conflict
    if it is settled.
    """
    require(by, access.PLAN, delivery.connection.unit)
    is_named = url.startswith(("https://", "http://")) and len(url) <= LONGEST
    if delivery.act != Act.WITHDRAW and not is_named and (url or has_addresses(delivery.connection)):
        sentence = _("Paste the address at which the text stands, beginning with https://.")
        raise Invalid(sentence, fields={"url": [sentence]})
    _hold(delivery)
    perform(delivery, DeliveryFlow.confirm, settled_at=clock.now(), needs="", code="", why="", told_at=None)
    known = url or (
        delivery.of.receipt.url if delivery.of is not None and hasattr(delivery.of, "receipt") else ""
    )
    receipt, _is_new = Receipt.objects.update_or_create(
        delivery=delivery,
        defaults={
            "external_id": known[:200],
            "url": known,
            "digest": "",
            "way": Receipt.Way.BY_HAND,
            "by": by,
            "at": clock.now(),
        },
    )
    _catch_up(delivery)
    delivering.wake([delivery.connection])
    _record("publishing.delivery.confirm", delivery, by, url=known)
    return receipt


@action
def send_again(delivery: Delivery, *, by: Person, seen: datetime | None = None) -> Delivery:
    """Try a refused or given-up delivery again; one in doubt only when a person says that it is not there.

    `seen` is the call of which they say so: their word holds for no later one. A text that was corrected since goes
    out corrected; one that was withdrawn since is called off. Returns what is sent; raises Conflict when it is
    settled, or was called again meanwhile.
    """
    require(by, access.PLAN, delivery.connection.unit)
    _hold(delivery)
    is_doubt = delivery.state == State.IN_DOUBT
    step = DeliveryFlow.retry if is_doubt else DeliveryFlow.again
    perform(
        delivery,
        step,
        where=_doubt_of(seen) if is_doubt else {},
        queued_at=clock.now(),
        **delivering.anew(delivery),
    )
    sent = _as_it_is_now(delivery)
    delivering.wake([delivery.connection])
    _record("publishing.delivery.again", delivery, by)
    return sent


def _doubt_of(seen: datetime | None) -> dict[str, Any]:
    """Return what must still hold for a doubt that a person has settled."""
    return {"needs": DECIDE} | ({"called_at": seen} if seen is not None else {})


@action
def leave(delivery: Delivery, *, by: Person) -> Delivery:
    """Let a refused or given-up delivery be: the text shall not go there. Raises Conflict when it may be there."""
    require(by, access.PLAN, delivery.connection.unit)
    perform(
        delivery,
        DeliveryFlow.leave,
        where={} if delivery.needs != DECIDE else {"needs": ""},
        settled_at=clock.now(),
        needs="",
    )
    _record("publishing.delivery.leave", delivery, by)
    return delivery


@action
def withdraw_there(delivery: Delivery, *, by: Person) -> Delivery:
    """Take a text back from one channel, to which it does not go again; in the hall and elsewhere it stays.

    Raises Conflict when it is not there.
    """
    require(by, access.WITHDRAW, delivery.connection.unit)
    release = delivery.release
    sent = delivering.held_sent(release.post, release.issue)
    if not any(each.pk == delivery.pk and delivering.is_there(each, sent) for each in sent):
        raise Conflict(
            _("The text does not stand there, or is being taken back already. Look at its page."),
            code="not_there",
        )
    found = Delivery.objects.filter(release=release, connection=delivery.connection, act=Act.WITHDRAW).first()
    if found is not None:
        step = DeliveryFlow.take_up if found.state == State.CALLED_OFF else DeliveryFlow.again
        perform(found, step, queued_at=clock.now(), **delivering.anew(found))
        delivering.wake([delivery.connection])
    else:
        delivering.follow([delivery], Act.WITHDRAW)
        found = Delivery.objects.get(release=release, connection=delivery.connection, act=Act.WITHDRAW)
    Destination.objects.update_or_create(
        post=release.post,
        issue=release.issue,
        connection=delivery.connection,
        defaults={"is_on": False, "by": by, "at": clock.now()},
    )
    _record("publishing.delivery.withdraw", delivery, by)
    return found


def _hold(delivery: Delivery) -> None:
    """Hold the text and the line, so that neither a correction nor a worker comes between."""
    about = delivery.release.issue or delivery.release.post
    if about is not None:
        subjects.lock(about)
    delivering.hold_lines([delivery.connection_id])


def _is_taken_back(release: Release) -> bool:
    """Say whether a text was withdrawn; one that is only out of date stays where it went."""
    rows = Release.objects.filter(pk=release.pk)
    taken = Q(post__state=PostState.WITHDRAWN) | Q(issue__state=IssueState.WITHDRAWN)
    return rows.filter(taken).exists()


def _is_withdrawn(release: Release) -> bool:
    """Say whether a text does not go out any more."""
    if release.issue is not None:
        return Release.objects.filter(pk=release.pk).exclude(issue__state=IssueState.PUBLISHED).exists()
    return Release.objects.filter(pk=release.pk).exclude(post__state=PostState.PUBLISHED).exists()


def newest_release(release: Release) -> Release:
    """Return the release whose words stand in public now: this one, or that of the last correction."""
    if release.post_id is None:
        return release
    rows = Release.objects.filter(post=release.post_id, state=ReleaseState.RELEASED)
    return rows.order_by("-released_at", "-pk").first() or release


def _as_it_is_now(delivery: Delivery) -> Delivery:
    """Let a queued text go out as it stands now: not at all once withdrawn, corrected once corrected."""
    if delivery.act == Act.WITHDRAW:
        return delivery
    newest = newest_release(delivery.release)
    is_gone = _is_withdrawn(delivery.release)
    if not is_gone and newest.pk == delivery.release_id:
        return delivery
    perform(delivery, DeliveryFlow.call_off, settled_at=clock.now())
    if is_gone or delivery.act == Act.CORRECT:
        return delivery
    # A correction that waits for it goes out in its place.
    waiting = Delivery.objects.filter(of=delivery, act=Act.CORRECT, release=newest).first()
    if waiting is None:
        delivering.lay_down(newest, [delivery.connection])
    elif waiting.state in {State.QUEUED, State.CALLED_OFF}:
        Delivery.objects.filter(pk=waiting.pk).update(
            act=Act.SEND, of=None, state=State.QUEUED, queued_at=clock.now(), **delivering.anew(waiting)
        )
    return (
        Delivery.objects.filter(release=newest, connection=delivery.connection, act=Act.SEND).first()
        or delivery
    )


def _catch_up(delivery: Delivery) -> None:
    """Send after a text that turns out to stand there what it missed: its correction, or its withdrawal."""
    if delivery.act != Act.SEND:
        return
    release = delivery.release
    if _is_taken_back(release):
        act, newest = Act.WITHDRAW, release
    else:
        act, newest = Act.CORRECT, newest_release(release)
        if newest.pk == release.pk:
            return
    found = Delivery.objects.filter(release=newest, connection=delivery.connection, act=act).first()
    if found is None:
        delivering.lay([Delivery(release=newest, connection=delivery.connection, act=act, of=delivery)])
    elif found.state == State.CALLED_OFF:
        perform(found, DeliveryFlow.take_up, queued_at=clock.now(), **delivering.anew(found))


def _record(verb: str, delivery: Delivery, by: Person, **facts: str) -> None:
    audit.record(
        verb,
        by=by,
        subject=delivery.release.post or delivery.release.issue,
        unit=delivery.connection.unit,
        connection=delivery.connection.name,
        **facts,
    )
