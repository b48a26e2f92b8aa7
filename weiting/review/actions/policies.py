"""The table of policies: save a row, retire it, load the presets. Rounds under way keep their copies."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.posts.models import ContentClass, Risk
from weiting.review import access
from weiting.review.models import Lane, Place, Policy, PolicyStep
from weiting.review.paths import EMERGENCY_PEOPLE, TURNS, Path, PathStep, is_safe
from weiting.review.presets import PRESETS
from weiting.review.standing import hall_unit
from weiting.units.access import may
from weiting.units.models import Unit
from weiting.units.roles import Role

QUORUM_MOST = 5
MINUTES_MOST = 60 * 24 * 30
STEPS_MOST = 8


@action
def save_policy(
    policy: Policy | None,
    *,
    by: Person,
    name: str,
    steps: Sequence[PathStep | Mapping[str, Any]],
    lane: str = Lane.NORMAL,
    unit: Unit | None = None,
    klass: str = "",
    risk: str = "",
    channel: str = "",
    after_hours: int | None = None,
) -> Policy:
    """Write one row of the table with its steps.

    Raises Invalid when a step is impossible, when the row would let somebody publish alone, or when another
    row in force covers the same case.
    """
    _require(by, unit, policy)
    if policy is not None and policy.retired_at is not None:
        raise Conflict(_("This rule has been retired. Make a new one instead."))
    wanted = [_step(step) for step in steps]
    problems = _problems(name, lane, klass, risk, after_hours, wanted)
    if problems:
        raise Invalid(_("The rule cannot be used like this."), fields=problems)
    made = policy or Policy()
    made.name, made.lane, made.unit = name.strip(), lane, unit
    made.klass, made.risk, made.channel = klass, risk, channel
    made.after_hours = after_hours if lane == Lane.EMERGENCY else None
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise Invalid(
            _("There is a rule for exactly this case already. Change that one, or retire it first."),
            code="policy_twice",
        ) from error
    made.steps.all().delete()
    PolicyStep.objects.bulk_create(
        PolicyStep(policy=made, **vars(step) | {"checklist": list(step.checklist)}) for step in wanted
    )
    audit.record(
        "review.policy.save",
        by=by,
        subject=made,
        unit=unit,
        name=made.name,
        case=[lane, klass, risk, channel],
        steps=[
            [step.turn, step.name, str(step.role), str(step.place), step.quorum, step.minutes]
            for step in wanted
        ],
    )
    return made


def _require(by: Person, unit: Unit | None, policy: Policy | None) -> None:
    """A row for every unit is for those who run the whole hall; a unit's row for those who run it."""
    for each in {unit, policy.unit if policy else unit}:
        place = each or hall_unit()
        if place is None or not may(by, access.POLICIES, place):
            raise NotAllowed(
                _("Only the administrators of the unit, or of the hall for all units, change review rules.")
            )


def _step(step: PathStep | Mapping[str, Any]) -> PathStep:
    if isinstance(step, PathStep):
        return step
    lines = [str(line).strip() for line in step.get("checklist", ())]
    return PathStep(
        turn=int(step["turn"]),
        name=str(step["name"]).strip(),
        role=str(step["role"]),
        place=str(step.get("place") or Place.UNIT),
        quorum=int(step.get("quorum") or 1),
        minutes=int(step.get("minutes") or 240),
        checklist=tuple(line for line in lines if line),
        asks_secrecy=bool(step.get("asks_secrecy")),
    )


def _problems(
    name: str, lane: str, klass: str, risk: str, after_hours: int | None, steps: Sequence[PathStep]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if not name.strip() or len(name.strip()) > 60:
        found["name"] = [_("Give the rule a name of 1 to 60 characters.")]
    if lane not in Lane.values:
        found["lane"] = [_("Choose a lane.")]
    if klass and klass not in ContentClass.values:
        found["klass"] = [_("Choose a class, or leave it empty for any.")]
    if risk and risk not in Risk.values:
        found["risk"] = [_("Choose a risk, or leave it empty for any.")]
    wrong = list(_step_problems(steps))
    if not wrong and not is_safe(Path(name, lane, tuple(steps))):
        wrong.append(_("An emergency text needs %(n)s people besides its author.") % {"n": EMERGENCY_PEOPLE})
    if wrong:
        found["steps"] = wrong
    if lane == Lane.EMERGENCY and not 1 <= (after_hours or 0) <= 24 * 7:
        found["after_hours"] = [_("Say within how many hours the text is reviewed afterwards, 1 to 168.")]
    return found


def _step_problems(steps: Sequence[PathStep]) -> Iterable[str]:
    turns = sorted({step.turn for step in steps})
    if not steps:
        yield _("A rule needs at least one step: nobody publishes alone.")
    elif turns != list(range(1, len(turns) + 1)) or len(turns) > TURNS or len(steps) > STEPS_MOST:
        yield _("Number the turns 1, 2, 3 without a gap; there are at most %(n)s.") % {"n": TURNS}
    for step in steps:
        yield from _one_step_problems(step)


def _one_step_problems(step: PathStep) -> Iterable[str]:
    if not step.name or len(step.name) > 30:
        yield _("Give each step a name of 1 to 30 characters.")
    if step.role not in access.DECIDING:
        label = Role(step.role).label if step.role in Role.values else step.role
        yield _("“%(role)s” is not a role that reviews.") % {"role": label}
    if step.place not in Place.values:
        yield _("Say where the role of “%(step)s” is held.") % {"step": step.name}
    if not 1 <= step.quorum <= QUORUM_MOST:
        yield _("“%(step)s” needs 1 to %(n)s approvals.") % {"step": step.name, "n": QUORUM_MOST}
    if not 1 <= step.minutes <= MINUTES_MOST:
        yield _("“%(step)s” needs a time allowed of at least a minute and at most 30 days.") % {
            "step": step.name
        }


@action
def retire_policy(policy: Policy, *, by: Person) -> Policy:
    """Take a row out of force; texts then follow the next less specific one. Twice changes nothing."""
    _require(by, policy.unit, policy)
    changed = Policy.objects.filter(pk=policy.pk, retired_at__isnull=True).update(retired_at=clock.now())
    policy.refresh_from_db()
    if changed:
        audit.record("review.policy.retire", by=by, subject=policy, unit=policy.unit, name=policy.name)
    return policy


@action
def load_presets(*, by: Person | None = None) -> list[Policy]:
    """Write the presets for cases that have no row in force, for all units; doing it twice adds nothing."""
    if by is not None:
        _require(by, None, None)
    taken = set(
        Policy.objects.filter(retired_at__isnull=True, unit__isnull=True).values_list(
            "lane", "klass", "risk", "channel"
        )
    )
    made = []
    for preset in PRESETS:
        if (preset.lane, preset.klass, preset.risk, preset.channel) in taken:
            continue
        policy = Policy.objects.create(
            name=preset.name,
            lane=preset.lane,
            klass=preset.klass,
            risk=preset.risk,
            channel=preset.channel,
            after_hours=preset.after_hours,
        )
        PolicyStep.objects.bulk_create(
            PolicyStep(policy=policy, **vars(step) | {"checklist": list(step.checklist)})
            for step in preset.steps
        )
        audit.record("review.policy.save", by=by, subject=policy, name=policy.name, preset=True)
        made.append(policy)
    return made
