"""What stands at the head of a hall's page, by whose hand and until when."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid
from weiting.posts.flow import PostState
from weiting.posts.models import Post
from weiting.publishing import access
from weiting.publishing.models import LeadSlot
from weiting.units.access import require
from weiting.units.models import Hall

MOST = 6


@action
def put_in_lead(hall: Hall, post: Post, *, by: Person, until_at: datetime | None = None) -> LeadSlot:
    """Put a public post at the head of a hall's page, last in line, until a time; again changes the time.

    Raises Conflict for a post that is not public or when all places are taken, Invalid for a time that is past.
    """
    require(by, access.LEAD, hall.unit)
    # The hall's row is the queue: two editors must not fill the last place twice.
    Hall.objects.select_for_update(no_key=True).get(pk=hall.pk)
    if until_at is not None and until_at <= clock.now():
        sentence = _("This time is past. Choose a later one, or leave it empty.")
        raise Invalid(sentence, fields={"until_at": [sentence]})
    if not Post.objects.filter(pk=post.pk, state=PostState.PUBLISHED).exists():
        raise Conflict(_("Only a published text can stand at the head of the page."))
    LeadSlot.objects.filter(hall=hall, until_at__lte=clock.now()).delete()
    slot = LeadSlot.objects.filter(hall=hall, post=post).first()
    if slot is None:
        if LeadSlot.objects.filter(hall=hall).count() >= MOST:
            raise Conflict(_("All %(n)s places at the head are taken. Take one away first.") % {"n": MOST})
        last = LeadSlot.objects.filter(hall=hall).aggregate(n=Max("position"))["n"]
        slot = LeadSlot(hall=hall, post=post, position=0 if last is None else last + 1)
    slot.until_at, slot.by = until_at, by
    slot.save()
    audit.record(
        "publishing.lead.put",
        by=by,
        subject=post,
        unit=hall.unit,
        hall=hall.slug,
        until_at=until_at.isoformat() if until_at else "",
    )
    _announce(hall)
    return slot


@action
def take_from_lead(hall: Hall, post: Post, *, by: Person) -> None:
    """Take a post from the head of a hall's page; one that is not there stays away."""
    require(by, access.LEAD, hall.unit)
    if LeadSlot.objects.filter(hall=hall, post=post).delete()[0]:
        audit.record("publishing.lead.take", by=by, subject=post, unit=hall.unit, hall=hall.slug)
        _announce(hall)


@action
def arrange_lead(hall: Hall, posts: Sequence[Post], *, by: Person) -> None:
    """Put the head of a hall's page in this order; posts left out follow behind."""
    require(by, access.LEAD, hall.unit)
    wanted = {post.pk: place for place, post in enumerate(posts)}
    slots = list(LeadSlot.objects.select_for_update().filter(hall=hall))
    slots.sort(key=lambda slot: (wanted.get(slot.post_id, len(wanted)), slot.position))
    for position, slot in enumerate(slots):
        slot.position = position
    LeadSlot.objects.bulk_update(slots, ["position"])
    audit.record(
        "publishing.lead.put", by=by, unit=hall.unit, hall=hall.slug, order=[s.post_id for s in slots]
    )
    _announce(hall)


def _announce(hall: Hall) -> None:
    jobs.announce("lead", f"hall:{hall.pk}", f"unit:{hall.unit_id}")
