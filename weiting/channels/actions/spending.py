"""Forgets what was spent of quotas long ago; the counting itself is `channels.quotas`."""

from datetime import timedelta

from weiting.channels.models import Spend
from weiting.core import clock

# The plan of mass sendings shows months that are over.
KEPT = timedelta(days=400)
# Of quotas of an hour and a day nobody asks so long.
BRIEF = timedelta(days=8)


def forget_old() -> int:
    """Delete windows that are long over; return how many."""
    now = clock.now()
    brief = Spend.objects.filter(until_at__lt=now - BRIEF).exclude(name="mass").delete()[0]
    return brief + Spend.objects.filter(until_at__lt=now - KEPT).delete()[0]
