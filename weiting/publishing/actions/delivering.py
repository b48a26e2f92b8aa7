"""Lays deliveries down: a text for the channels chosen for it, and what follows it to every place it went.

The lines are locked first, always, as workers do: while they are held no call of theirs begins or is written.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from weiting import audit
from weiting.accounts.models import Person
from weiting.channels.flow import ConnectionState
from weiting.channels.models import Connection
from weiting.channels.ports import Action
from weiting.core import clock
from weiting.core.actions import action
from weiting.posts.flow import IssueState, PostState
from weiting.posts.models import Issue, Post
from weiting.publishing import destinations
from weiting.publishing.actions import lines
from weiting.publishing.flow import DeliveryState as State
from weiting.publishing.models import Act, Delivery, Line, Release
from weiting.review import subjects
from weiting.review.subjects import Subject

# What may still be called or asked about.
OPEN = (State.QUEUED, State.IN_DOUBT, State.ACCEPTED)
# What has arrived, and what may: the line keeps the order, so what follows comes when that is settled.
WENT = (State.SENDING, State.IN_DOUBT, State.ACCEPTED, State.DELIVERED)
# What needs a person to find out whether it arrived.
DECIDE = "decide"
# Of what did not go out before its channel was closed.
CLOSED = "closed"
# What goes on is new: its tries, its wait and what people were told count from now.
ANEW: dict[str, Any] = {
    "not_before": None,
    "attempts": 0,
    "needs": "",
    "code": "",
    "why": "",
    "settled_at": None,
    "told_at": None,
}


def lay_down(release: Release, connections: Sequence[Connection], *, act: str = Act.SEND) -> int:
    """Lay down a release for connections, in the caller's transaction; those that have it already are left alone."""
    return lay([Delivery(release=release, connection=each, act=act) for each in connections])


@transaction.atomic
def lay(rows: list[Delivery]) -> int:
    """Lay deliveries down and wake their lines, in the caller's transaction; return how many."""
    if not rows:
        return 0
    rows.sort(key=lambda row: row.connection_id)
    known = {row.connection_id: row.connection for row in rows}
    Line.objects.bulk_create(
        [Line(connection_id=pk, kind=each.kind) for pk, each in known.items()], ignore_conflicts=True
    )
    # Whoever closes a channel holds its line: only now is it sure whether it is closed.
    hold_lines(known)
    ended = set(
        Connection.objects.filter(pk__in=known, state=ConnectionState.ENDED).values_list("pk", flat=True)
    )
    for each in rows:
        if each.connection_id in ended:
            # The text may stand there, and nothing goes there any more: somebody sees to it.
            each.needs, each.code = Action.BY_HAND, CLOSED
    made = Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    wake(known.values())
    return len(made)


def wake(connections: Iterable[Connection]) -> None:
    """Wake the lines of connections, held by the caller; what rests for a person's sake is woken when that is done."""
    # As they are now: one may have been put to rest since the caller read it.
    live = Connection.objects.filter(
        pk__in=[each.pk for each in connections], state=ConnectionState.LIVE, needs=""
    )
    awake = list(live.values_list("pk", flat=True))
    if awake:
        lines.wake(awake)


def hold_lines(connections: Iterable[int]) -> None:
    """Lock lines until the transaction ends: meanwhile nothing of theirs is taken, and no end written."""
    wanted = sorted(set(connections))
    if wanted:
        list(Line.objects.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk"))


def deliver(release: Release, subject: Subject) -> int:
    """Lay down what a release asks for: the text for each channel chosen, a correction for each place it went."""
    chosen = destinations.chosen_for(release.post or release.issue, subjects.unit_of(subject))
    if release.correction_id is None:
        return lay_down(release, chosen)
    sent = held_sent(release.post, release.issue)
    has_it = [each for each in sent if is_there(each, sent)]
    has_it_at = {each.connection_id for each in has_it}
    # Who was to have the text and has not got it is sent the corrected one instead.
    late = [each for each in sent if each.act == Act.SEND and each.connection_id not in has_it_at]
    late = [each for each in late if not _is_unknown(each)]
    wanted = {each.pk for each in chosen}
    again = {each.connection_id: each.connection for each in late if each.connection_id in wanted}
    _call_off([each for each in sent if _waits(each)] + [each for each in late if _stopped(each)])
    laid = lay([Delivery(release=release, connection=each) for each in again.values()])
    return laid + follow(has_it, Act.CORRECT, release)


def retract(post: Post | None = None, issue: Issue | None = None) -> int:
    """Lay down the withdrawal of a text for every place that has it or may yet get it; what waits is called off."""
    sent = held_sent(post, issue)
    over = [each for each in sent if each.act != Act.WITHDRAW and (_waits(each) or _stopped(each))]
    _call_off(over)
    there = [each for each in sent if is_there(each, sent)]
    # One that was refused, given up or left when it was only to be taken back there is made after all.
    again = {each.pk for each in there}
    taken = take_up([each for each in sent if each.act == Act.WITHDRAW and each.of_id in again])
    return taken + follow(there, Act.WITHDRAW)


def take_up(rows: Collection[Delivery]) -> int:
    """Let what had ended go on, on lines the caller holds: at a channel that is closed by somebody's hand."""
    now = clock.now()
    for each in rows:
        Delivery.objects.filter(pk=each.pk).update(state=State.QUEUED, queued_at=now, **anew(each))
    wake([each.connection for each in rows])
    return len(rows)


def anew(delivery: Delivery) -> dict[str, Any]:
    """Return what is written of a delivery that begins anew; nothing goes out by itself where the channel is closed."""
    if Connection.objects.filter(pk=delivery.connection_id, state=ConnectionState.ENDED).exists():
        return {**ANEW, "needs": Action.BY_HAND, "code": CLOSED}
    return ANEW


def call_off_waiting(post: Post) -> None:
    """Call off what still waits of a text that is out of date; where it went it stays."""
    _call_off([each for each in held_sent(post, None) if _waits(each)])


def held_sent(post: Post | None, issue: Issue | None) -> list[Delivery]:
    """Lock the lines of a text's deliveries and list all of them in order, as they stand then."""
    found = deliveries_of(post, issue)
    hold_lines(found.values_list("connection", flat=True))
    return list(found.select_related("connection", "release").order_by("pk"))


def deliveries_of(post: Post | None, issue: Issue | None) -> QuerySet[Delivery]:
    """Return every delivery of a text: of its release, its corrections and its withdrawal."""
    about = Q(release__post=post) if post is not None else Q(release__issue=issue)
    return Delivery.objects.filter(about)


def is_there(sent: Delivery, all_sent: Iterable[Delivery]) -> bool:
    """Say whether a text stands on a channel by this sending, or may: it went, and nothing has taken it back since."""
    if sent.act != Act.SEND or sent.state not in WENT:
        return False
    ends = (State.REFUSED, State.GAVE_UP, State.CALLED_OFF)
    return not any(
        each.of_id == sent.pk and each.act == Act.WITHDRAW and each.state not in ends for each in all_sent
    )


def _waits(each: Delivery) -> bool:
    return each.state == State.QUEUED and each.act != Act.WITHDRAW


def _stopped(each: Delivery) -> bool:
    return each.state in {State.REFUSED, State.GAVE_UP} and not _is_unknown(each)


def _is_unknown(each: Delivery) -> bool:
    return each.state == State.GAVE_UP and each.needs == DECIDE


def _call_off(rows: list[Delivery]) -> None:
    Delivery.objects.filter(
        pk__in=[each.pk for each in rows], state__in=[State.QUEUED, State.REFUSED, State.GAVE_UP]
    ).update(state=State.CALLED_OFF, settled_at=clock.now(), needs="")


def follow(sent: Sequence[Delivery], act: str, release: Release | None = None) -> int:
    """Lay down what follows texts to where they went: a correction, or a withdrawal."""
    return lay(
        [
            Delivery(release=release or each.release, connection=each.connection, act=act, of=each)
            for each in sent
        ]
    )


def standing() -> Q:
    """Return the condition that a delivery carries what is public now: neither withdrawn nor corrected since."""
    return (
        Q(act=Act.WITHDRAW)
        | Q(release__post__state=PostState.PUBLISHED, release__revision=F("release__post__live"))
        | Q(release__issue__state=IssueState.PUBLISHED)
    )


@action
def resume(connection: Connection, *, by: Person | None) -> int:
    """Let a connection go on after what it needed was done; return how many deliveries wait for it now.

    Whoever calls it has asked who may. What was refused for the same reason goes out as well, unless it was
    withdrawn or corrected since. A connection that is not live only forgets what it needed. Safe to call twice.
    """
    now = clock.now()
    hold_lines([connection.pk])
    held = Connection.objects.select_for_update(of=("self",), no_key=True).get(pk=connection.pk)
    reason, stopped = held.needs, 0
    own = Delivery.objects.filter(connection=held)
    if reason:
        Connection.objects.filter(pk=held.pk).update(needs="", needs_code="", needs_since=None)
        refused = own.filter(standing(), state=State.REFUSED, needs=reason)
        stopped = refused.update(
            state=State.QUEUED, attempts=0, needs="", code="", why="", settled_at=None, told_at=None
        )
        own.filter(state__in=OPEN, needs="").update(not_before=now)
    # A text is given up a day after it was queued: the days the account was at rest do not count.
    waiting = own.filter(state__in=OPEN, needs="").update(queued_at=now)
    connection.needs, connection.needs_code, connection.needs_since = "", "", None
    if held.state == ConnectionState.LIVE:
        lines.wake([held.pk])
    if reason:
        audit.record(
            "publishing.connection.resume",
            by=by,
            subject=held,
            unit=held.unit,
            connection=held.name,
            reason=reason,
            waiting=waiting,
            stopped=stopped,
        )
    return waiting
