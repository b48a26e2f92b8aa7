"""What the composer shows beside the words: each channel's preview, findings, the path, who else is here.

Nothing is decided here and nothing written: the actions do that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from weiting.accounts.models import Person
from weiting.channels.words import name_of
from weiting.core import clock
from weiting.core.errors import NotFound
from weiting.desk.drafts import Draft
from weiting.posts import access, queries
from weiting.posts.flow import WRITABLE, PostState
from weiting.posts.models import Issue, Post, Presence, Revision
from weiting.posts.prose import plain
from weiting.publishing import queries as publishing
from weiting.review import queries as review
from weiting.review.models import Lane
from weiting.units.access import may, units_for
from weiting.units.models import Unit

LOOK_BACK = timedelta(days=14)


@dataclass(frozen=True)
class Advice:
    """One thing the writer should know before submitting, besides the words themselves: a warning, never a wall."""

    kind: str
    text: str
    advice: str = ""
    tone: str = "soon"


def advice(draft: Draft) -> list[Advice]:
    """List what should be looked at: lengths, another unit's remit, the same text elsewhere, what is missing."""
    return [*_lengths(draft), *_remit(draft), *_repetition(draft), *_gaps(draft)]


def _lengths(draft: Draft) -> list[Advice]:
    found = []
    if len(draft.title) > 120:
        found.append(
            Advice(_("Title"), _("It is longer than 120 characters."), _("Cut it to one line."), "late")
        )
    for shown in draft.previews:
        # What the channel cannot take is said by the preview; here only what its writer can mend.
        if not shown.fits:
            found.append(
                Advice(
                    name_of(shown.kind),
                    _("It is too long for this channel."),
                    _("Write a wording of its own under “Channels”."),
                    "late",
                )
            )
    return found


def _remit(draft: Draft) -> list[Advice]:
    """Warn when the words lie in another unit's remit [B17]; a hall's own unit speaks for everybody."""
    best = queries.outside_remit(draft.post, f"{draft.title} {plain(draft.body)[:300]}".strip())
    if best is None:
        return []
    return [
        Advice(
            _("Remit"),
            _("“%(matter)s” is a matter of %(unit)s.")
            % {"matter": best.matter, "unit": best.unit.short_name},
            _("Speak for your own part, name who answers for the rest, or ask them to write."),
        )
    ]


def _repetition(draft: Draft) -> list[Advice]:
    """Warn when other units hold the same words, so that n units do not say one thing at one minute [B26]."""
    body = draft.body.strip()
    if len(body) < 20:
        return []
    since = clock.now() - LOOK_BACK
    rows = Post.objects.filter(Q(working__body=body) | Q(live__body=body), changed_at__gte=since)
    others = list(
        rows.exclude(unit_id=draft.post.unit_id)
        .exclude(state=PostState.DISCARDED)
        .values_list("unit__short_name", flat=True)
        .distinct()[:20]
    )
    if not others:
        return []
    if len(others) == 1:
        text = _("%(units)s has the same text.") % {"units": others[0]}
    else:
        text = _("%(units)s and others, %(n)s units in all, have the same text.") % {
            "units": "、".join(others[:3]),
            "n": len(others),
        }
    return [Advice(_("Repetition"), text, _("Let one speak and the others share it, or say what is yours."))]


def _gaps(draft: Draft) -> list[Advice]:
    lacking = [sentence for place in draft.media for sentence in place.asset.lacks()]
    return [
        Advice(_("Pictures"), sentence, _("Open “Pictures, films, sounds” below."), "late")
        for sentence in dict.fromkeys(lacking)
    ]


def path_steps(subject: Post | Issue, person: Person, lane: str = Lane.NORMAL) -> dict[str, Any]:
    """Show the review path a text would take now: steps for the drawing, a sentence, and what is in the way."""
    shown = review.path_preview(subject, by=person, lane=lane)
    steps = [
        {
            "label": each.step.name,
            "state": "",
            "note": _("%(n)s of %(who)s") % {"n": each.step.quorum, "who": _names(each.people)}
            if each.step.quorum > 1
            else _names(each.people),
        }
        for each in shown.steps
    ]
    turns: dict[int, int] = {}
    for each in shown.steps:
        turns[each.step.turn] = max(turns.get(each.step.turn, 0), each.step.minutes)
    minutes = sum(turns.values())
    note = ""
    if steps:
        steps.append({"label": _("out"), "state": "", "note": ""})
        note = _("%(name)s; at most %(time)s if everybody uses the time allowed.") % {
            "name": shown.path.name,
            "time": duration(minutes),
        }
    return {"steps": steps, "note": note, "vacant": shown.vacant, "asks_secrecy": shown.path.asks_secrecy}


def _names(people: Sequence[str]) -> str:
    return "、".join(people[:2]) + ("…" if len(people) > 2 else "")


def duration(minutes: int) -> str:
    """Say a span shortly."""
    if minutes < 120:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}


def writes(person: Person, post: Post) -> bool:
    """Say whether this page is a composer for this person now."""
    return post.state in WRITABLE and may(person, access.WRITE, post.unit)


def present(posts: Sequence[Post], person: Person) -> dict[int, str]:
    """Map posts to who has them open now, by name; oneself is left out."""
    rows = (
        Presence.objects.filter(
            post__in=[post.pk for post in posts], seen_at__gte=clock.now() - timedelta(seconds=90)
        )
        .exclude(person=person)
        .select_related("person")
        .order_by("-holds_pen", "since")
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.post_id, []).append(row.person.name)
    return {pk: _names(names) for pk, names in found.items()}


def revision_by_number(post: Post, number: object) -> Revision:
    """Return one version of a post; raise NotFound."""
    try:
        found = post.revisions.filter(number=int(str(number))).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound(_("There is no such version of this text."))
    return found


def counts_by_state(person: Person, **filters: Any) -> dict[str, int]:
    """Count a person's posts by state; public ones are not counted, they are too many to be work."""
    rows = queries.posts_of(person, **filters).exclude(state=PostState.PUBLISHED).order_by()
    return dict(rows.values_list("state").annotate(n=Count("pk")))


def plan_or_wish(post: Post) -> dict[str, Any]:
    """Return when a text is to go out: its plan, or what was wished while submitting."""
    return {"plan": publishing.plan_of(post), "wish": publishing.wish_of(post)}


def page_of(post: Post) -> str:
    """Return the desk's address of a text."""
    return reverse("desk:compose", args=[post.public_id])


def writing_units(person: Person) -> list[Unit]:
    """List the open units for which a person may write."""
    return list(units_for(person, access.WRITE).filter(closed_on__isnull=True).order_by("path")[:300])
