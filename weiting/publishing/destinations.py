"""To which channels a text goes: every live one of its unit, unless an editor chose otherwise for this text."""

from collections.abc import Sequence
from dataclasses import dataclass

from weiting.channels.flow import ConnectionState
from weiting.channels.models import Connection
from weiting.channels.words import name_of
from weiting.posts.models import Issue, Post
from weiting.publishing.models import Destination
from weiting.units.models import Unit

# A frozen connection keeps what is sent to it waiting.
TAKES = (ConnectionState.LIVE, ConnectionState.FROZEN)


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
    """List the channels of a unit with what is chosen for a text; every one is on until an editor says otherwise."""
    found = connections_of(unit, subject.signers if isinstance(subject, Post) else ())
    said = _said(subject) if found and subject is not None else {}
    return [Choice(each, said.get(each.pk, True)) for each in found]


def chosen_for(subject: Post | Issue | None, unit: Unit) -> list[Connection]:
    """List the connections a text goes to."""
    return [each.connection for each in choices_for(subject, unit) if each.is_on]


def _said(subject: Post | Issue) -> dict[int, bool]:
    rows = (
        Destination.objects.filter(post=subject)
        if isinstance(subject, Post)
        else Destination.objects.filter(issue=subject)
    )
    return dict(rows.values_list("connection", "is_on"))
