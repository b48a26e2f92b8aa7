"""Keeps what is needed to check and reach others: their keys and inboxes, and in which days how many were refused."""

from datetime import timedelta

from django.db import connection

from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.fediverse import remote
from weiting.fediverse.actions.accounts import hall_actor
from weiting.fediverse.models import Follower, Peer

# A key that no longer fits is read anew, but no more often than this.
ANEW_AFTER = timedelta(minutes=5)

COUNT = """
INSERT INTO fediverse_tally (day, reason, count) VALUES (%s, %s, 1)
ON CONFLICT (day, reason) DO UPDATE SET count = fediverse_tally.count + 1
"""


def known_peer(uri: str, wire: Wire) -> Peer:
    """Return an account elsewhere, read now when it is not known yet; raise Unknown when it cannot be."""
    found = Peer.objects.filter(uri=uri).first()
    return found or read_peer(uri, wire)


def read_peer(uri: str, wire: Wire) -> Peer:
    """Read an account elsewhere (by its address or that of its key) and keep it; raise Unknown when it cannot be."""
    return keep_peer(remote.account_at(uri, wire, hall_actor()))


def keep_peer(found: remote.Account) -> Peer:
    """Keep what was read of an account."""
    peer, _is_new = Peer.objects.update_or_create(
        uri=found.uri,
        defaults={
            "host": found.host,
            "inbox": found.inbox,
            "shared_inbox": found.shared_inbox,
            "key_id": found.key_id,
            "public_key": found.public_key,
            "read_at": clock.now(),
        },
    )
    inbox = peer.shared_inbox or peer.inbox
    Follower.objects.filter(uri=peer.uri).exclude(inbox=inbox).update(inbox=inbox)
    return peer


def doubt_peer(uri: str) -> None:
    """Note that an account elsewhere has changed: it is read anew before it is believed again."""
    Peer.objects.filter(uri=uri).update(key_id="", read_at=clock.now() - 2 * ANEW_AFTER)


def forget_peer(uri: str) -> None:
    """Forget an account elsewhere; it is read anew when it is needed."""
    Peer.objects.filter(uri=uri).delete()


def count_refused(reason: str) -> None:
    """Count a call that was refused."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [clock.today(), reason[:20]])
