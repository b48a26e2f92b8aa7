"""Deliveries and accounts in words: how each stands, why it waits, what a person has to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from weiting.channels import words
from weiting.channels.flow import ConnectionState
from weiting.channels.models import Connection
from weiting.core import clock
from weiting.publishing.actions.delivering import DECIDE
from weiting.publishing.flow import DeliveryState as State
from weiting.publishing.models import Delivery
from weiting.publishing.reach import Reach

WAITING = frozenset({State.SENDING, State.IN_DOUBT, State.QUEUED, State.ACCEPTED})


@dataclass(frozen=True)
class Row:
    """One delivery in words; `after` are the corrections and the withdrawal that followed it."""

    delivery: Delivery
    after: Sequence["Row"] = ()
    # Whether the text stands there by this delivery, or may.
    is_there: bool = False
    # Where one text has many readers kept here: how many of them have it.
    reach: Reach | None = None

    @property
    def kind(self) -> str:
        """Return the kind of channel."""
        return self.delivery.connection.kind

    @property
    def channel(self) -> str:
        """Return what people call that kind."""
        return words.name_of(self.kind)

    @property
    def title(self) -> str:
        """Return the title of the text as it was released."""
        release = self.delivery.release
        return release.issue.title if release.issue else release.revision.title if release.revision else ""

    @property
    def page(self) -> str:
        """Return the desk's page of where the text went."""
        release = self.delivery.release
        if release.issue is not None:
            return f"/desk/deliveries/issue/{release.issue.public_id}/"
        return f"/desk/deliveries/text/{release.post.public_id}/" if release.post is not None else ""

    @property
    def stopped(self) -> bool:
        """Whether it goes on only by a person's word."""
        return self.delivery.state in {State.REFUSED, State.GAVE_UP} or bool(self.delivery.needs)

    @property
    def asks(self) -> bool:
        """Whether nobody knows if it arrived, and a person is to look."""
        return self.delivery.needs == DECIDE and self.delivery.state in {State.IN_DOUBT, State.GAVE_UP}

    @property
    def says(self) -> str:
        """Say how it stands."""
        found = self.delivery
        return words.outcome(
            found.state, code=found.code, kind=self.kind, needs=found.needs, why=found.why, act=found.act
        )

    @property
    def need(self) -> str:
        """Say what a person has to do; "" when nothing."""
        found = self.delivery
        if self.stopped:
            return words.need(found.needs, found.code, self.kind, found.act) or _(
                "Send it again, or leave it."
            )
        line = found.connection
        if line.needs and found.state in WAITING:
            return words.need(line.needs, line.needs_code, self.kind)
        return ""

    @property
    def waits_for(self) -> str:
        """Say why what waits has not gone out yet."""
        found, line = self.delivery, self.delivery.connection
        if self.stopped or found.state not in WAITING:
            return ""
        if line.state == ConnectionState.FROZEN:
            return _("The channel is at rest; it goes out when the channel is live again.")
        if line.needs:
            return words.matter(line.needs_code, self.kind) or _("The whole account waits for somebody.")
        if found.state == State.QUEUED and found.not_before is None:
            return _("Its turn comes after what stands before it for this account.")
        return ""

    @property
    def next_at(self) -> datetime | None:
        """Return when it is looked at again by itself, where that is known."""
        found = self.delivery
        is_waiting = found.state in {State.QUEUED, State.IN_DOUBT, State.ACCEPTED} and not self.stopped
        at = found.not_before if is_waiting and not found.connection.needs else None
        return at if at is not None and at > clock.now() else None

    @property
    def tone(self) -> str:
        """Return the word by which the page tells how grave it is."""
        if self.asks:
            return "late"
        return "late" if self.stopped else str(self.delivery.state)


@dataclass(frozen=True)
class Resting:
    """An account of which nothing goes out before somebody has done what it needs."""

    connection: Connection
    waiting: int

    @property
    def channel(self) -> str:
        """Return what people call its kind."""
        return words.name_of(self.connection.kind)

    @property
    def says(self) -> str:
        """Say what is the matter."""
        line = self.connection
        if line.state == ConnectionState.FROZEN and not line.needs:
            return _("At rest by somebody's word.")
        return words.matter(line.needs_code, line.kind)

    @property
    def need(self) -> str:
        """Say what a person has to do."""
        line = self.connection
        return words.need(line.needs, line.needs_code, line.kind) if line.needs else ""


@dataclass(frozen=True)
class Health:
    """One account of the overview: how much stopped, how much waits, when something last arrived, and the matter."""

    connection: Connection
    stopped: int
    waiting: int
    last: datetime | None = None

    @property
    def channel(self) -> str:
        """Return what people call its kind."""
        return words.name_of(self.connection.kind)

    @property
    def says(self) -> str:
        """Say what is the matter, or nothing."""
        line = self.connection
        return words.matter(line.needs_code, line.kind) if line.needs else ""
