"""The systems of units' own: the webhook connections through which a unit is told of calls and answers them."""

from typing import Any

from django.conf import settings

from weiting.audit.chain import moment
from weiting.channels.flow import ConnectionState
from weiting.channels.models import Connection
from weiting.channels.opening import secrets_of
from weiting.relay.models import Ask, Call
from weiting.relay.words import address_of

KIND = "webhook"


def connection_of(public_id: str) -> Connection | None:
    """Return a live webhook connection by its id."""
    rows = Connection.objects.filter(public_id=public_id, kind=KIND, state=ConnectionState.LIVE)
    return rows.select_related("unit").first()


def secret_of(connection: Connection) -> str:
    """Return the secret shared with a unit's system, "" where there is none; raise Unavailable if it stays sealed."""
    return secrets_of(connection).get("secret", "")


def said_of(ask: Ask) -> dict[str, Any]:
    """Return a call as a unit's system reads it. `ask` has its call, the call's post, and both units at hand."""
    call = ask.call
    live = call.post.live
    base = settings.PUBLIC_URL.rstrip("/")
    return {
        "format": "weiting-relay/1",
        "call": call.public_id,
        "state": call.state,
        "answer": ask.state,
        "asked_by": {"id": call.unit.public_id, "name": call.unit.short_name},
        "unit": {"id": ask.unit.public_id, "name": ask.unit.short_name},
        "source": {
            "post": call.post.public_id,
            "url": address_of(call.post),
            "title": live.title if live else "",
            "hash": live.content_hash if live else "",
            "unit": call.post.unit.short_name,
        },
        "reason": call.reason,
        "line": call.line,
        "opened_at": moment(call.opened_at),
        "due_at": moment(call.due_at),
        "required_by": call.required_by,
        "required_number": call.required_number,
        "answer_to": f"{base}/relay/v1/calls/{call.public_id}/answer",
    }


def of_call(call: Call) -> list[Connection]:
    """List the live systems of the units a call asks."""
    rows = Connection.objects.filter(
        unit__in=call.asks.values("unit"), kind=KIND, state=ConnectionState.LIVE, needs=""
    )
    return list(rows.select_related("unit").order_by("pk"))
