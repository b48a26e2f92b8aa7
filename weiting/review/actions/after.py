"""The review after an emergency text went out: within hours, by somebody else, with an outcome."""

from django.utils.translation import gettext as _

from weiting import audit, notices
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.review import access, standing, subjects
from weiting.review.flow import RoundState
from weiting.review.models import AfterOutcome, Round
from weiting.units.access import require


@action
def finish_after_review(
    round_: Round, *, by: Person, note: str = "", outcome: str = AfterOutcome.FINE
) -> Round:
    """Close the review afterwards: in order, or to be corrected with a note that says what.

    Raises NotAllowed for the authors and the two officers, Invalid without a note on a correction, Conflict
    when it is done or was never asked for.
    """
    require(by, access.AFTER, round_.unit)
    round_ = Round.objects.select_for_update(of=("self",)).select_related("unit").get(pk=round_.pk)
    if round_.state != RoundState.APPROVED or round_.after_due_at is None:
        raise Conflict(_("This text needs no review afterwards."))
    if round_.after_done_at is not None:
        raise Conflict(_("This review afterwards has been done already."), code="too_late")
    if by.pk in standing.barred(round_):
        raise NotAllowed(
            _("Whoever wrote or released this text does not review it afterwards. Ask a colleague.")
        )
    if outcome not in AfterOutcome.values:
        sentence = _("Say whether the text is in order or must be corrected.")
        raise Invalid(sentence, fields={"outcome": [sentence]})
    if outcome == AfterOutcome.CORRECT and not note.strip():
        sentence = _("Say what must be corrected.")
        raise Invalid(sentence, fields={"note": [sentence]})
    now = clock.now()
    Round.objects.filter(pk=round_.pk).update(
        after_done_at=now, after_by=by, after_note=note.strip()[:300], after_outcome=outcome
    )
    round_.refresh_from_db()
    subject = subjects.subject_of(round_)
    if outcome == AfterOutcome.CORRECT:
        notices.tell(
            Person.objects.filter(pk__in=round_.authors, is_active=True),
            "review.must_correct",
            key=f"review.round:{round_.pk}:must_correct",
            url=subjects.page_of(round_),
            urgent=True,
            title=subjects.title_of(subject),
            unit=round_.unit.short_name,
            reason=round_.after_note,
        )
    audit.record(
        "review.after.finish",
        by=by,
        subject=subject,
        unit=round_.unit,
        round=round_.public_id,
        outcome=outcome,
        in_time=now <= round_.after_due_at,
    )
    return round_
