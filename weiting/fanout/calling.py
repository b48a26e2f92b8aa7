"""One call for one copy, and how its end is written."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from weiting.channels.ports import InDoubt, Refused, TryLater
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.fanout.actions.rows import Claimed, Settled
from weiting.fanout.flow import CopyState as State
from weiting.fanout.postmen import Gone, Postman

MINUTE, HOUR = 60.0, 3600.0


@dataclass(frozen=True)
class Patience:
    """Seconds until a host that was not reached is asked again, an address of a host that is well likewise, the last
    one again and again; and when nobody asks any more."""

    hosts: tuple[float, ...] = (30.0, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR)
    addresses: tuple[float, ...] = (MINUTE, 10 * MINUTE, HOUR, 6 * HOUR)
    give_up: timedelta = timedelta(days=5)


def call(claimed: Claimed, postman: Postman, packed: Any, wire: Wire, patience: Patience) -> Settled:
    """Make one call; every way it can end is a `Settled`."""
    try:
        postman.deliver(packed, claimed.letter, wire)
    except TryLater as error:
        return _later(claimed, error, patience)
    except Refused as error:
        is_gone = isinstance(error, Gone)
        return Settled(claimed, State.REFUSED, None, error.code, error.why, is_well=True, is_gone=is_gone)
    except InDoubt as error:
        if postman.repeats:
            return _later(claimed, TryLater(0.0, str(error), whole_account=True), patience)
        return Settled(claimed, State.IN_DOUBT, None, "unknown", str(error))
    return Settled(claimed, State.SENT, is_well=True)


def _later(claimed: Claimed, error: TryLater, patience: Patience) -> Settled:
    if clock.now() - claimed.since > patience.give_up:
        ill = error.whole_account
        return Settled(claimed, State.GAVE_UP, None, "late", error.why, is_ill=ill, after=error.after)
    if error.whole_account:
        # The host rests as a whole; the copy keeps its place in the order.
        return Settled(claimed, State.WAITING, None, "later", error.why, is_ill=True, after=error.after)
    wait = max(error.after, patience.addresses[min(claimed.attempt, len(patience.addresses)) - 1])
    return Settled(claimed, State.WAITING, clock.now() + timedelta(seconds=wait), "later", error.why)
