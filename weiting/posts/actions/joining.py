"""Joint texts: units that sign a text together with the one that writes it [J07]."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Invalid
from weiting.posts import access
from weiting.posts.actions.writing import lock_post, refuse_reading_only
from weiting.posts.flow import WRITABLE
from weiting.posts.models import Post
from weiting.units.access import require
from weiting.units.models import Unit

SIGNERS_MOST = 12


@action
def name_signers(post: Post, units: Sequence[Unit], *, by: Person) -> Post:
    """Name the units that sign a draft together with its own; each then confirms the very words in the review.

    They are part of what is approved. Raises Invalid for too many or a closed unit, Conflict when it is no draft.
    """
    require(by, access.WRITE, post.unit)
    post = lock_post(post)
    if post.state not in WRITABLE:
        refuse_reading_only(post)
    chosen = {unit.pk: unit for unit in units if unit.pk != post.unit_id}
    closed = [unit.short_name for unit in chosen.values() if unit.is_closed]
    sentence = ""
    if closed:
        sentence = _("%(unit)s has been closed and no longer speaks.") % {"unit": closed[0]}
    elif len(chosen) > SIGNERS_MOST:
        sentence = _("At most %(n)s units sign a text together.") % {"n": SIGNERS_MOST}
    if sentence:
        raise Invalid(sentence, fields={"units": [sentence]})
    post.signers = sorted(chosen)
    post.changed_at = clock.now()
    post.save(update_fields=["signers", "changed_at"])
    audit.record(
        "posts.post.name_signers",
        by=by,
        subject=post,
        unit=post.unit,
        units=sorted(unit.public_id for unit in chosen.values()),
    )
    return post
