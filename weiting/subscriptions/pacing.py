"""How often one visitor may ask for mail, or one machine for feeds: counted in the memory of each web process."""

from functools import cache

from django.utils.translation import gettext as _
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from weiting.core.errors import TooMany

# A household or an office behind one address is several people.
READERS, HUB = RateLimitItemPerHour(20), RateLimitItemPerMinute(60)
# Letters to one mailbox by all its addresses with a tag (name+tag@…) together.
TAGGED = RateLimitItemPerDay(3)


@cache
def _limiter() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage())


def pace(what: RateLimitItem, visitor: str) -> None:
    """Count one request of a visitor; raise TooMany when there were too many. Nothing is written anywhere."""
    if not _limiter().hit(what, visitor):
        after = what.get_expiry()
        raise TooMany(_("That was often. Wait a little, then ask again."), after=after)


def is_room(what: RateLimitItem, whose: str) -> bool:
    """Count one and say whether it was not one too many, for those who are told nothing of it."""
    return _limiter().hit(what, whose)


def forget() -> None:
    """Begin to count anew (tests)."""
    _limiter.cache_clear()
