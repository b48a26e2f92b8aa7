"""A sending that came to nothing while its text was withdrawn or corrected is not made again as it was.

Workers call this in the transaction that writes the end of their calls; whoever withdraws or corrects holds the lines
meanwhile, so one of the two always sees the other.
"""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from weiting.core import clock
from weiting.posts.flow import PostState
from weiting.publishing.flow import DeliveryState as State
from weiting.publishing.models import Act, Delivery, Destination


def call_off_overtaken(back_in_queue: Collection[int]) -> int:
    """Call off those of these queued texts that were withdrawn or corrected since; return how many.

    What was to follow them has nothing to follow: a withdrawal is called off, a correction goes out as the text.
    """
    if not back_in_queue:
        return 0
    _call_off_over(back_in_queue)
    followers = list(
        Delivery.objects.filter(of__in=back_in_queue, of__state=State.QUEUED, state=State.QUEUED).order_by(
            "pk"
        )
    )
    overtaken = {each.of_id for each in followers}
    if not overtaken:
        return 0
    gone = {each.of_id for each in followers if each.act == Act.WITHDRAW}
    newest = {each.of_id: each.pk for each in followers if each.act == Act.CORRECT}
    ended = [*overtaken, *(each.pk for each in followers)]
    turned = [pk for of, pk in newest.items() if of not in gone]
    Delivery.objects.filter(pk__in=ended, state=State.QUEUED).exclude(pk__in=turned).update(
        state=State.CALLED_OFF, settled_at=clock.now(), needs=""
    )
    Delivery.objects.filter(pk__in=turned, state=State.QUEUED).update(act=Act.SEND, of=None)
    return len(overtaken)


def _call_off_over(back_in_queue: Collection[int]) -> None:
    """Call off what is out of date, and what an editor has since chosen not to send there."""
    off = Destination.objects.filter(connection=OuterRef("connection"), is_on=False)
    unwanted = Exists(off.filter(post=OuterRef("release__post"))) | Exists(
        off.filter(issue=OuterRef("release__issue"))
    )
    over = Delivery.objects.filter(
        Q(release__post__state=PostState.EXPIRED) | Q(unwanted, act=Act.SEND),
        pk__in=back_in_queue,
        state=State.QUEUED,
        act__in=[Act.SEND, Act.CORRECT],
    )
    keys = list(over.values_list("pk", flat=True))
    if keys:
        Delivery.objects.filter(pk__in=keys, state=State.QUEUED).update(
            state=State.CALLED_OFF, settled_at=clock.now(), needs="", not_before=None
        )
