"""Lays deliveries down for the connections of a unit, and takes a person's word on those that stopped."""

from collections.abc import Sequence

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.channels.flow import ConnectionState
from weiting.channels.models import Connection
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Invalid
from weiting.core.flow import perform
from weiting.posts.flow import LISTED, IssueState
from weiting.posts.models import Issue, Post
from weiting.publishing import access
from weiting.publishing.actions import lines
from weiting.publishing.flow import DeliveryFlow, DeliveryState
from weiting.publishing.models import Act, Delivery, Line, Receipt, Release
from weiting.review import subjects
from weiting.review.subjects import Subject
from weiting.units.access import require
from weiting.units.models import Unit


def lay_down(release: Release, connections: Sequence[Connection], *, act: str = Act.SEND) -> int:
    """Lay down a release for connections, in the caller's transaction; those that have it already are left alone."""
    return _lay([Delivery(release=release, connection=each, act=act) for each in connections])


def _lay(rows: list[Delivery]) -> int:
    if not rows:
        return 0
    rows.sort(key=lambda row: row.connection_id)
    known = {row.connection_id: row.connection for row in rows}
    Line.objects.bulk_create(
        [Line(connection_id=pk, kind=each.kind) for pk, each in known.items()], ignore_conflicts=True
    )
    made = Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    # What rests for a person's sake is woken when that is done.
    awake = [pk for pk, each in known.items() if each.state == ConnectionState.LIVE and not each.needs]
    lines.wake(awake)
    return len(made)


def connections_of(unit: Unit) -> list[Connection]:
    """List where a unit's texts go besides the hall; a frozen connection keeps them waiting."""
    states = [ConnectionState.LIVE, ConnectionState.FROZEN]
    return list(Connection.objects.filter(unit=unit, state__in=states).order_by("pk"))


def deliver(release: Release, subject: Subject) -> int:
    """Lay down what a release asks for: the text for each connection, a correction for each place the text went."""
    if release.correction_id is None:
        return lay_down(release, connections_of(subjects.unit_of(subject)))
    # Who has not had the text yet is sent the corrected one instead.
    waiting = _call_off(_sent(release.post, release.issue))
    late = _lay([Delivery(release=release, connection=each.connection) for each in waiting])
    return late + _follow(_sent(release.post, release.issue), Act.CORRECT, release)


def retract(post: Post | None = None, issue: Issue | None = None) -> int:
    """Lay down the withdrawal of a text for every place that has it or may yet get it; what waits is called off."""
    _call_off(_sent(post, issue))
    return _follow(_sent(post, issue), Act.WITHDRAW)


def _sent(post: Post | None, issue: Issue | None) -> QuerySet[Delivery]:
    found = (
        Delivery.objects.filter(release__post=post) if post else Delivery.objects.filter(release__issue=issue)
    )
    return found.filter(act=Act.SEND).select_related("connection", "release").order_by("pk")


def _call_off(sent: QuerySet[Delivery]) -> list[Delivery]:
    waiting = list(sent.filter(state=DeliveryState.QUEUED).select_for_update(of=("self",), no_key=True))
    Delivery.objects.filter(pk__in=[each.pk for each in waiting]).update(
        state=DeliveryState.CALLED_OFF, settled_at=clock.now()
    )
    return waiting


# What has arrived, and what may: the line keeps the order, so what follows comes when that is settled.
WENT = (DeliveryState.SENDING, DeliveryState.IN_DOUBT, DeliveryState.ACCEPTED, DeliveryState.DELIVERED)


def _follow(sent: QuerySet[Delivery], act: str, release: Release | None = None) -> int:
    rows = [
        Delivery(release=release or each.release, connection=each.connection, act=act, of=each)
        for each in sent.filter(state__in=WENT)
    ]
    return _lay(rows)


# What may still be called or asked about.
OPEN = (DeliveryState.QUEUED, DeliveryState.IN_DOUBT, DeliveryState.ACCEPTED)


@action
def confirm_by_hand(delivery: Delivery, *, by: Person, url: str) -> Receipt:
    """Record that a text stands at an address, on a person's word; raises Invalid without one, Conflict if settled."""
    require(by, access.PLAN, delivery.connection.unit)
    if not url.startswith(("https://", "http://")):
        sentence = _("Paste the address at which the text stands, beginning with https://.")
        raise Invalid(sentence, fields={"url": [sentence]})
    perform(delivery, DeliveryFlow.confirm, settled_at=clock.now(), needs="", code="", why="")
    receipt = Receipt.objects.create(
        delivery=delivery, external_id=url[:200], url=url, digest="", way=Receipt.Way.BY_HAND, by=by
    )
    _woken(delivery)
    audit.record(
        "publishing.delivery.confirm",
        by=by,
        subject=delivery.release.post or delivery.release.issue,
        unit=delivery.connection.unit,
        connection=delivery.connection.name,
        url=url,
    )
    return receipt


@action
def send_again(delivery: Delivery, *, by: Person) -> Delivery:
    """Try a refused or given-up delivery again; one in doubt only when a person says that it is not there."""
    require(by, access.PLAN, delivery.connection.unit)
    step = DeliveryFlow.retry if delivery.state == DeliveryState.IN_DOUBT else DeliveryFlow.again
    where = {"needs": "decide"} if step is DeliveryFlow.retry else {}
    perform(
        delivery,
        step,
        where=where,
        queued_at=clock.now(),
        not_before=None,
        attempts=0,
        needs="",
        code="",
        why="",
        settled_at=None,
    )
    _woken(delivery)
    audit.record(
        "publishing.delivery.again",
        by=by,
        subject=delivery.release.post or delivery.release.issue,
        unit=delivery.connection.unit,
        connection=delivery.connection.name,
    )
    return delivery


def standing() -> Q:
    """Return the condition that a delivery carries what is public now: neither withdrawn nor corrected since."""
    return (
        Q(act=Act.WITHDRAW)
        | Q(release__post__state__in=LISTED, release__revision=F("release__post__live"))
        | Q(release__issue__state=IssueState.PUBLISHED)
    )


@action
def resume(connection: Connection, *, by: Person | None) -> int:
    """Let a connection go on after what it needed was done; return how many deliveries wait for it now.

    Whoever calls it has asked who may. What was refused for the same reason goes out as well, unless it was
    withdrawn or corrected since. A connection that is not live only forgets what it needed. Safe to call twice.
    """
    now = clock.now()
    # In the order in which workers lock.
    list(Line.objects.select_for_update().filter(pk=connection.pk))
    held = Connection.objects.select_for_update(of=("self",), no_key=True).get(pk=connection.pk)
    reason, stopped = held.needs, 0
    own = Delivery.objects.filter(connection=held)
    if reason:
        Connection.objects.filter(pk=held.pk).update(needs="", needs_code="", needs_since=None)
        refused = own.filter(standing(), state=DeliveryState.REFUSED, needs=reason)
        stopped = refused.update(
            state=DeliveryState.QUEUED, attempts=0, needs="", code="", why="", settled_at=None
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


def _woken(delivery: Delivery) -> None:
    if delivery.connection.state == ConnectionState.LIVE and not delivery.connection.needs:
        lines.wake([delivery.connection_id])
