"""An editor's choice of channels for one text: followed by its release, and by what was released already."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.accounts.models import Person
from weiting.channels.models import Connection
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.core.flow import perform
from weiting.posts import access as posting
from weiting.posts.flow import IssueState, PostState
from weiting.posts.models import Issue, Post
from weiting.publishing import access, destinations
from weiting.publishing.actions import delivering
from weiting.publishing.flow import DeliveryFlow, DeliveryState as State, ReleaseState
from weiting.publishing.models import Act, Delivery, Destination, Release
from weiting.review import subjects
from weiting.units.access import may

OUT = {Post: PostState.PUBLISHED, Issue: IssueState.PUBLISHED}
OVER = {PostState.WITHDRAWN, PostState.EXPIRED, PostState.DISCARDED, IssueState.WITHDRAWN}


@action
def choose_channels(
    subject: Post | Issue,
    *,
    by: Person,
    on: Collection[Connection] = (),
    off: Collection[Connection] = (),
) -> list[Connection]:
    """Have a text go to some channels and not to others; the rest stays as it is. Returns those that changed.

    Only what a person changed is named, so that two who choose at once do not undo each other. Of a text that is out,
    a channel switched on is sent it; one switched off is not sent what still waits, but nothing is taken back there.
    Raises NotAllowed, Invalid for a channel of another unit, Conflict when the text is over or was taken back there.
    """
    unit = subjects.unit_of(subject)
    if not (may(by, posting.WRITE, unit) or may(by, access.PLAN, unit)):
        raise NotAllowed(_("You may not choose the channels of this text."))
    held = subjects.lock(subject)
    if not isinstance(held, Post | Issue):
        raise AssertionError("a text is locked as what it is")
    if held.state in OVER:
        raise Conflict(
            _("This text is withdrawn or over; its channels cannot be chosen any more."), code="over"
        )
    now = {each.connection.pk: each for each in destinations.choices_for(held, unit)}
    if any(each.pk not in now for each in (*on, *off)):
        raise Invalid(_("That channel is not one of this unit, or has ended. Reload the page."))
    changed = [each for each in on if not now[each.pk].is_on]
    dropped = [each for each in off if now[each.pk].is_on]
    for each, is_on in [*((one, True) for one in changed), *((one, False) for one in dropped)]:
        Destination.objects.update_or_create(
            post=held if isinstance(held, Post) else None,
            issue=held if isinstance(held, Issue) else None,
            connection=each,
            defaults={"is_on": is_on, "by": by, "at": clock.now()},
        )
    if held.state == OUT[type(held)] and (changed or dropped):
        _follow(held, changed, dropped)
    if changed or dropped:
        jobs.announce(f"post:{held.pk}" if isinstance(held, Post) else f"issue:{held.pk}")
        audit.record(
            "publishing.destination.choose",
            by=by,
            subject=held,
            unit=unit,
            on=[each.name for each in changed],
            off=[each.name for each in dropped],
        )
    return changed + dropped


def _follow(subject: Post | Issue, on: Collection[Connection], off: Collection[Connection]) -> None:
    """Let what is out already follow the choice, as far as it has not gone."""
    post, issue = (subject, None) if isinstance(subject, Post) else (None, subject)
    delivering.hold_lines([each.pk for each in (*on, *off)])
    sent = delivering.held_sent(post, issue)
    dropped = {each.pk for each in off}
    waiting = [
        each.pk
        for each in sent
        if each.connection_id in dropped and each.act == Act.SEND and each.state == State.QUEUED
    ]
    Delivery.objects.filter(pk__in=waiting).update(state=State.CALLED_OFF, settled_at=clock.now(), needs="")
    rows = Release.objects.filter(post=post, issue=issue, state=ReleaseState.RELEASED)
    newest = rows.order_by("-released_at", "-pk").first()
    if newest is None:
        # Imported: it has been public without ever having been released here.
        return
    for each in on:
        _send_late(newest, each, [row for row in sent if row.connection_id == each.pk])


def _send_late(newest: Release, connection: Connection, sent: list[Delivery]) -> None:
    if any(each.act == Act.SEND and each.state not in {State.CALLED_OFF} for each in sent):
        if any(each.act == Act.WITHDRAW and each.state == State.DELIVERED for each in sent):
            raise Conflict(
                _("It was taken back from “%(name)s” and does not go there a second time as it is.")
                % {"name": connection.name},
                code="taken_back",
            )
        # It is there, or on its way, or stopped for a reason a person sees to.
        return
    found = next((each for each in sent if each.release_id == newest.pk and each.act == Act.SEND), None)
    if found is None:
        delivering.lay_down(newest, [connection])
    else:
        perform(found, DeliveryFlow.take_up, queued_at=clock.now(), **delivering.ANEW)
        delivering.wake([connection])
