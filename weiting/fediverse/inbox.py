"""Checks a call to one of our inboxes before anything of it is believed; says how it is answered."""

from dataclasses import dataclass
from typing import Any

from weiting.core import clock
from weiting.fediverse import addresses, keys, reading, remote, signing
from weiting.fediverse.actions import hearing, knowing
from weiting.fediverse.actions.hearing import Came, Flood
from weiting.fediverse.models import Peer
from weiting.fediverse.queries import is_blocked


@dataclass(frozen=True)
class Answer:
    """What an inbox answers; `retry_after` in seconds."""

    status: int
    reason: str = ""
    retry_after: int = 0


STATUS = {"unsigned": 401, "late": 401, "forged": 401, "replayed": 401, "unknown": 401}


def take(asked: signing.Asked) -> Answer:
    """Take a call to an inbox and return how it is answered; what is refused is counted by its reason."""
    answer = _take(asked)
    if answer.reason:
        knowing.count_refused(answer.reason)
    return answer


def _take(asked: signing.Asked) -> Answer:
    try:
        activity = reading.loaded(asked.body)
    except reading.Unreadable as error:
        return Answer(error.status, error.reason)
    actor = reading.uri_of(activity.get("actor"))
    host = addresses.host_of(actor)
    if not host or addresses.host_of(reading.uri_of(activity.get("id"))) != host or addresses.is_ours(actor):
        return Answer(400, "no_activity")
    if is_blocked(actor):
        return Answer(403, "blocked")
    try:
        return _believed(asked, activity, actor)
    except signing.Unsigned as error:
        return Answer(STATUS[error.reason], error.reason)
    except remote.Unknown as error:
        return _unknown(error, activity, actor)
    except Flood:
        return Answer(429, "flood", int(hearing.FLOOD_IN.total_seconds()))


def _believed(asked: signing.Asked, activity: dict[str, Any], actor: str) -> Answer:
    """Take an activity whose signature is its actor's; raise Unsigned or Unknown for any other, and Flood."""
    signed = signing.read(asked, clock.now())
    # What somebody else passes on is not taken: who signs has to be who speaks.
    if addresses.host_of(signed.key_id) != addresses.host_of(actor):
        return Answer(403, "not_theirs")
    peer = _checked(signed, actor)
    if peer.uri != actor:
        return Answer(403, "not_theirs")
    became = hearing.take(Came(activity, peer), signed.signature)
    return Answer(401, "replayed") if became == "replayed" else Answer(202)


def _unknown(error: remote.Unknown, activity: dict[str, Any], actor: str) -> Answer:
    if error.is_busy:
        return Answer(503, "busy", 30)
    if error.is_gone and activity.get("type") == "Delete" and reading.uri_of(activity.get("object")) == actor:
        # Who is deleted can no longer be asked for a key: that its server says so is proof enough.
        hearing.forget_account(actor)
        return Answer(202)
    return Answer(401, "unknown")


def _checked(signed: signing.Signed, actor: str) -> Peer:
    """Return who signed; a key that does not fit is read anew once, for it may have been changed."""
    known = Peer.objects.filter(uri=actor).first()
    if known is not None:
        try:
            _check(signed, known.key_id, known.public_key)
            return known
        except signing.Unsigned:
            if clock.now() - known.read_at < knowing.ANEW_AFTER:
                raise
    with remote.calls() as wire:
        found = remote.account_at(actor, wire, knowing.hall_actor())
    # Kept before it is known whether the signature is theirs: whoever forges has us ask their server but once.
    peer = knowing.keep_peer(found)
    _check(signed, peer.key_id, peer.public_key)
    return peer


def _check(signed: signing.Signed, key_id: str, public_key: str) -> None:
    if key_id != signed.key_id:
        raise signing.Unsigned("forged", "the key is not the one of this account")
    signed.check(keys.public_from(public_key))


def refuse_large() -> Answer:
    """Refuse and count a call by its length, without having read it."""
    knowing.count_refused("large")
    return Answer(413, "large")
