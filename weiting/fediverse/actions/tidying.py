"""Forgets in time what is no longer needed of others."""

from datetime import timedelta

from django.db.models import Q

from weiting.core import clock
from weiting.fediverse import signing
from weiting.fediverse.models import Followed, Follower, Heard, Peer, Received, Seen, Tally
from weiting.fediverse.queries import failing

# Who lives on a server that has not answered for so long is no longer delivered to.
DEAD_AFTER = timedelta(days=30)


def tidy() -> int:
    """Forget activities that could not come again, keys of those who are nothing to us, and old messages; return how
    many rows went."""
    now = clock.now()
    gone = Seen.objects.filter(at__lt=now - max(2 * signing.SKEW, timedelta(days=7))).delete()[0]
    known = Q(uri__in=Follower.objects.values("uri")) | Q(uri__in=Followed.objects.values("uri"))
    gone += Peer.objects.filter(read_at__lt=now - timedelta(days=30)).exclude(known).delete()[0]
    gone += Heard.objects.filter(
        Q(handled_at__lt=now - timedelta(days=30)) | Q(at__lt=now - timedelta(days=180))
    ).delete()[0]
    gone += Received.objects.filter(received_at__lt=now - timedelta(days=90)).delete()[0]
    dead = [each.name for each in failing() if each.failing_since and each.failing_since < now - DEAD_AFTER]
    gone += Follower.objects.filter(host__in=dead).delete()[0]
    gone += Tally.objects.filter(day__lt=clock.today() - timedelta(days=400)).delete()[0]
    return gone
