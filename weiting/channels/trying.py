"""Tests a connection: one call that nobody notices, and its end in words. Nothing is held while it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from weiting.channels import kinds, registry
from weiting.channels.models import Connection
from weiting.channels.opening import settings_of
from weiting.channels.ports import Action, InDoubt, Probes, Refused, TryLater, Verb
from weiting.channels.quotas import metered
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.core.errors import DomainError

# Nothing is called: somebody puts each text there, or its readers are kept here.
NOT_TRIED = "not_tried"


@dataclass(frozen=True)
class Trial:
    """How a test ended: `code` is ok, not_tried, or what was the matter; `name` as whom the channel knows us."""

    code: str = "ok"
    needs: str = ""
    why: str = ""
    name: str = ""
    named: Mapping[str, str] = field(default_factory=dict)
    expires_at: datetime | None = None


def try_out(connection: Connection, wire: Wire) -> Trial:
    """Make the call a channel offers for it; every way it can end is a `Trial`."""
    if not kinds.kind_of(connection.kind).asks_base:
        return Trial(NOT_TRIED)
    try:
        adapter = registry.adapter(connection.kind, settings_of(connection), metered(connection, wire))
        if Verb.PROBE not in adapter.can:
            return Trial(NOT_TRIED)
        found = cast(Probes, adapter).probe()
    except TryLater as error:
        return Trial("later", Action.SETTINGS if error.whole_account else "", error.why)
    except Refused as error:
        return Trial(error.code, error.action, error.why)
    except InDoubt as error:
        return Trial("no_answer", Action.SETTINGS, str(error))
    except DomainError as error:
        return Trial(error.code, Action.SETTINGS, str(error.message))
    ends = clock.now() + timedelta(seconds=found.ends_in) if found.ends_in is not None else None
    return Trial(name=found.name, named=found.values, expires_at=ends)
