"""Who has a text open, and who of them holds the pen. A pen that has not moved for 90 seconds is free."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict
from weiting.posts import access
from weiting.posts.models import Post, Presence
from weiting.units.access import require

STALE_AFTER = timedelta(seconds=90)
GONE_AFTER = timedelta(days=1)


def others_here(post: Post, person: Person) -> list[Presence]:
    """List the other people who have the text open now, the holder of the pen first."""
    return list(
        Presence.objects.filter(post=post, seen_at__gte=clock.now() - STALE_AFTER)
        .exclude(person=person)
        .select_related("person")
        .order_by("-holds_pen", "since")
    )


def require_pen(post: Post, by: Person) -> None:
    """Raise Conflict(code="pen_taken") while somebody else holds the pen."""
    holder = next((p for p in others_here(post, by) if p.holds_pen), None)
    if holder is not None:
        raise _taken_by(holder)


def _taken_by(holder: Presence) -> Conflict:
    return Conflict(
        _(
            "%(who)s is writing in this text now. What you typed is kept here; "
            "ask them, or take the pen when they are done."
        )
        % {"who": holder.person.name},
        code="pen_taken",
        who=holder.person.name,
    )


def _drop_pens(post: Post) -> None:
    Presence.objects.filter(post=post, holds_pen=True).update(holds_pen=False)


@action
def take_pen(post: Post, *, by: Person, force: bool = False) -> None:
    """Open the text for writing and hold the pen; raise Conflict while another does, unless `force` says so.

    Taking it by force is recorded: the other one sees at the next save who took it.
    """
    require(by, access.WRITE, post.unit)
    now = clock.now()
    # Nobody else can hold a pen that is mine, one for each text: no need to line up with others who want it.
    held = Presence.objects.filter(post=post, person=by, holds_pen=True)
    if held.update(seen_at=now):
        return
    Post.objects.select_for_update(no_key=True).only("pk").get(pk=post.pk)
    rows = list(Presence.objects.filter(post=post).select_related("person"))
    holder = next((row for row in rows if row.holds_pen and row.seen_at >= now - STALE_AFTER), None)
    if holder is not None and not force:
        raise _taken_by(holder)
    taken_from = [holder.person.name] if holder is not None else []
    if any(row.holds_pen for row in rows):
        _drop_pens(post)
    if any(row.seen_at < now - GONE_AFTER for row in rows):
        Presence.objects.filter(post=post, seen_at__lt=now - GONE_AFTER).delete()
    try:
        with transaction.atomic():
            Presence.objects.update_or_create(
                post=post, person=by, defaults={"seen_at": now, "holds_pen": True}
            )
    except IntegrityError as error:
        raise Conflict(_("Somebody else took the pen at the same moment. Try again.")) from error
    if taken_from:
        audit.record("posts.pen.take", by=by, subject=post, unit=post.unit, taken_from=taken_from)


def open_text(post: Post, *, by: Person) -> tuple[bool, list[Presence]]:
    """Open the text as its page does: take the pen where nobody holds it, or note that the person is here.

    Returns whether the pen is theirs now, and who else is here.
    """
    require(by, access.WRITE, post.unit)
    others = others_here(post, by)
    if any(each.holds_pen for each in others):
        return False, still_here(post, by=by, others=others)
    try:
        take_pen(post, by=by)
    except Conflict:
        return False, still_here(post, by=by)
    return True, others


@action
def still_here(post: Post, *, by: Person, others: list[Presence] | None = None) -> list[Presence]:
    """Note that a person still has the text open, keep their pen fresh, and return who else is here (`others`)."""
    require(by, access.READ, post.unit, hidden=True)
    now = clock.now()
    # The beat of a page that stays open: mostly the row is there.
    if not Presence.objects.filter(post=post, person=by).update(seen_at=now):
        Presence.objects.update_or_create(post=post, person=by, defaults={"seen_at": now})
    return others_here(post, by) if others is None else others


@action
def leave_pen(post: Post, *, by: Person) -> None:
    """Put the pen down."""
    Presence.objects.filter(post=post, person=by).delete()
