"""Verdicts: approve or send back one step, bound to the hash the reviewer saw; two at once give one outcome."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from weiting import audit, notices
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid, NotAllowed, NotFound
from weiting.core.flow import perform
from weiting.review import access, standing, subjects
from weiting.review.actions.rounds import call_deciders, close_others, lock_round, open_turn, void_changed
from weiting.review.flow import RoundFlow, RoundState, StepFlow, StepState
from weiting.review.models import ReasonKind, Round, Step, Verdict
from weiting.units.access import may


@dataclass(frozen=True)
class Outcome:
    """What a verdict led to. `verdict` is empty when the text had changed and the round is void."""

    round: Round
    verdict: Verdict | None

    @property
    def is_approved(self) -> bool:
        """Say whether this verdict was the last one needed."""
        return self.round.state == RoundState.APPROVED


def text_changed() -> Conflict:
    """Return the sentence for a reviewer whose text is no longer the one submitted."""
    return Conflict(
        _(
            "The text is not the one that was submitted, so this review is void. The authors will submit it again."
        ),
        code="content_changed",
    )


def give_verdict(
    step: Step,
    *,
    by: Person,
    approves: bool,
    content_hash: str,
    reason: str = "",
    reason_kind: str = "",
    checked: Collection[str] = (),
    no_secrets: bool = False,
    for_person: Person | None = None,
    by_link: bool = False,
) -> Verdict:
    """Approve or send back one step and move the round on.

    Raises Conflict when somebody else was faster or the text is another one (the round is then void), Invalid
    when a reason, a tick or the declaration is missing, NotAllowed or NotFound when the step is not theirs.
    """
    outcome = judge(
        step,
        by=by,
        approves=approves,
        content_hash=content_hash,
        reason=reason,
        reason_kind=reason_kind,
        checked=checked,
        no_secrets=no_secrets,
        for_person=for_person,
        by_link=by_link,
    )
    # Raised outside the transaction: that the round is void must stand.
    if outcome.verdict is None:
        raise text_changed()
    return outcome.verdict


@action
def judge(
    step: Step,
    *,
    by: Person,
    approves: bool,
    content_hash: str,
    reason: str = "",
    reason_kind: str = "",
    checked: Collection[str] = (),
    no_secrets: bool = False,
    for_person: Person | None = None,
    by_link: bool = False,
) -> Outcome:
    """Do what give_verdict does, but report a changed text as an outcome, so that a caller can commit it."""
    round_ = lock_round(step.round)
    step = Step.objects.select_related("from_unit", "at_unit").get(pk=step.pk)
    step.round = round_
    # Before anything else: a stranger learns nothing about the round from the refusal.
    acts_for = _require_place(step, by, for_person)
    _require_open(step)
    if content_hash != round_.content_hash:
        raise Conflict(
            _("You were looking at another version of this text. Read the present one, then decide."),
            code="stale",
        )
    found = subjects.hash_of(subjects.subject_of(round_))
    if found != round_.content_hash:
        return Outcome(void_changed(round_, found=found), None)
    if approves:
        _require_checked(step, checked, no_secrets)
    else:
        _require_reason(reason, reason_kind)
    verdict = Verdict.objects.create(
        step=step,
        person=by,
        for_person_id=acts_for if acts_for != by.pk else None,
        approves=approves,
        reason=reason.strip(),
        reason_kind="" if approves else reason_kind,
        content_hash=content_hash,
        checked=[line for line in step.checklist if line in set(checked)],
        no_secrets=no_secrets,
        by_link=by_link,
        at=clock.now(),
    )
    if approves:
        _approve(step)
    else:
        _send_back(step, verdict)
    audit.record(
        "review.step.approve" if approves else "review.step.send_back",
        by=by,
        subject=subjects.subject_of(round_),
        unit=round_.unit,
        as_role=step.role,
        round=round_.public_id,
        step=step.name,
        content_hash=content_hash,
        in_place_of=acts_for if acts_for != by.pk else None,
        reason_kind=verdict.reason_kind,
        no_secrets=no_secrets,
        by_link=by_link,
        round_state=round_.state,
    )
    return Outcome(round_, verdict)


def _require_place(step: Step, by: Person, for_person: Person | None) -> int:
    """Return in whose place the person decides; raise when they may not."""
    round_ = step.round
    heard = standing.used_up(round_)
    if by.pk in round_.authors:
        raise NotAllowed(_("You had a hand in this text, so somebody else decides on it."), code="own_text")
    if by.pk in heard:
        _require_open(step)
        raise Conflict(
            _("You have had your say in this round. The next step needs another person."),
            code="already_decided",
        )
    places = standing.deciders(step).get(by.pk, set())
    if for_person is not None:
        places &= {for_person.pk}
    if not places:
        if may(by, access.SEE, round_.unit):
            _require_open(step)
            if by.pk in standing.able(step) and step.handed_to is not None:
                raise NotAllowed(
                    _("This step was handed to %(name)s. Take it over first if you are to decide it.")
                    % {"name": step.handed_to.name},
                    code="handed",
                )
            raise NotAllowed(
                _("The step “%(step)s” is for others to decide.") % {"step": step.name}, code="not_yours"
            )
        raise NotFound(_("This page does not exist, or it is not for you."))
    return by.pk if by.pk in places else min(places)


def _require_open(step: Step) -> None:
    """Raise Conflict with what has happened instead when the step no longer waits for a verdict."""
    round_ = step.round
    if round_.state == RoundState.OPEN and step.state == StepState.OPEN:
        return
    last = Verdict.objects.filter(step__round=round_).select_related("person").order_by("-at", "-pk").first()
    who = last.person.name if last else ""
    if round_.state == RoundState.RECALLED:
        sentence = _("The authors have taken this text back. There is nothing to decide any more.")
    elif round_.state == RoundState.VOID:
        sentence = _("This review is void because the text was opened again.")
    elif round_.state == RoundState.RETURNED:
        sentence = _("%(who)s has sent this text back just before you.") % {"who": who}
    elif round_.state == RoundState.APPROVED:
        sentence = _("%(who)s has given the last approval already. Nothing is left to decide.") % {"who": who}
    elif step.state == StepState.WAITING:
        sentence = _("It is not the turn of this step yet.")
    else:
        decided = step.verdicts.select_related("person").order_by("-at", "-pk").first()
        sentence = _("%(who)s has decided this step just before you.") % {
            "who": decided.person.name if decided else who
        }
    raise Conflict(sentence, code="too_late")


def _require_checked(step: Step, checked: Collection[str], no_secrets: bool) -> None:
    fields: dict[str, list[str]] = {}
    missing = [line for line in step.checklist if line not in set(checked)]
    if missing:
        fields["checked"] = [_("Not ticked yet: %(line)s") % {"line": line} for line in missing]
    if step.asks_secrecy and not no_secrets:
        fields["no_secrets"] = [_("Declare that you found no state secret and no work secret in it.")]
    if fields:
        raise Invalid(
            _("Before you approve, confirm what you have checked."), code="unchecked", fields=fields
        )


def _require_reason(reason: str, reason_kind: str) -> None:
    fields: dict[str, list[str]] = {}
    if not reason.strip():
        fields["reason"] = [_("Write in a sentence what must change, so that the author can act on it.")]
    elif len(reason.strip()) > 500:
        fields["reason"] = [_("At most 500 characters. Put details into comments at the passage.")]
    if reason_kind not in ReasonKind.values:
        fields["reason_kind"] = [_("Choose what kind of reason it is.")]
    if fields:
        raise Invalid(_("A text is sent back with a reason."), code="reason_missing", fields=fields)


def _approve(step: Step) -> None:
    round_ = step.round
    if step.verdicts.filter(approves=True).count() >= step.quorum:
        perform(step, StepFlow.approve, closed_at=clock.now(), remind_at=None)
    still_open = list(round_.steps.filter(state=StepState.OPEN).select_related("from_unit", "at_unit"))
    if still_open:
        for other in still_open:
            other.round = round_
        # Whoever has just decided is used up: a step beside this one may need somebody else now.
        call_deciders(still_open)
        return
    if open_turn(round_):
        return
    now = clock.now()
    after = now + timedelta(hours=round_.after_hours) if round_.after_hours else None
    perform(round_, RoundFlow.approve, closed_at=now, after_due_at=after)
    subject = subjects.subject_of(round_)
    subjects.carry(subject, "approve")
    notices.tell(
        _authors(round_),
        "review.approved",
        key=f"review.round:{round_.pk}:approved",
        url=subjects.page_of(round_),
        title=subjects.title_of(subject),
        unit=round_.unit.short_name,
    )


def _send_back(step: Step, verdict: Verdict) -> None:
    round_ = step.round
    now = clock.now()
    perform(step, StepFlow.send_back, closed_at=now, remind_at=None)
    close_others(round_)
    perform(round_, RoundFlow.send_back, closed_at=now)
    subject = subjects.subject_of(round_)
    subjects.carry(subject, "send_back")
    notices.tell(
        _authors(round_),
        "review.returned",
        key=f"review.round:{round_.pk}:returned",
        url=subjects.page_of(round_),
        title=subjects.title_of(subject),
        unit=round_.unit.short_name,
        step=step.name,
        who=verdict.person.name,
        reason=verdict.reason,
    )


def _authors(round_: Round) -> list[Person]:
    return list(Person.objects.filter(pk__in=round_.authors, is_active=True))
