"""Times of release: which are allowed, on which clock they were typed, how long one may still change one's mind."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils.translation import gettext as _

from weiting.core import clock
from weiting.core.errors import Invalid

# Seconds a release "now" waits, in which it can still be held.
UNDO_SECONDS = 10
# A plan further away than this is a slip of the year.
FURTHEST = timedelta(days=730)


def undo_seconds() -> int:
    """Return the undo window in force: the setting UNDO_SECONDS where the installation has one."""
    return int(getattr(settings, "UNDO_SECONDS", UNDO_SECONDS))


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its name; raise Invalid for one that does not exist."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        sentence = _("“%(zone)s” is not a time zone. Choose one from the list, such as Asia/Shanghai.") % {
            "zone": name
        }
        raise Invalid(sentence, code="zone", fields={"zone": [sentence]}) from error


def instant(at: datetime, zone: str) -> datetime:
    """Return the moment meant: a time without an offset is read on the clock of `zone`."""
    where = zone_of(zone)
    return at if at.tzinfo is not None else at.replace(tzinfo=where)


def show(moment: datetime, zone: str = "Asia/Shanghai") -> str:
    """Write a moment on the clock it was typed on, with the zone beside it: a time never stands alone."""
    local = moment.astimezone(zone_of(zone))
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M} {zone} (UTC{offset[:3]}:{offset[3:]})"


def require_future(
    at: datetime, *, not_before: datetime | None, zone: str, now: datetime | None = None
) -> None:
    """Raise Invalid, saying what to choose, for a time that is past, before the embargo, or years away."""
    now = now or clock.now()
    if at < now:
        sentence = _("%(time)s is past. Choose a later time, or release it now.") % {"time": show(at, zone)}
    elif not_before is not None and at < not_before:
        sentence = _("This text is under embargo until %(time)s. Choose that time or a later one.") % {
            "time": show(not_before, zone)
        }
    elif at - now > FURTHEST:
        sentence = _("%(time)s is more than two years away. Check the year.") % {"time": show(at, zone)}
    else:
        return
    raise Invalid(sentence, code="bad_time", fields={"at": [sentence]})
