"""One click on a finding, also without JavaScript: a better wording in its place, or the decision that it stays."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from weiting.accounts.models import Person
from weiting.core.errors import Conflict, DomainError, Invalid
from weiting.desk.drafts import places_of
from weiting.desk.findings import mark_of
from weiting.posts import actions, checking, concerns, content, queries
from weiting.posts.concerns import Known, Part, Place
from weiting.posts.models import Issue, Post, Revision
from weiting.posts.queries.deciding import open_correction

VERBS = ("fix:", "decide:")


@dataclass(frozen=True, slots=True)
class _Found:
    """Words of which a page may have shown a wording."""

    mark: str
    better: tuple[str, ...]
    words: str
    places: tuple[Place, ...]


def reasons_in(data: dict[str, str]) -> dict[str, str]:
    """Return the reasons typed beside findings, by the fingerprint of each."""
    return {name.removeprefix("reason-"): text for name, text in data.items() if name.startswith("reason-")}


def mend(post: Post, revision: Revision, person: Person, act: str) -> None:
    """Put the wording a button asked for into the saved text ("fix:field:start:choice:mark").

    Raises Invalid when these words no longer stand there; Conflict as saving does.
    """
    parts = concerns.parts_of(revision, post, open_correction(post, revision))
    changed = _replaced(act, parts, concerns.known(revision.fact_contact))
    words: dict[str, Any] = {name: text for name, text in changed.items() if name in content.WORDS}
    variants = {name: text for name, text in changed.items() if name in revision.variants}
    if variants:
        words["variants"] = {**revision.variants, **variants}
    if words:
        actions.save_working(post, by=person, saves=revision.saves, **words)
    if "source_name" in changed:
        actions.arrange_post(post, by=person, source_name=changed["source_name"])
    _describe(post, person, changed)


def mend_issue(issue: Issue, person: Person, act: str) -> None:
    """Do in an issue's own words what `mend` does in a text; raises as it does."""
    changed = _replaced(act, concerns.parts_of_issue(issue), concerns.known())
    articles = [
        {
            "post": row.post,
            "topic": row.topic,
            "title": changed.get(f"{row.post.public_id}-title", row.title),
            "digest": changed.get(f"{row.post.public_id}-digest", row.digest),
        }
        for row in queries.issue_articles(issue)
    ]
    actions.save_issue(
        issue,
        by=person,
        saves=issue.saves,
        title=changed.get("title", issue.title),
        cover=issue.cover,
        cover_alt=changed.get("cover_alt", issue.cover_alt),
        articles=articles,
    )


def decide(subject: Post | Issue, person: Person, act: str, reason: str) -> None:
    """Record that something personal stays ("decide:rule:fingerprint"); raises as posts.decide_finding does."""
    _verb, rule, fingerprint = [*act.split(":"), "", ""][:3]
    actions.decide_finding(subject, by=person, rule=rule, fingerprint=fingerprint, reason=reason)


def on_page(
    request: HttpRequest, subject: Post | Issue, revision: Revision | None, person: Person, act: str
) -> DomainError | None:
    """Do what a button beside a finding asked for; what was refused is said on the page and returned."""
    try:
        if act.startswith("decide:"):
            reasons = reasons_in(request.POST.dict())
            decide(subject, person, act, reasons.get(act.rpartition(":")[2], ""))
        elif isinstance(subject, Issue):
            mend_issue(subject, person, act)
        elif revision is not None:
            mend(subject, revision, person, act)
    except (Invalid, Conflict) as error:
        # A sentence about the reason stands beside its field.
        if not isinstance(error, Invalid) or "reason" not in error.fields:
            messages.error(request, str(error.message))
        return error
    return None


def _moved() -> Invalid:
    return Invalid(
        _(
            "These words no longer stand where they were found. What you typed is saved; look at the list again."
        ),
        code="words_gone",
    )


def _meant(parts: list[Part], known: Known, field: str, start: int, mark: str) -> _Found | None:
    """Return what the page showed: where it was, or else where it has moved if there is only one like it."""
    part = next((each for each in parts if each.field == field), None)
    if part is None:
        return None
    alike = [each for each in _found_in(part, parts, known) if each.mark == mark]
    exact = (each for each in alike if any(place.start == start for place in each.places))
    return next(exact, None) or (alike[0] if len(alike) == 1 else None)


def _found_in(part: Part, parts: list[Part], known: Known) -> Iterator[_Found]:
    """Everything of one part that has a wording; something personal with all its places in the text."""
    for concern in concerns.concerns_in(concerns.look_through(parts, known)):
        texts = {each.field: each.text for each in parts}
        places = tuple(
            place for place in concern.places if texts[place.field][place.start : place.end] == concern.words
        )
        yield _Found(mark_of(concern.rule, concern.words), concern.better, concern.words, places)
    for finding in checking.check_part(part, known):
        if finding.family != "personal" or finding.severity != "must":
            place = Place(part.field, finding.start, finding.end)
            yield _Found(mark_of(finding.rule, finding.words), finding.better, finding.words, (place,))


def _replaced(act: str, parts: list[Part], known: Known) -> dict[str, str]:
    """Return the fields in which a wording takes the place of its words, as they read then."""
    _verb, field, start, choice, mark = [*act.split(":"), "", "", "", ""][:5]
    if not (start.isdecimal() and choice.isdecimal() and len(start) < 9):
        raise _moved()
    found = _meant(parts, known, field, int(start), mark)
    if found is None or int(choice) >= len(found.better):
        raise _moved()
    better = found.better[int(choice)]
    texts = {part.field: part.text for part in parts}
    for place in sorted(found.places, key=lambda place: -place.start):
        text = texts[place.field]
        texts[place.field] = text[: place.start] + better + text[place.end :]
    return {place.field: texts[place.field] for place in found.places}


def _describe(post: Post, person: Person, changed: dict[str, str]) -> None:
    if not any(name.startswith(("alt-", "caption-")) for name in changed):
        return
    post = queries.post_for(person, post.public_id)
    for place in places_of(post.working) if post.working else ():
        key = place.asset.public_id
        alt = changed.get(f"alt-{key}", place.alt)
        caption = changed.get(f"caption-{key}", place.caption)
        if (alt, caption) != (place.alt, place.caption):
            actions.describe(post, place.pk, by=person, alt=alt, caption=caption)
