"""Every read of review that others may use: the path of a text, what waits for whom, rounds, precedents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import NotFound
from weiting.posts.models import Correction, Issue, Post
from weiting.review import access, paths, standing, subjects
from weiting.review.flow import RoundState
from weiting.review.models import Lane, Policy, Remark, Round, Step, Verdict
from weiting.review.passages import Passage, find_again
from weiting.review.paths import Path
from weiting.review.standing import may_decide, waiting_for
from weiting.review.subjects import Subject
from weiting.text.segment import search_tokens
from weiting.units.access import RULES, may, memberships_of, reach_q
from weiting.units.models import Unit

__all__ = [
    "Precedent",
    "after_reviews_due",
    "approved_round",
    "last_round",
    "may_decide",
    "open_round",
    "passages",
    "path_preview",
    "policies",
    "policies_for",
    "policy_for",
    "precedents_for",
    "refusal_of",
    "round_for",
    "rounds_before",
    "rounds_of",
    "sees",
    "waiting_for",
]

PRECEDENT_DAYS = 730
PRECEDENT_POOL = 500


def policy_for(lane: str, unit: Unit, klass: str, risk: str, channel: str = "") -> Path:
    """Return the path of a text: the most specific row in force, or the one built in; never none."""
    line = paths.line_of(unit)
    rows = (
        Policy.objects.filter(retired_at__isnull=True, lane=lane)
        .filter(Q(unit__isnull=True) | Q(unit__in=line))
        .prefetch_related("steps")
    )
    # A row somebody emptied behind the actions' back is passed over, not obeyed.
    safe = [policy for policy in rows if paths.is_safe(paths.path_of(policy, policy.steps.all()))]
    chosen = paths.choose(safe, lane=lane, line=line, klass=klass, risk=risk, channel=channel)
    return paths.path_of(chosen, chosen.steps.all()) if chosen else paths.BUILT_IN[lane]


@dataclass(frozen=True)
class StepPreview:
    """One step as the author sees it before submitting: who is asked, and where if the role is vacant below."""

    step: paths.PathStep
    unit: Unit
    people: Sequence[str]
    is_risen: bool


@dataclass(frozen=True)
class Preview:
    """The path a text would take now; `vacant` is a sentence when it could not be submitted."""

    path: Path
    steps: Sequence[StepPreview] = field(default_factory=tuple)
    vacant: str = ""


def path_preview(subject: Post | Issue, *, by: Person, lane: str = Lane.NORMAL, channel: str = "") -> Preview:
    """Show which steps a text would take if this person submitted it now, and who is asked at each."""
    if isinstance(subject, Issue):
        klass, risk = subjects.kind_of(subject)
        authors = standing.authors_of(by, revision=None, others=[subject.editor_id])
    else:
        klass, risk = subject.klass, subject.risk
        authors = standing.authors_of(by, revision=subject.working, others=[subject.author_id])
    path = policy_for(lane, subject.unit, klass, risk, channel)
    seats = standing.seat_path(path, subject.unit, authors)
    if isinstance(seats, standing.Vacant):
        sentence = _("Nobody can take the step “%(step)s” at %(unit)s or above.") % {
            "step": seats.step.name,
            "unit": seats.start.short_name,
        }
        return Preview(path, (), sentence)
    # Whoever acts for a holder may decide too; all steps are asked about at once.
    acting = standing.substitutes_of({pk for seat in seats for pk in seat.holders})
    able = [
        {*seat.holders, *(pk for pk, places in acting.items() if places & seat.holders and pk not in authors)}
        for seat in seats
    ]
    names = dict(Person.objects.filter(pk__in=set().union(*able)).values_list("pk", "name"))
    return Preview(
        path,
        [
            StepPreview(seat.step, seat.top, sorted(names[pk] for pk in people), seat.top.pk != seat.start.pk)
            for seat, people in zip(seats, able, strict=True)
        ],
    )


def policies(unit: Unit | None = None) -> QuerySet[Policy]:
    """List the rows in force with their steps: all of them, or those that can matter to one unit."""
    rows = Policy.objects.filter(retired_at__isnull=True).select_related("unit").prefetch_related("steps")
    if unit is not None:
        rows = rows.filter(Q(unit__isnull=True) | Q(unit__in=unit.ancestor_ids))
    return rows.order_by("lane", "unit__path", "risk", "klass", "channel", "pk")


def policies_for(person: Person) -> QuerySet[Policy]:
    """List the rows in force that can matter to a person: the hall's, their units' and of those above them."""
    above = {
        pk
        for held in memberships_of(person)
        if held.role in RULES[access.SEE]
        for pk in held.unit.ancestor_ids
    }
    return policies().filter(
        Q(unit__isnull=True)
        | Q(unit__in=above)
        | reach_q(person, access.SEE, "unit")
        | reach_q(person, access.POLICIES, "unit")
    )


def _full(rounds: QuerySet[Round]) -> QuerySet[Round]:
    verdicts = Verdict.objects.select_related("person", "for_person")
    steps = Step.objects.select_related("at_unit", "from_unit").prefetch_related(
        Prefetch("verdicts", queryset=verdicts)
    )
    # What few rounds have is read beside them: with every table in one join the database thinks longer than it reads.
    return rounds.select_related(
        "unit", "post__unit", "post__working", "revision", "submitted_by", "after_by", "policy"
    ).prefetch_related(
        Prefetch("correction", queryset=Correction.objects.select_related("post__unit", "after", "before")),
        Prefetch("issue", queryset=Issue.objects.select_related("unit")),
        Prefetch("steps", queryset=steps),
        Prefetch("remarks", queryset=Remark.objects.select_related("by", "settled_by")),
    )


def sees(person: Person, round_: Round) -> bool:
    """Say whether a person may look at a round: people of the unit, its authors, and whoever is asked in it."""
    if not person.is_active:
        return False
    if person.pk in round_.authors or may(person, access.SEE, round_.unit):
        return True
    if any(verdict.person_id == person.pk for step in round_.steps.all() for verdict in step.verdicts.all()):
        return True
    return any(person.pk in each.deciders for each in standing.asked(round_))


def round_for(person: Person, public_id: str) -> Round:
    """Return a round with its steps, verdicts and comments; raise NotFound when it is not for this person."""
    found = _full(Round.objects.filter(public_id=public_id)).select_related("post__column").first()
    if found is None or not sees(person, found):
        raise NotFound(_("This page does not exist, or it is not for you."))
    return found


def rounds_of(subject: Subject) -> QuerySet[Round]:
    """List the rounds of a post (its corrections included), a correction or an issue, newest first."""
    return _full(_rounds(subject)).order_by("-submitted_at", "-pk")


def rounds_before(round_: Round) -> list[Round]:
    """List the other rounds of a round's text, newest first, with their versions and verdicts."""
    verdicts = Verdict.objects.select_related("person")
    steps = Step.objects.prefetch_related(Prefetch("verdicts", queryset=verdicts))
    others = _rounds(round_.post or subjects.subject_of(round_)).exclude(pk=round_.pk)
    with_steps = others.select_related("revision").prefetch_related(Prefetch("steps", queryset=steps))
    return list(with_steps.order_by("-submitted_at", "-pk"))


def last_round(subject: Subject) -> Round | None:
    """Return the newest round of a text, by itself, for a line that leads to it."""
    return _rounds(subject).order_by("-submitted_at", "-pk").first()


def refusal_of(post: Post) -> Round | None:
    """Return the round that last sent a post back, with its verdicts and comments, if one did."""
    verdicts = Verdict.objects.filter(approves=False).select_related("person")
    steps = Step.objects.prefetch_related(Prefetch("verdicts", queryset=verdicts))
    return (
        _own(post)
        .filter(state=RoundState.RETURNED)
        .prefetch_related(
            Prefetch("steps", queryset=steps),
            Prefetch("remarks", queryset=Remark.objects.select_related("by")),
        )
        .order_by("-submitted_at", "-pk")
        .first()
    )


def _rounds(subject: Subject) -> QuerySet[Round]:
    if isinstance(subject, Issue):
        return Round.objects.filter(issue=subject)
    if isinstance(subject, Correction):
        return Round.objects.filter(correction=subject)
    return Round.objects.filter(post=subject)


def _own(subject: Subject) -> QuerySet[Round]:
    rounds = _rounds(subject)
    return rounds.filter(correction__isnull=True) if isinstance(subject, Post) else rounds


def open_round(subject: Subject) -> Round | None:
    """Return the round a text is in now, if any."""
    return _own(subject).filter(state=RoundState.OPEN).order_by("-pk").first()


def approved_round(subject: Subject) -> Round | None:
    """Return the round by which the present version of a text was approved, if it was."""
    rounds = _own(subject).filter(state=RoundState.APPROVED)
    version = subjects.version_of(subject)
    if version is not None:
        rounds = rounds.filter(revision=version)
    return rounds.order_by("-pk").first()


def rounds_under_way(person: Person) -> QuerySet[Round]:
    """List the open rounds of the units whose reviews a person may see, longest waiting first."""
    return _full(Round.objects.filter(reach_q(person, access.SEE, "unit"), state=RoundState.OPEN)).order_by(
        "submitted_at"
    )


def after_reviews_due(person: Person) -> QuerySet[Round]:
    """List the emergency texts whose review afterwards waits and that this person may do, most urgent first."""
    return (
        Round.objects.filter(
            reach_q(person, access.AFTER, "unit"),
            state=RoundState.APPROVED,
            after_due_at__isnull=False,
            after_done_at__isnull=True,
        )
        .exclude(authors__contains=[person.pk])
        .exclude(pk__in=Verdict.objects.filter(person=person).values("step__round"))
        .select_related("unit", "post", "revision", "submitted_by")
        .order_by("after_due_at")
    )


def passages(round_: Round, text_of: Subject | None = None) -> list[tuple[Remark, Passage]]:
    """Pair each comment of a round with its place in the round's version, or in the present one of `text_of`."""
    version = subjects.version_of(text_of) if text_of is not None else round_.revision
    placed = []
    for each in round_.remarks.all():
        words = getattr(version, each.field, "") if version else ""
        length = each.end - each.start if each.start is not None and each.end is not None else 0
        placed.append((each, find_again(words, each.quote, each.start or 0, length)))
    return placed


@dataclass(frozen=True)
class Precedent:
    """An earlier refusal of a like text, with its reason."""

    verdict: Verdict
    title: str
    likeness: float

    @property
    def round(self) -> Round:
        """Return the round it belongs to."""
        return self.verdict.step.round


def precedents_for(post: Post, person: Person | None = None, *, most: int = 5) -> list[Precedent]:
    """Find texts of the same class sent back before, most alike first: by words of the title, column and unit.

    Without a person only those of the post's own unit; with one, also those the person may see elsewhere.
    """
    where = Q(step__round__unit=post.unit_id)
    if person is not None:
        where |= reach_q(person, access.SEE, "step__round__unit")
    rows = (
        Verdict.objects.filter(
            where,
            approves=False,
            at__gte=clock.now() - timedelta(days=PRECEDENT_DAYS),
            step__round__klass=post.klass,
            step__round__post__isnull=False,
        )
        .exclude(step__round__post=post)
        .select_related("step__round__unit", "step__round__revision", "step__round__post__column", "person")
        .order_by("-at")[:PRECEDENT_POOL]
    )
    own = terms(post.working.title) if post.working else frozenset()
    found = []
    for row in rows:
        about = row.step.round
        title = about.revision.title if about.revision else ""
        column = (
            post.column_id is not None and about.post is not None and about.post.column_id == post.column_id
        )
        score = 2 * _overlap(own, terms(title)) + 0.5 * column + 0.25 * (about.unit_id == post.unit_id)
        if score > 0:
            found.append(Precedent(row, title, round(score, 3)))
    # Sorting is stable and the rows came newest first, so of equals the newer stands above.
    return sorted(found, key=lambda each: -each.likeness)[:most]


def terms(text: str) -> frozenset[str]:
    """Cut a title into the words it is compared by."""
    return frozenset(word for word in search_tokens(text) if len(word) > 1)


def _overlap(one: Iterable[str], other: Iterable[str]) -> float:
    left, right = set(one), set(other)
    return len(left & right) / len(left | right) if left and right else 0.0
