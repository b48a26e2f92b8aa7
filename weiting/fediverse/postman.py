"""Delivers activities to inboxes: signed anew for each call, by the account that speaks."""

import json
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from weiting.channels.ports import Action, Refused, TryLater
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.fanout.postmen import Gone, Letter
from weiting.fediverse import addresses, keys, signing
from weiting.fediverse.actions.dropping import drop_followers
from weiting.fediverse.models import Actor

# How often an inbox that is not there, or that does not believe us, is tried before that is believed.
TRIES = 5


@dataclass(frozen=True)
class Packed:
    """One activity as every inbox gets it: its bytes, their digest, and who signs."""

    body: bytes
    digest: str
    key_id: str
    key: RSAPrivateKey


class Postman:
    """Carries the copies of the kind "activitypub". An activity has an address of its own: twice is once."""

    repeats = True
    at_host = 4
    at_once = 48

    def pack(self, payload: dict[str, Any]) -> Packed:
        """Write an activity down and open its actor's key."""
        actor = Actor.objects.get(pk=payload["actor"])
        body = json.dumps(payload["activity"], ensure_ascii=False, separators=(",", ":")).encode()
        number = addresses.key_id(actor.handle, actor.key_number)
        return Packed(body, signing.digest_of(body), number, keys.private_of(actor))

    def deliver(self, packed: Any, letter: Letter, wire: Wire) -> None:
        """Call an inbox; raise TryLater, Refused or Gone unless it takes the activity."""
        headers = signing.sign(
            "POST", letter.target, packed.key_id, packed.key, clock.now(), packed.body, digest=packed.digest
        )
        try:
            reply = wire.call("POST", letter.target, acts=False, content=packed.body, headers=headers)
        except TryLater as error:
            raise TryLater(error.after, error.why, whole_account=True) from error
        if 200 <= reply.status < 300:
            return
        if reply.status == 410:
            raise Gone("410")
        if reply.status in {401, 404, 408, 425} and letter.attempt < TRIES:
            raise TryLater(0.0, str(reply.status))
        if reply.status == 404:
            raise Gone("404")
        raise Refused(str(reply.status), Action.NOTHING, reply.text()[:120])

    def gone(self, payload: dict[str, Any], targets: list[str]) -> None:
        """Drop the followers that were reached at these inboxes."""
        drop_followers(payload.get("actor", 0), targets)
