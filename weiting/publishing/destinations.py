"""To which channels a text goes: every live one of its unit, unless an editor chose otherwise for this text."""

from collections.abc import Sequence
from dataclasses import dataclass

from weiting.channels.flow import ConnectionState
from weiting.channels.models import Connection
from weiting.channels.words import name_of
from weiting.posts.flow import IssueState, PostState
from weiting.posts.models import Issue, Post
from weiting.publishing.flow import DeliveryState
from weiting.publishing.models import Act, Delivery, Destination
from weiting.units.models import Unit

# A frozen connection keeps what is sent to it waiting.
TAKES = (ConnectionState.LIVE, ConnectionState.FROZEN)


PUBLIC = frozenset({PostState.PUBLISHED, PostState.EXPIRED, IssueState.PUBLISHED})


@dataclass(frozen=True)
class Choice:
    """One channel a text may go to; `is_on` as it stands now."""

    connection: Connection
    is_on: bool

    @property
    def name(self) -> str:
        """Return what people call its kind of channel."""
        return name_of(self.connection.kind)


def connections_of(unit: Unit, others: Sequence[int] = ()) -> list[Connection]:
    """List where a unit's texts may go besides the hall, and those of `others` that sign them with it.

    A frozen connection keeps them waiting.
    """
    return list(Connection.objects.filter(unit__in=[unit.pk, *others], state__in=TAKES).order_by("pk"))


def choices_for(subject: Post | Issue | None, unit: Unit) -> list[Choice]:
    """List the channels of a unit with what is chosen for a text.

    Before its release every one is on until an editor says otherwise; afterwards those to which it went are, not one
    that was connected later.
    """
    found = connections_of(unit, _signers(subject))
    if not found or subject is None:
        return [Choice(each, True) for each in found]
    said, went = _said(subject), _went(subject)
    return [Choice(each, said.get(each.pk, went is None or each.pk in went)) for each in found]


def chosen_for(subject: Post | Issue | None, unit: Unit) -> list[Connection]:
    """List the connections a text goes to at its release."""
    found = connections_of(unit, _signers(subject))
    said = _said(subject) if found and subject is not None else {}
    return [each for each in found if said.get(each.pk, True)]


def reached_by(post: Post) -> list[Connection]:
    """List the connections to which a text was sent: what corrects it goes there."""
    sent = Delivery.objects.filter(release__post=post, act=Act.SEND).exclude(state=DeliveryState.CALLED_OFF)
    return list(Connection.objects.filter(pk__in=sent.values("connection")).order_by("pk"))


def _signers(subject: Post | Issue | None) -> Sequence[int]:
    """List the ids of the units that sign a text together with its own: it goes to their channels too."""
    return subject.signers if isinstance(subject, Post) else ()


def _said(subject: Post | Issue) -> dict[int, bool]:
    rows = (
        Destination.objects.filter(post=subject)
        if isinstance(subject, Post)
        else Destination.objects.filter(issue=subject)
    )
    return dict(rows.values_list("connection", "is_on"))


def _went(subject: Post | Issue) -> set[int] | None:
    """Return where a public text was sent; None while it is not public."""
    if subject.state not in PUBLIC:
        return None
    about = {"release__post" if isinstance(subject, Post) else "release__issue": subject}
    return set(Delivery.objects.filter(**about, act=Act.SEND).values_list("connection", flat=True))
