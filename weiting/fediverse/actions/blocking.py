"""Shuts hosts and accounts out, with a reason, and lets them in again: for the whole hall."""

import re

from django.db.models import Q
from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core.actions import action
from weiting.core.errors import Invalid, NotAllowed
from weiting.fediverse import access, addresses
from weiting.fediverse.models import Block, Follower, Peer
from weiting.units import queries as units
from weiting.units.access import permit

HOST = re.compile(r"[a-z0-9\-.]{1,253}(?::\d{1,5})?")


@action
def block(what: str, reason: str, *, by: Person | None) -> Block:
    """Shut a host ("host.example", with all below it) or an account (its whole address) out; its followers go.

    Raises Invalid without a reason, or for what is neither.
    """
    permit_for_hall(by)
    found = what.strip()
    found = found if found.startswith(("https://", "http://")) else found.lower().removeprefix("@")
    if not (addresses.host_of(found) or HOST.fullmatch(found)) or addresses.is_ours(f"{found}/"):
        sentence = _("Write a server as in server.example, or the whole address of an account.")
        raise Invalid(sentence, fields={"what": [sentence]})
    if not reason.strip():
        sentence = _("Say why, for whoever reads this later.")
        raise Invalid(sentence, fields={"reason": [sentence]})
    made, is_new = Block.objects.get_or_create(
        what=found[:500], defaults={"reason": reason.strip()[:300], "by": by}
    )
    if is_new:
        whose = Q(uri=found) if addresses.host_of(found) else Q(host=found) | Q(host__endswith=f".{found}")
        Follower.objects.filter(whose).delete()
        Peer.objects.filter(whose).delete()
        audit.record("fediverse.block.add", by=by, what=_shown(found), reason=made.reason)
    return made


@action
def lift_block(made: Block, *, by: Person | None) -> None:
    """Let a host or an account in again."""
    permit_for_hall(by)
    made.delete()
    audit.record("fediverse.block.lift", by=by, what=_shown(made.what))


def permit_for_hall(by: Person | None) -> None:
    """Raise NotAllowed without a role at the main hall's own unit: the whole hall no longer hears somebody."""
    if by is None:
        return
    hall = units.main_hall()
    if hall is None:
        raise NotAllowed(_("There is no main hall yet, and so nobody who may decide this for it."))
    permit(by, access.BLOCK, hall.unit)


def _shown(what: str) -> str:
    """Return what is recorded: of a person's account the server only."""
    return addresses.host_of(what) or what
