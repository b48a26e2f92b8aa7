"""Submitting: seal the version, choose its path, find people for every step, open the round."""

import re
from typing import cast

from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid
from weiting.posts import actions as posts
from weiting.posts.flow import CorrectionState, IssueState, PostState
from weiting.posts.models import Correction, Issue, Post, Purpose, Revision, Template
from weiting.posts.queries import undecided
from weiting.review import access, queries, standing, subjects
from weiting.review.actions.rounds import open_turn
from weiting.review.models import Lane, Round, Step
from weiting.review.paths import PathStep
from weiting.review.subjects import Subject
from weiting.units.access import require
from weiting.units.models import Unit
from weiting.units.roles import Role

# A refusal names so many of the words it is about; the writer's page shows all of them.
SHOWN_MOST = 5
_BLANK = re.compile(r"【[^】]*】|\{[^}]*\}|[_＿]{2,}|…{2,}")


@action
def submit_post(
    post: Post,
    *,
    by: Person,
    note: str = "",
    no_secrets: bool = False,
    lane: str = Lane.NORMAL,
    channel: str = "",
) -> Round:
    """Seal the working version, open its round and call the first reviewers.

    Raises Invalid when the text is incomplete, the secrecy declaration is missing, the lane does not fit or a
    role is vacant everywhere; Conflict when it is in review already.
    """
    require(by, access.EMERGENCY if lane == Lane.EMERGENCY else access.SUBMIT, post.unit)
    post = cast(Post, subjects.lock(post))
    _refuse_unless(post.state in {PostState.DRAFT, PostState.RETURNED})
    if lane not in {Lane.NORMAL, Lane.REPLY, Lane.EMERGENCY}:
        raise Invalid(_("A post takes the normal, the light or the emergency lane."), code="lane")
    revision = posts.seal_working(post, by=by)
    post.working = revision
    if lane == Lane.REPLY:
        _require_light(post, revision)
    return _open(
        post,
        by=by,
        lane=lane,
        klass=post.klass,
        risk=post.risk,
        channel=channel,
        note=note,
        no_secrets=no_secrets,
    )


@action
def submit_correction(
    correction: Correction, *, by: Person, note: str = "", no_secrets: bool = False
) -> Round:
    """Seal a correction's version and open its round; the post stays public. Raises as submit_post does."""
    require(by, access.SUBMIT, correction.post.unit)
    correction = cast(Correction, subjects.lock(correction))
    _refuse_unless(correction.state in {CorrectionState.DRAFT, CorrectionState.RETURNED})
    correction.after = posts.seal_working(correction.post, by=by)
    post = correction.post
    return _open(
        correction,
        by=by,
        lane=Lane.CORRECTION,
        klass=post.klass,
        risk=post.risk,
        channel="",
        note=note,
        no_secrets=no_secrets,
    )


@action
def submit_issue(
    issue: Issue, *, by: Person, note: str = "", no_secrets: bool = False, channel: str = ""
) -> Round:
    """Seal an issue and open its round, by the highest risk of its articles. Raises as submit_post does."""
    require(by, access.SUBMIT, issue.unit)
    issue = cast(Issue, subjects.lock(issue))
    _refuse_unless(issue.state in {IssueState.DRAFT, IssueState.RETURNED})
    issue.content_hash = posts.seal_issue(issue, by=by)
    klass, risk = subjects.kind_of(issue)
    return _open(
        issue,
        by=by,
        lane=Lane.NORMAL,
        klass=klass,
        risk=risk,
        channel=channel,
        note=note,
        no_secrets=no_secrets,
    )


def _refuse_unless(is_open: bool) -> None:
    if not is_open:
        raise Conflict(
            _("This text is not a draft any more: it has been submitted, published or put aside."),
            code="illegal_move",
        )


def _require_light(post: Post, revision: Revision) -> None:
    """Keep the light lane for what it is meant for; anything else would be a way around the reviewers."""
    if post.purpose == Purpose.RESPONSE or follows_template(post, revision):
        return
    raise Invalid(
        _("The light lane is for responses and for texts from a template. Submit this one the normal way."),
        code="lane",
        fields={"lane": [_("Choose the normal lane.")]},
    )


def follows_template(post: Post, revision: Revision) -> bool:
    """Say whether the text is a template in force with only its blanks filled in."""
    body = "".join(revision.body.split())
    for template in Template.objects.filter(retired_at__isnull=True, is_phrase=False):
        if template.unit_id not in {None, post.unit_id}:
            continue
        fixed = ["".join(part.split()) for part in _BLANK.split(template.body)]
        fixed = [part for part in fixed if len(part) > 1]
        blanks = len(_BLANK.findall(template.body))
        room = sum(map(len, fixed)) + 60 * blanks
        if fixed and len(body) <= room and _in_order(fixed, body):
            return True
    return False


def _in_order(parts: list[str], text: str) -> bool:
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def _writers(subject: Subject) -> set[int | None]:
    """Return everybody who wrote in the versions since the text was last public."""
    if isinstance(subject, Issue):
        return {subject.editor_id}
    if isinstance(subject, Correction):
        rows = Revision.objects.filter(post=subject.post_id, number__gt=subject.before.number)
        people: set[int | None] = {subject.by_id}
    else:
        rows = Revision.objects.filter(post=subject.pk)
        people = {subject.author_id}
    for pair in rows.values_list("author_id", "saved_by_id"):
        people.update(pair)
    return people


def _refuse_undecided(subject: Subject) -> None:
    """Let nothing personal into review about which nobody has decided by name, on whatever way it came here."""
    if isinstance(subject, Correction):
        found = undecided(subject.post, subject.after)
    else:
        found = undecided(subject)
    if not found:
        return
    fields: dict[str, list[str]] = {}
    for concern in found:
        for name in dict.fromkeys(place.field for place in concern.places):
            fields.setdefault(name, []).append(
                _("“%(words)s”: %(why)s Or decide by name that it stays.")
                % {"words": concern.shown, "why": concern.why.say(_)}
            )
    raise Invalid(
        _(
            "Something personal stands in it: %(words)s. Mask it, or decide by name and with a reason that it "
            "stays; then submit again."
        )
        % {"words": "、".join(f"“{concern.shown}”" for concern in found[:SHOWN_MOST])},
        code="personal",
        fields=fields,
        words=[concern.shown for concern in found],
    )


def _open(
    subject: Subject,
    *,
    by: Person,
    lane: str,
    klass: str,
    risk: str,
    channel: str,
    note: str,
    no_secrets: bool,
) -> Round:
    unit = subjects.unit_of(subject)
    if unit.is_closed:
        raise Invalid(
            _("%(unit)s has been closed and no longer speaks. Let its successor write it.")
            % {"unit": unit.short_name},
            code="unit_closed",
        )
    _refuse_undecided(subject)
    path = queries.policy_for(lane, unit, klass, risk, channel)
    if path.asks_secrecy and not no_secrets:
        sentence = _("Declare that the text holds no state secret and no work secret, or take it back.")
        raise Invalid(sentence, code="secrecy_missing", fields={"no_secrets": [sentence]})
    authors = standing.authors_of(by, revision=None, others=_writers(subject))
    seats = standing.seat_path(path, unit, authors)
    if isinstance(seats, standing.Vacant):
        raise Invalid(
            _(
                "Nobody can take the step “%(step)s”: at %(unit)s and above there is no %(role)s besides the "
                "authors and the other reviewers. Ask your administrator to appoint one, then submit again."
            )
            % {
                "step": seats.step.name,
                "unit": seats.start.short_name,
                "role": Role(seats.step.role).label,
            },
            code="vacant",
            role=seats.step.role,
            unit=seats.start.public_id,
        )
    signing = _signing(subject, max(seat.step.turn for seat in seats) + 1, authors)
    now = clock.now()
    subjects.carry(subject, "submit")
    round_ = Round.objects.create(
        post=subject if isinstance(subject, Post) else getattr(subject, "post", None),
        revision=subjects.version_of(subject),
        correction=subject if isinstance(subject, Correction) else None,
        issue=subject if isinstance(subject, Issue) else None,
        unit=unit,
        klass=klass,
        risk=risk,
        channel=channel,
        lane=lane,
        policy=path.policy,
        content_hash=subjects.hash_of(subject),
        submitted_by=by,
        authors=sorted(authors),
        submitted_at=now,
        note=note.strip()[:300],
        no_secrets=no_secrets,
        after_hours=path.after_hours,
    )
    Step.objects.bulk_create(
        Step(
            round=round_,
            turn=seat.step.turn,
            name=seat.step.name,
            role=seat.step.role,
            from_unit=seat.start,
            at_unit=seat.top,
            quorum=seat.step.quorum,
            minutes=seat.step.minutes,
            checklist=list(seat.step.checklist),
            asks_secrecy=seat.step.asks_secrecy,
        )
        for seat in [*seats, *signing]
    )
    open_turn(round_)
    audit.record(
        "review.round.submit",
        by=by,
        subject=subject,
        unit=unit,
        round=round_.public_id,
        lane=lane,
        path=str(path.name),
        steps=[seat.step.name for seat in [*seats, *signing]],
        content_hash=round_.content_hash,
        no_secrets=no_secrets,
    )
    return round_


def _signing(subject: Subject, turn: int, authors: set[int]) -> list[standing.Seat]:
    """Return a last step for each unit that signs a text together: its own reviewer confirms the very words.

    Raises Invalid for a unit that has nobody with the right to sign.
    """
    post = subject.post if isinstance(subject, Correction) else subject
    ids = post.signers if isinstance(post, Post) else []
    seats = []
    for unit in Unit.objects.filter(pk__in=ids).order_by("path") if ids else ():
        name = f"会签 · {unit.short_name}"[:30]
        step = PathStep(turn, name, Role.FINAL_REVIEWER)
        holders = standing.holders_between(step.role, [unit]) - authors
        if unit.is_closed or not holders:
            raise Invalid(
                _("%(unit)s cannot sign: it has no final reviewer besides the authors, or has been closed.")
                % {"unit": unit.short_name},
                code="cannot_sign",
            )
        # A signature does not rise: nobody above signs for a unit.
        seats.append(standing.Seat(step, unit, unit, frozenset(holders)))
    return seats
