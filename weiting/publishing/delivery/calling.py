"""One call for one delivery, and how its end is written: the only place that knows all three errors."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

from weiting.channels.models import Connection
from weiting.channels.ports import (
    Action,
    Adapter,
    ChannelError,
    InDoubt,
    Receipt as Given,
    Refused,
    Rendered,
    TryLater,
    Verb,
    Words,
)
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.core.errors import DomainError
from weiting.publishing.actions.lines import Claimed, Settled
from weiting.publishing.delivery.adapters import adapter_of
from weiting.publishing.flow import DeliveryState as State
from weiting.publishing.models import Act, Receipt

# What only a person can find out: the channel cannot be asked.
DECIDE = "decide"
# Seconds between tries when the channel names none; the last one again and again.
BACKOFF = (5.0, 30.0, 120.0, 600.0, 1800.0)
GIVE_UP_AFTER = timedelta(hours=24)
# Seconds after a channel has accepted a text at which it is asked what became of it; then every such last time.
FOLLOW = (60.0, 300.0, 900.0, 3600.0)
# How often a channel that does not answer the question is asked before a person is.
ASKED_MOST = 8


@dataclass(frozen=True)
class Patience:
    """How long is waited: `settle` is how long after a call its text may still appear there although it is not there
    yet, where the channel names no time of its own."""

    settle: timedelta = timedelta(seconds=60)
    backoff: tuple[float, ...] = BACKOFF
    follow: tuple[float, ...] = FOLLOW
    # Of fake channels only, which are as quick: the longest wait, in seconds, whatever rules and answers say.
    longest: float = inf


@dataclass(frozen=True)
class Job:
    """A claimed delivery with all that the call needs; nothing is read from the database after this is made."""

    claimed: Claimed
    connection: Connection
    words: Words
    of: Given | None


@dataclass(frozen=True)
class Asked:
    """A delivery the channel has accepted, whose end is asked for."""

    claimed: Claimed
    connection: Connection
    given: Given


def call(job: Job, wire: Wire, patience: Patience) -> Settled:
    """Make the call a delivery asks for; every way it can end is a `Settled`."""
    claimed = job.claimed
    if claimed.act != Act.SEND and job.of is None:
        # What it follows was refused there: nothing to correct or to take back.
        return Settled(claimed, State.CALLED_OFF, None, "nothing_there")
    try:
        return _called(job, adapter_of(job.connection, wire), patience)
    except TryLater as error:
        return _later(claimed, error.after, error.why, patience)
    except Refused as error:
        if error.whole_account:
            with_ = job.connection
            return Settled(
                claimed,
                State.QUEUED,
                None,
                error.code,
                error.why,
                error.action,
                rests=True,
                called_with=with_,
            )
        return Settled(claimed, State.REFUSED, None, error.code, error.why, error.action)
    except InDoubt as error:
        return _in_doubt(claimed, str(error), patience)
    except DomainError as error:
        # Ours, before anything was called: a key or a file that is missing on this machine.
        return _later(claimed, 0.0, str(error.message), patience)


def _called(job: Job, adapter: Adapter, patience: Patience) -> Settled:
    claimed = job.claimed
    if Verb.SEND not in adapter.can:
        # Nothing was or will be called: it waits for a person, and the others of the line go on.
        return Settled(claimed, State.QUEUED, None, "by_hand", "", Action.BY_HAND)
    sent = adapter.render(job.words)
    # Taking back twice is taking back once: only what would double is asked about.
    if claimed.state == State.IN_DOUBT and Verb.REPEAT not in adapter.can and claimed.act != Act.WITHDRAW:
        return _look_up(job, adapter, sent, patience)
    return _arrived(job, _do(job, adapter, sent), sent, Receipt.Way.INTERFACE, patience)


def _do(job: Job, adapter: Adapter, sent: Rendered) -> Given:
    key, act = job.claimed.key, job.claimed.act
    if act == Act.SEND:
        return adapter.send(sent, key)
    if job.of is None:
        raise AssertionError("what follows a text is laid down only where that text has a receipt")
    if act == Act.CORRECT:
        return adapter.correct(job.of, sent, key)
    adapter.withdraw(job.of, key)
    return Given(job.of.external_id, job.of.url, clock.now())


def ask(asked: Asked, wire: Wire, patience: Patience) -> Settled:
    """Ask what became of an accepted text; every way that can end is a `Settled`."""
    claimed, after, why = asked.claimed, 0.0, ""
    try:
        found = adapter_of(asked.connection, wire).follow(asked.given)
        if found is not None:
            receipt = Receipt(
                delivery_id=claimed.id,
                external_id=found.external_id[:200],
                url=found.url[:500],
                at=found.at or clock.now(),
            )
            return Settled(claimed, State.DELIVERED, receipt=receipt)
    except Refused as error:
        if not error.whole_account:
            return Settled(claimed, State.REFUSED, None, error.code, error.why, error.action)
        # Nothing is said of the text: it is asked about again when the account is well.
        at = clock.now() + timedelta(seconds=patience.follow[0])
        with_ = asked.connection
        return Settled(
            claimed, State.ACCEPTED, at, error.code, error.why, error.action, rests=True, called_with=with_
        )
    except TryLater as error:
        after, why = error.after, error.why
    except InDoubt as error:
        why = str(error)
    except DomainError as error:
        why = str(error.message)
    age = clock.now() - claimed.called_at
    if age > GIVE_UP_AFTER:
        return Settled(claimed, State.GAVE_UP, None, "unsettled", asked.given.external_id, DECIDE)
    return Settled(claimed, State.ACCEPTED, _ask_at(age, after, patience), "", why)


def _ask_at(age: timedelta, after: float, patience: Patience) -> datetime:
    past = age.total_seconds()
    wait = next((each - past for each in patience.follow if each > past), patience.follow[-1])
    return clock.now() + timedelta(seconds=max(min(after, patience.longest), wait))


def _look_up(job: Job, adapter: Adapter, sent: Rendered, patience: Patience) -> Settled:
    """Ask the channel for a text whose answer was lost; only its clear word lets it be sent again."""
    claimed = job.claimed
    if Verb.LOOK_UP not in adapter.can or claimed.act != Act.SEND:
        return Settled(claimed, State.IN_DOUBT, None, "unknown", "", DECIDE)
    try:
        found = adapter.look_up(sent, claimed.key, claimed.called_at)
    except ChannelError as error:
        if not isinstance(error, InDoubt) or error.lasts is None:
            return _unanswered(job, error, patience)
        # The channel's own measure, in which it may yet appear any moment: it is asked more than once.
        settled_by = claimed.called_at + timedelta(seconds=min(error.lasts, patience.longest))
        again = min(settled_by, clock.now() + timedelta(seconds=_wait(claimed.attempts, patience)))
    else:
        if found is not None:
            return _arrived(job, found, sent, Receipt.Way.LOOKED_UP, patience)
        settled_by = again = claimed.called_at + patience.settle
    if clock.now() < settled_by:
        # It may still be on its way in there: not there yet is not "never".
        return Settled(claimed, State.IN_DOUBT, again, "asked", "")
    return Settled(claimed, State.QUEUED, None, "", "")


def _unanswered(job: Job, error: ChannelError, patience: Patience) -> Settled:
    """The doubt stays, whatever came of the question; a person is asked when asking on is of no use."""
    claimed = job.claimed
    if isinstance(error, TryLater):
        return _in_doubt(claimed, error.why, patience, error.after)
    if isinstance(error, Refused):
        # That it may not be asked says nothing of what the channel has.
        needs = error.action if error.whole_account else DECIDE
        return Settled(
            claimed,
            State.IN_DOUBT,
            None,
            error.code,
            error.why,
            needs,
            rests=error.whole_account,
            called_with=job.connection,
        )
    if claimed.attempts >= ASKED_MOST:
        return Settled(claimed, State.IN_DOUBT, None, "unknown", str(error), DECIDE)
    return _in_doubt(claimed, str(error), patience)


def _arrived(job: Job, given: Given, sent: Rendered, way: str, patience: Patience) -> Settled:
    claimed = job.claimed
    receipt = Receipt(
        delivery_id=claimed.id,
        external_id=given.external_id[:200],
        url=given.url[:500],
        at=given.at or clock.now(),
        digest=sent.digest,
        way=way,
    )
    if given.is_final:
        return Settled(claimed, State.DELIVERED, receipt=receipt)
    at = clock.now() + timedelta(seconds=patience.follow[0])
    return Settled(claimed, State.ACCEPTED, at, receipt=receipt)


def _later(claimed: Claimed, after: float, why: str, patience: Patience) -> Settled:
    if clock.now() - claimed.queued_at > GIVE_UP_AFTER:
        if claimed.state == State.IN_DOUBT:
            # It may have arrived: nobody but a person says whether it is sent again.
            return Settled(claimed, State.IN_DOUBT, None, "unknown", why, DECIDE)
        return Settled(claimed, State.GAVE_UP, None, "late", why)
    wait = max(min(after, patience.longest), _wait(claimed.attempts, patience))
    # In doubt stays in doubt: that the channel has no time now says nothing of what it has.
    state = State.IN_DOUBT if claimed.state == State.IN_DOUBT else State.QUEUED
    return Settled(claimed, state, clock.now() + timedelta(seconds=wait), "later", why)


def _in_doubt(claimed: Claimed, why: str, patience: Patience, after: float = 0.0) -> Settled:
    if clock.now() - max(claimed.called_at, claimed.queued_at) > GIVE_UP_AFTER:
        # What stands behind it has waited long enough, and nobody knows of it but us.
        return Settled(claimed, State.IN_DOUBT, None, "unknown", why, DECIDE)
    wait = max(min(after, patience.longest), _wait(claimed.attempts, patience))
    return Settled(claimed, State.IN_DOUBT, clock.now() + timedelta(seconds=wait), "unknown", why)


def fault(claimed: Claimed, error: Exception, patience: Patience) -> Settled:
    """Say how a call ended that failed by our own fault: what became of it nobody knows, in the end a person is asked.

    What is written names the kind of fault only: the rest is the log's, for a secret may stand in it.
    """
    why, at = type(error).__name__, clock.now() + patience.settle
    if claimed.follows:
        if clock.now() - claimed.called_at > GIVE_UP_AFTER:
            return Settled(claimed, State.GAVE_UP, None, "unsettled", why, DECIDE)
        return Settled(claimed, State.ACCEPTED, at, "fault", why)
    if claimed.attempts >= ASKED_MOST:
        return Settled(claimed, State.IN_DOUBT, None, "faults", why, DECIDE)
    return Settled(claimed, State.IN_DOUBT, at, "fault", why)


def _wait(attempts: int, patience: Patience) -> float:
    return patience.backoff[min(attempts, len(patience.backoff)) - 1]
