"""One-time links for a reviewer's telephone: a key for one person, one step, one version, one use."""

import hashlib
from datetime import timedelta

from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock, ids
from weiting.core.actions import action
from weiting.core.errors import Conflict, NotAllowed, NotFound
from weiting.review import access, standing, subjects
from weiting.review.flow import RoundState, StepState
from weiting.review.models import Link, Step
from weiting.units.access import may

HOURS = 12


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@action
def make_link(step: Step, person: Person, *, by: Person, hours: int = HOURS) -> str:
    """Make a link with which one reviewer decides one step without signing in; return its secret, shown only now.

    An older unused link for the same step and person stops working. Raises NotAllowed when either may not.
    """
    step = Step.objects.select_related("round__unit", "from_unit", "at_unit").get(pk=step.pk)
    round_ = step.round
    if by.pk != person.pk and not may(by, access.LINK, round_.unit):
        raise NotAllowed(_("Only people of the unit and its reviewers may send such a link."))
    if not standing.may_decide(person, step):
        raise NotAllowed(
            _("%(name)s cannot decide this step now, so a link would be of no use.") % {"name": person.name}
        )
    now = clock.now()
    Link.objects.filter(step=step, person=person, used_at__isnull=True, expires_at__gt=now).update(
        expires_at=now
    )
    token = ids.secret_token()
    link = Link.objects.create(
        step=step,
        person=person,
        token_hash=_digest(token),
        content_hash=round_.content_hash,
        made_by=by,
        made_at=now,
        expires_at=now + timedelta(hours=max(1, min(hours, 72))),
    )
    audit.record(
        "review.link.make",
        by=by,
        subject=subjects.subject_of(round_),
        unit=round_.unit,
        round=round_.public_id,
        step=step.name,
        link=link.pk,
        person=person.public_id,
    )
    return token


def link_for(token: str) -> Link:
    """Return a link that still works, with its step and round; looking does not use it up.

    Raises NotFound for an unknown one and Conflict, with what to do, for one used, expired or overtaken.
    """
    link = (
        Link.objects.filter(token_hash=_digest(token))
        .select_related(
            "person", "step__round__unit", "step__round__revision", "step__round__post", "step__round__issue"
        )
        .first()
    )
    if link is None or not link.person.is_active:
        raise NotFound(_("This link is not known. Perhaps part of it was cut off: ask for a new one."))
    if link.used_at is not None:
        raise Conflict(_("This link has been used. Each link serves for one decision."), code="link_used")
    if link.expires_at <= clock.now():
        raise Conflict(_("This link has expired. Ask the unit to send a new one."), code="link_expired")
    step = link.step
    if step.state != StepState.OPEN or step.round.state != RoundState.OPEN:
        raise Conflict(
            _("This step has been decided, or the text taken back. Nothing is left to do."), code="too_late"
        )
    if link.content_hash != step.round.content_hash:
        raise Conflict(_("The text has changed since this link was sent. Ask for a new one."), code="stale")
    return link


@action
def use_link(token: str) -> Link:
    """Use a link up, once; raises as link_for does, also for the slower of two uses at the same moment."""
    link = link_for(token)
    if not Link.objects.filter(pk=link.pk, used_at__isnull=True).update(used_at=clock.now()):
        raise Conflict(_("This link has been used. Each link serves for one decision."), code="link_used")
    link.refresh_from_db(fields=["used_at"])
    return link
