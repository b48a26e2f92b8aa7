"""What channels tell us, for those who read it: opened again, and in words what is the matter with their calls."""

from collections.abc import Iterator
from datetime import timedelta
from json import loads
from typing import Any

from django.utils.translation import gettext as _, ngettext

from weiting.channels import vault
from weiting.channels.models import Connection, Ear, Heard
from weiting.core import clock

# Calls signed longer ago than this, or so far ahead, are refused: the platforms try again for seconds only.
SKEW = timedelta(minutes=5)


def opened(heard: Heard) -> dict[str, Any]:
    """Return the facts of something heard; raise Unavailable when the key to them is missing."""
    if not heard.sealed_with:
        return dict(heard.facts)
    return dict(loads(vault.open_sealed(heard.sealed_with, bytes(heard.sealed), heard.sealed_for)["said"]))


def waiting(*kinds: str, most: int = 200) -> Iterator[Heard]:
    """Yield what nobody has dealt with yet, oldest first."""
    rows = Heard.objects.filter(kind__in=kinds, handled_at__isnull=True).select_related("connection")
    yield from rows.order_by("at", "pk")[:most]


def troubles(connection: Connection) -> list[str]:
    """Say in words what is the matter with the calls of a channel, and what to do; empty when nothing is."""
    ear = Ear.objects.filter(pk=connection.pk).first()
    if ear is None:
        return []
    found = []
    if ear.late_at and (ear.heard_at is None or ear.heard_at < ear.late_at):
        found.append(_clock(ear))
    elif ear.late:
        found.append(
            ngettext(
                "%(count)d call came too late and was refused.",
                "%(count)d calls came too late and were refused.",
                ear.late,
            )
            % {"count": ear.late}
        )
    if ear.forged:
        found.append(
            ngettext(
                "%(count)d call without the platform's signature was refused, at %(time)s. If the platform's own calls"
                " are meant, its token or key was changed there: set the same one here.",
                "%(count)d calls without the platform's signature were refused, the last one at %(time)s. If the"
                " platform's own calls are meant, its token or key was changed there: set the same one here.",
                ear.forged,
            )
            % {"count": ear.forged, "time": _time(ear)}
        )
    if ear.large:
        found.append(
            ngettext(
                "%(count)d call was larger than any the platform makes and was refused.",
                "%(count)d calls were larger than any the platform makes and were refused.",
                ear.large,
            )
            % {"count": ear.large}
        )
    return found


def _clock(ear: Ear) -> str:
    minutes = max(abs(ear.late_by) // 60, 1)
    if ear.late_by < 0:
        return _(
            "The platform's calls are refused: by their signature they come %(minutes)d minutes from the future. The"
            " clock of this machine is slow; have it set right (NTP), then they are taken."
        ) % {"minutes": minutes}
    return _(
        "The platform's calls are refused: by their signature they are %(minutes)d minutes old. Either the clock of"
        " this machine is fast (have it set right by NTP), or somebody repeats old calls."
    ) % {"minutes": minutes}


def _time(ear: Ear) -> str:
    return f"{clock.local(ear.forged_at):%m-%d %H:%M}" if ear.forged_at else ""
