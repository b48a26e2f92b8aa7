"""What stands around every desk page: the rail with its counters, who is signed in, the menu behind the name.

A page calls `desk_context(request, current="write", ...)` and hands the result to its template.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from weiting.accounts.models import Person
from weiting.channels import access as channels
from weiting.desk.access import READ_AUDIT
from weiting.notices import queries as notices
from weiting.posts import access as posting
from weiting.posts.flow import PostState
from weiting.posts.models import Post
from weiting.publishing import access as publishing
from weiting.relay import access as relaying
from weiting.review import access as reviewing, queries as review
from weiting.ui.shell import Link, RailItem
from weiting.units import access


@dataclass(frozen=True)
class Place:
    """One part of the desk: where it is, and who sees it on the rail (no verb: everybody signed in)."""

    key: str
    label: Any
    url: str
    verbs: tuple[str, ...] = ()


RAIL = (
    Place("today", gettext_lazy("Today"), "/desk/"),
    Place("write", gettext_lazy("Write"), "/desk/write/", (posting.READ,)),
    Place("review", gettext_lazy("Review"), "/desk/review/", (reviewing.SEE, reviewing.DECIDE)),
    Place("calendar", gettext_lazy("Publish"), "/desk/calendar/", (publishing.SEE,)),
    Place("deliveries", gettext_lazy("Deliveries"), "/desk/deliveries/", (publishing.SEE,)),
    Place("relay", pgettext_lazy("rail", "Relay"), "/desk/relay/", (relaying.SEE,)),
    Place("channels", gettext_lazy("Channels"), "/desk/channels/", (channels.SEE,)),
    Place("shelves", gettext_lazy("Columns"), "/desk/shelves/", (posting.READ,)),
    Place("units", gettext_lazy("Units"), "/desk/units/", (access.SEE_TEAM,)),
    Place("register", gettext_lazy("Register"), "/desk/register/", (access.SEE_TEAM,)),
    Place("people", gettext_lazy("People"), "/desk/people/", (access.SEE_TEAM,)),
    Place("policies", gettext_lazy("Rules"), "/desk/policies/", (reviewing.SEE, reviewing.POLICIES)),
    Place("audit", gettext_lazy("Audit"), "/desk/audit/", (READ_AUDIT,)),
)


def sees(person: Person, place: Place) -> bool:
    """Say whether a part of the desk is there for a person."""
    return not place.verbs or any(access.may_anywhere(person, verb) for verb in place.verbs)


def _counts(person: Person, known: Mapping[str, int]) -> dict[str, int]:
    counts = dict(known)
    if "notices" not in counts:
        counts["notices"] = notices.unread_count(person)
    if "write" not in counts and access.may_anywhere(person, posting.WRITE):
        counts["write"] = Post.objects.filter(author=person, state=PostState.RETURNED).count()
    if "review" not in counts and access.may_anywhere(person, reviewing.DECIDE):
        counts["review"] = review.waiting_for(person).count()
    return counts


def _role(person: Person) -> str:
    held = access.memberships_of(person)
    if not held:
        return _("no role yet")
    said = f"{held[0].unit.short_name} · {held[0].get_role_display()}"
    return _("%(role)s and %(n)s more") % {"role": said, "n": len(held) - 1} if len(held) > 1 else said


def desk_context(
    request: HttpRequest, *, current: str, counts: Mapping[str, int] | None = None, **more: Any
) -> dict[str, Any]:
    """Return a page's context with everything the shell of the desk shows; `current` is the key on the rail.

    A page that has counted what waits hands the numbers in as `counts`, so that they are not counted again.
    """
    person = cast(Person, request.user)
    counts = _counts(person, counts or {})
    unread = counts["notices"]
    return {
        "rail": [
            RailItem(place.key, str(place.label), place.url, counts.get(place.key, 0), place.key == current)
            for place in RAIL
            if sees(person, place)
        ],
        "person": {"name": person.name, "role": _role(person)},
        "menu": [
            Link(
                _("Notices (%(n)s)") % {"n": unread} if unread else _("Notices"),
                "/desk/notices/",
                current == "notices",
                icon="bell",
            ),
            Link(_("My settings"), "/desk/me/", current == "me", icon="person"),
            Link(_("To the hall"), "/", icon="home"),
            Link(_("Sign out"), "/account/logout/", icon="out", post=True),
        ],
        "desk_home_url": "/desk/",
        "unread": unread,
        **more,
    }
