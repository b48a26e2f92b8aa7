"""Approval by rule: words that were approved already, passed on by another unit under a line of its own.

Nobody reads them a second time, and nothing personal gets through: the line meets the same wall as every text.
Which approved version they rest on is recorded.
"""

from typing import cast

from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid
from weiting.core.flow import perform
from weiting.posts import actions as posts
from weiting.posts.flow import PUBLIC, CorrectionState, PostState
from weiting.posts.models import Correction, Post, Revision
from weiting.posts.queries import undecided
from weiting.review import access, subjects
from weiting.review.flow import RoundFlow
from weiting.review.models import Lane, Round
from weiting.units.access import permit


@action
def pass_on(subject: Post | Correction, *, by: Person | None, rests_on: Revision, answers: Person) -> Round:
    """Approve a reprint of the approved version `rests_on` of a public text without a further reader.

    `answers` is whoever answers for the unit's own line. Raises Invalid for something personal in it that was not
    decided about in the original, or a closed unit; Conflict when either text is not as it has to be.
    """
    unit = subjects.unit_of(subject)
    permit(by, access.SUBMIT, unit)
    subject = cast(Post | Correction, subjects.lock(subject))
    if subject.state not in {PostState.DRAFT, CorrectionState.DRAFT}:
        raise Conflict(_("This text is not a draft any more."), code="illegal_move")
    if unit.is_closed:
        raise Invalid(
            _("%(unit)s has been closed and no longer speaks. Let its successor write it.")
            % {"unit": unit.short_name},
            code="unit_closed",
        )
    source = Post.objects.get(pk=rests_on.post_id)
    if source.state not in PUBLIC or source.state == PostState.WITHDRAWN or source.live_id != rests_on.pk:
        raise Conflict(
            _("The original has changed or is no longer public. Look at it again."), code="source_changed"
        )
    if isinstance(subject, Post):
        _refuse_personal(subject, source)
        if by is None:
            raise AssertionError("a person accepts; only what follows the original needs none")
        subject.working = posts.seal_working(subject, by=by)
    post = subject.post if isinstance(subject, Correction) else subject
    now = clock.now()
    subjects.carry(subject, "submit")
    round_ = Round.objects.create(
        post=post,
        revision=subjects.version_of(subject),
        correction=subject if isinstance(subject, Correction) else None,
        unit=unit,
        klass=post.klass,
        risk=post.risk,
        lane=Lane.CORRECTION if isinstance(subject, Correction) else Lane.REPLY,
        content_hash=subjects.hash_of(subject),
        submitted_by=answers,
        authors=[answers.pk],
        submitted_at=now,
        note=_("Approved by rule: it passes on an approved text."),
    )
    perform(round_, RoundFlow.approve, closed_at=now)
    subjects.carry(subject, "approve")
    audit.record(
        "review.round.pass_on",
        by=by,
        subject=subject,
        unit=unit,
        round=round_.public_id,
        content_hash=round_.content_hash,
        source=source.public_id,
        source_hash=rests_on.content_hash,
    )
    return round_


def _refuse_personal(post: Post, source: Post) -> None:
    """Raise Invalid for anything personal about which nobody has decided, neither here nor in the original."""
    decided = set(source.decisions.values_list("rule", "fingerprint"))
    found = [each for each in undecided(post) if (each.rule, each.fingerprint) not in decided]
    if found:
        words = "、".join(f"“{each.shown}”" for each in found[:5])
        sentence = _("Something personal stands in your line: %(words)s. Leave it out, then pass it on.") % {
            "words": words
        }
        raise Invalid(sentence, code="personal", fields={"line": [sentence]})
