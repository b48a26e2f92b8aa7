"""What went to a connection and what waits for it: counted for lists, listed for its page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from weiting.channels.models import Connection
from weiting.publishing.flow import DeliveryState as State
from weiting.publishing.models import Delivery

# What is not over: waits, is under way, or needs a person.
OPEN = (State.QUEUED, State.SENDING, State.IN_DOUBT, State.ACCEPTED)


@dataclass(frozen=True)
class Waiting:
    """How much of a connection is not over: `waits` goes on by itself, `needs` a person."""

    waits: int = 0
    needs: int = 0

    @property
    def total(self) -> int:
        """Return all of it."""
        return self.waits + self.needs


def waiting_at(connections: Iterable[Connection]) -> dict[int, Waiting]:
    """Count what is not over, for each of these connections, in one query."""
    rows = (
        Delivery.objects.filter(connection__in=[each.pk for each in connections])
        .filter(Q(state__in=OPEN) | Q(state__in=[State.REFUSED, State.GAVE_UP]) | ~Q(needs=""))
        .values_list("connection")
        .annotate(
            waits=Count("pk", filter=Q(state__in=OPEN, needs="")),
            needs=Count("pk", filter=Q(state__in=[State.REFUSED, State.GAVE_UP]) | ~Q(needs="")),
        )
    )
    return {pk: Waiting(waits, needs) for pk, waits, needs in rows}


def last_arrived(connections: Iterable[Connection]) -> dict[int, datetime]:
    """Return when something last arrived at each of these connections, in one query."""
    newest = (
        Delivery.objects.filter(connection=OuterRef("pk"), state=State.DELIVERED)
        .order_by("-queued_at", "-id")
        .values("settled_at")[:1]
    )
    rows = Connection.objects.filter(pk__in=[each.pk for each in connections]).annotate(at=Subquery(newest))
    return {pk: at for pk, at in rows.values_list("pk", "at") if at is not None}


def waiting_list(connection: Connection, most: int = 200) -> list[Delivery]:
    """List what is not over at a connection, oldest first."""
    return list(
        with_texts(Delivery.objects.filter(connection=connection, state__in=OPEN)).order_by("pk")[:most]
    )


def arrived_list(connection: Connection, most: int = 20) -> list[Delivery]:
    """List what arrived at a connection last, with its receipts."""
    found = Delivery.objects.filter(connection=connection, state=State.DELIVERED)
    return list(with_texts(found).select_related("receipt__by").order_by("-pk")[:most])


def with_texts(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Read the texts along with their deliveries."""
    return rows.select_related("release__post", "release__revision", "release__issue", "release__correction")


def title_of(delivery: Delivery) -> str:
    """Return the title of the text a delivery carries."""
    release = delivery.release
    if release.issue is not None:
        return release.issue.title
    return release.revision.title if release.revision is not None else ""


@dataclass(frozen=True)
class Titled:
    """A delivery with the title of what it carries."""

    delivery: Delivery
    title: str


def titled(rows: Iterable[Delivery]) -> list[Titled]:
    """Return deliveries with the titles of their texts, which have been read along."""
    return [Titled(each, title_of(each)) for each in rows]
