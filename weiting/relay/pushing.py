"""Tells the systems of asked units that there is a call; whoever misses it finds it by asking for the list."""

import logging
from json import dumps

from weiting.channels.ports import ChannelError
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.core.errors import DomainError
from weiting.relay import signing, systems
from weiting.relay.flow import AskState
from weiting.relay.models import Call

logger = logging.getLogger(__name__)


def push(call_id: int, wire: Wire) -> int:
    """Call each system once, with event `relay_asked`; return how many answered. A miss is no harm: the list stands."""
    call = Call.objects.select_related("unit", "post__unit", "post__live").get(pk=call_id)
    asks = {
        ask.unit_id: ask
        for ask in call.asks.filter(state=AskState.ASKED).select_related("unit").order_by("pk")
    }
    reached = 0
    for connection in systems.of_call(call):
        ask = asks.get(connection.unit_id)
        if ask is None:
            continue
        ask.call = call
        key, at = f"relay-{ask.public_id}", int(clock.now().timestamp())
        body = dumps(
            {"event": "relay_asked", "key": key, "at": at, **systems.said_of(ask)}, ensure_ascii=False
        ).encode()
        try:
            secret = systems.secret_of(connection)
            reply = wire.call(
                "POST",
                connection.base,
                acts=True,
                content=body,
                headers={
                    "Content-Type": "application/json; charset=utf-8",
                    "Weiting-Key": key,
                    "Weiting-Connection": connection.public_id,
                    "Weiting-Signature": signing.header(secret, body, at),
                },
            )
            reached += 200 <= reply.status < 300
        except (ChannelError, DomainError) as error:
            logger.info("The system of %s was not told of a call: %s", connection.unit, type(error).__name__)
    return reached
