"""Which path a text takes: the choice among policies and the times allowed. Pure, so that it can be enumerated."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiting.core.worktime import Calendar
from weiting.review.models import Lane, Place, Policy, PolicyStep
from weiting.units.models import Unit
from weiting.units.roles import Role

TURNS = 4
EMERGENCY_PEOPLE = 2
AFTER_HOURS = 24
# Reminders go out when these shares of the time allowed are used up.
REMINDERS = (0.5, 1.0, 1.5)


@dataclass(frozen=True)
class PathStep:
    """One step as a policy asks for it."""

    turn: int
    name: str
    role: str
    place: str = Place.UNIT
    quorum: int = 1
    minutes: int = 240
    checklist: tuple[str, ...] = ()
    asks_secrecy: bool = False


@dataclass(frozen=True)
class Path:
    """The steps a text takes and where they come from; `policy` is empty for the path built in."""

    name: str | Promise
    lane: str
    steps: tuple[PathStep, ...]
    after_hours: int | None = None
    policy: Policy | None = field(default=None, compare=False)

    @property
    def people(self) -> int:
        """Return the smallest number of people without whom nothing goes out, the author included."""
        return 1 + sum(step.quorum for step in self.steps)

    @property
    def asks_secrecy(self) -> bool:
        """Say whether the author must declare that the text holds no secret."""
        return any(step.asks_secrecy for step in self.steps)

    @property
    def turns(self) -> list[list[PathStep]]:
        """Group the steps by turn, in order: what stands in one group happens at the same time."""
        numbers = sorted({step.turn for step in self.steps})
        return [[step for step in self.steps if step.turn == number] for number in numbers]


_final = PathStep(1, "终审", Role.FINAL_REVIEWER, asks_secrecy=True)
# What holds where the table has no row at all: nobody publishes alone, whatever an administrator retires.
BUILT_IN: Mapping[str, Path] = MappingProxyType(
    {
        Lane.NORMAL: Path(_("built in: one reviewer"), Lane.NORMAL, (_final,)),
        Lane.CORRECTION: Path(_("built in: one reviewer"), Lane.CORRECTION, (_final,)),
        Lane.REPLY: Path(
            _("built in: one reviewer"), Lane.REPLY, (PathStep(1, "初审", Role.FIRST_REVIEWER, minutes=60),)
        ),
        Lane.EMERGENCY: Path(
            _("built in: two emergency officers"),
            Lane.EMERGENCY,
            (
                PathStep(
                    1,
                    "应急会签",
                    Role.EMERGENCY_OFFICER,
                    quorum=EMERGENCY_PEOPLE,
                    minutes=10,
                    asks_secrecy=True,
                ),
            ),
            AFTER_HOURS,
        ),
    }
)


def specificity(policy: Policy, line: Sequence[int]) -> tuple[int, bool, bool, bool]:
    """Return what rows are compared by: the nearest unit first, then channel, risk, class.

    `line` holds the ids of the unit's ancestors from the root down to itself.
    """
    nearness = line.index(policy.unit_id) if policy.unit_id else -1
    return nearness, bool(policy.channel), bool(policy.risk), bool(policy.klass)


def choose(
    policies: Iterable[Policy], *, lane: str, line: Sequence[int], klass: str, risk: str, channel: str
) -> Policy | None:
    """Pick the most specific policy that fits; the database allows one row per case, so there is never a tie."""
    fitting = [
        policy
        for policy in policies
        if policy.retired_at is None
        and policy.lane == lane
        and (policy.unit_id is None or policy.unit_id in line)
        and policy.klass in {"", klass}
        and policy.risk in {"", risk}
        and policy.channel in {"", channel}
    ]
    return max(fitting, key=lambda policy: specificity(policy, line), default=None)


def path_of(policy: Policy, steps: Iterable[PolicyStep]) -> Path:
    """Turn a policy's rows into a path."""
    return Path(
        name=policy.name,
        lane=policy.lane,
        steps=tuple(
            PathStep(
                step.turn,
                step.name,
                step.role,
                step.place,
                step.quorum,
                step.minutes,
                tuple(step.checklist),
                step.asks_secrecy,
            )
            for step in steps
        ),
        after_hours=policy.after_hours,
        policy=policy,
    )


def is_safe(path: Path) -> bool:
    """Say whether a path keeps the two rules no table may break: somebody besides the author, two in emergencies."""
    enough = EMERGENCY_PEOPLE if path.lane == Lane.EMERGENCY else 1
    return sum(step.quorum for step in path.steps) >= enough


def after(lane: str, opened: datetime, minutes: float, calendar: Calendar) -> datetime:
    """Return when minutes of a lane are over: working time, but on the wall clock in an emergency."""
    span = timedelta(minutes=minutes)
    return opened + span if lane == Lane.EMERGENCY else calendar.add(opened, span)


def due_at(lane: str, opened: datetime, minutes: int, calendar: Calendar) -> datetime:
    """Return until when a step is to be decided."""
    return after(lane, opened, minutes, calendar)


def remind_at(lane: str, opened: datetime, minutes: int, sent: int, calendar: Calendar) -> datetime | None:
    """Return when the next reminder goes out after `sent` of them, or None when all have gone."""
    if sent >= len(REMINDERS):
        return None
    return after(lane, opened, minutes * REMINDERS[sent], calendar)


def line_of(unit: Unit) -> list[int]:
    """List the ids from the root down to the unit."""
    return unit.ancestor_ids
