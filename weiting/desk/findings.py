"""What the checks found, as composer and review page show it: numbered, grouped, with wordings and decisions."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256

from django.utils.translation import gettext as _, gettext_noop

from weiting.channels.words import name_of
from weiting.core.errors import DomainError, Invalid
from weiting.posts import checking, concerns
from weiting.posts.checking import Checked
from weiting.posts.concerns import Concern, Part
from weiting.posts.models import Decision, Issue, Post, Revision, RevisionMedia
from weiting.posts.queries import Standing, with_decisions
from weiting.posts.queries.deciding import open_correction
from weiting.text.checks import RULES
from weiting.text.finding import Finding, Severity

CONTEXT = 8
WORDS_SHOWN = 60
BETTER_MOST = 3
SHOWN_AT_ONCE = 12
# What a correction says about itself is written once, when it is begun.
FIXED = frozenset({"wrong", "right", "reason"})
TONES = {"must": "late", "should": "soon", "hint": "hint"}
GRAVITIES = {
    "must": gettext_noop("must be mended"),
    "should": gettext_noop("better mended"),
    "hint": gettext_noop("could be better"),
}
_TITLES = {rule.key: rule.title for rule in RULES}


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording that fits in the place of the words; `value` says to the server which."""

    text: str
    value: str

    @property
    def label(self) -> str:
        """Return what its button says; nothing where the words are to be left out."""
        flat = " ".join(self.text.split())
        return flat if len(flat) <= WORDS_SHOWN else flat[: WORDS_SHOWN - 1] + "…"


@dataclass(slots=True)
class Shown:
    """One finding as it is shown; `start` and `end` count characters of the field."""

    field: str
    start: int
    end: int
    words: str
    title: str
    why: str
    severity: Severity
    before: str = ""
    after: str = ""
    better: tuple[Wording, ...] = ()
    concern: Concern | None = None
    decision: Decision | None = None
    places: int = 1
    number: int = 0
    # Whether it stands where it cannot be masked any more.
    is_fixed: bool = False
    # What was typed as the reason to keep it, and why that was not enough.
    reason: str = ""
    refusal: str = ""
    # Every place as a browser counts it: "body:75:93 title:2:20".
    spots: str = ""

    def in_field(self, name: str) -> "list[Shown]":
        """Return this finding at each of its places in one field."""
        if self.concern is None:
            return [self] if self.field == name else []
        return [
            replace(self, field=name, start=place.start, end=place.end)
            for place in self.concern.places
            if place.field == name
        ]

    @property
    def stops(self) -> bool:
        """Say whether it keeps the text from review."""
        return self.concern is not None and self.decision is None

    @property
    def is_list(self) -> bool:
        """Say whether it is a list of people, which is masked as a whole."""
        return self.concern is not None and self.concern.rule == concerns.LIST

    @property
    def tone(self) -> str:
        """Return the word by which the page tells how grave it is."""
        return "ok" if self.decision else TONES[self.severity]

    @property
    def gravity(self) -> str:
        """Say how grave it is."""
        return _("decided to stay") if self.decision else _(GRAVITIES[self.severity])

    @property
    def quotable(self) -> bool:
        """Say whether a comment can be written at its place."""
        return self.field in {"title", "summary", "body"}

    @property
    def label(self) -> str:
        """Return the name of the field."""
        known = concerns.label_of(self.field)
        # What is written for one channel is called by the channel, which posts know nothing of.
        return (
            known if known != self.field else _("wording for %(channel)s") % {"channel": name_of(self.field)}
        )

    @property
    def quoted(self) -> str:
        """Return the words, shortened where they are many."""
        flat = " ".join(self.words.split())
        return flat if len(flat) <= WORDS_SHOWN else flat[: WORDS_SHOWN - 1] + "…"


@dataclass(slots=True)
class Sheet:
    """All findings of a text, and its mark."""

    stopping: list[Shown] = field(default_factory=list)
    mending: list[Shown] = field(default_factory=list)
    hints: list[Shown] = field(default_factory=list)
    decided: list[Shown] = field(default_factory=list)
    checked: Checked | None = None
    # What is to be looked at besides the words; counted with what is worth mending.
    advice: Sequence[object] = ()

    @property
    def worth(self) -> int:
        """Return how many things are worth mending."""
        return len(self.mending) + len(self.advice)

    @property
    def first(self) -> list[Shown]:
        """Return what is worth mending as far as it can be taken in at once."""
        return self.mending[:SHOWN_AT_ONCE]

    @property
    def rest(self) -> list[Shown]:
        """Return what is worth mending beyond that."""
        return self.mending[SHOWN_AT_ONCE:]

    @property
    def all(self) -> list[Shown]:
        """Return everything, in the order in which it is numbered."""
        return [*self.stopping, *self.mending, *self.hints]

    def by_place(self) -> list[Shown]:
        """Number everything, also what was decided about, as it stands in the text, and return it in this order."""
        order = (
            {part.field: at for at, (part, _found) in enumerate(self.checked.found)} if self.checked else {}
        )
        found = sorted([*self.all, *self.decided], key=lambda each: (order.get(each.field, 99), each.start))
        for number, shown in enumerate(found, start=1):
            shown.number = number
        return found

    def recall(self, reasons: Mapping[str, str], act: str = "", refusal: DomainError | None = None) -> None:
        """Put back what was typed beside each finding, and the sentence that refused one of them."""
        for shown in self.stopping:
            mark = shown.concern.fingerprint if shown.concern else ""
            shown.reason = reasons.get(mark, "")
            if isinstance(refusal, Invalid) and act.endswith(f":{mark}"):
                shown.refusal = " ".join(str(each) for each in refusal.fields.get("reason", ()))

    @property
    def characters_left_out(self) -> int:
        """Return how many characters were looked through for personal data only."""
        return self.checked.left_out if self.checked else 0

    @property
    def mark(self) -> int | None:
        """Return the mark of the text; None for one too short to have one."""
        found = self.checked
        if found is None or found.score is None or found.facts is None or found.facts.characters < 20:
            return None
        return found.score.value

    @property
    def density(self) -> str:
        """Return the facts per 100 characters."""
        return f"{self.checked.facts.density:.1f}" if self.checked and self.checked.facts else ""

    @property
    def facts(self) -> int:
        """Return how many facts can be checked."""
        return len(self.checked.facts.found) if self.checked and self.checked.facts else 0

    @property
    def score_parts(self) -> list[tuple[str, str, int]]:
        """Return the title, the points and the most of each part of the mark."""
        score = self.checked.score if self.checked else None
        return [(_(part.title), f"{part.points:.0f}", part.of) for part in score.parts] if score else []


def sheet_of(
    post: Post,
    revision: Revision,
    *,
    written: date | None = None,
    media: Iterable[RevisionMedia] | None = None,
) -> Sheet:
    """Check a saved version with everything that goes out beside it; `media` are its own, where they are read."""
    parts = concerns.parts_of(revision, post, open_correction(post, revision), media)
    return sheet_for(post, parts, revision.fact_contact, written=written)


def sheet_of_issue(issue: Issue, *, written: date | None = None) -> Sheet:
    """Check the own words of an issue."""
    return sheet_for(issue, concerns.parts_of_issue(issue), "", written=written)


def sheet_for(
    subject: Post | Issue, parts: Sequence[Part], contact: str, *, written: date | None = None
) -> Sheet:
    """Check these texts, with what was decided about the subject."""
    checked = checking.check_parts(parts, concerns.known(contact), written=written)
    standings = with_decisions(subject, checked.concerns)
    return _sheet(checked, standings)


def _sheet(checked: Checked, standings: Iterable[Standing]) -> Sheet:
    made = Sheet(checked=checked)
    texts = {part.field: part.text for part, _found in checked.found}
    covered: dict[str, list[tuple[int, int]]] = {}
    for each in standings:
        for place in each.concern.places:
            covered.setdefault(place.field, []).append((place.start, place.end))
        shown = _of_concern(each, texts)
        (made.decided if each.decision else made.stopping).append(shown)
    for part, findings in checked.found:
        whole = covered.get(part.field, [])
        for finding in findings:
            # What is within something personal is seen to with it.
            if any(start <= finding.start and finding.end <= end for start, end in whole):
                continue
            (made.hints if finding.severity == "hint" else made.mending).append(_of_finding(part, finding))
    made.mending.sort(key=lambda each: each.severity != "must")
    for number, shown in enumerate(made.all, start=1):
        shown.number = number
    return made


def _of_concern(standing: Standing, texts: dict[str, str]) -> Shown:
    concern = standing.concern
    first = concern.places[0]
    is_fixed = any(place.field in FIXED for place in concern.places)
    made = Shown(
        first.field,
        first.start,
        first.end,
        concern.words,
        _(_TITLES.get(concern.rule, concern.rule)),
        concern.why.say(_),
        "must",
        better=()
        if is_fixed
        else _wordings(first.field, first.start, concern.rule, concern.words, concern.better),
        is_fixed=is_fixed,
        concern=concern,
        decision=standing.decision,
        places=len(concern.places),
    )
    _place(made, texts[first.field])
    made.spots = " ".join(
        _spot(place.field, texts[place.field], place.start, place.end) for place in concern.places
    )
    return made


def _of_finding(part: Part, finding: Finding) -> Shown:
    made = Shown(
        part.field,
        finding.start,
        finding.end,
        finding.words,
        _(_TITLES.get(finding.rule, finding.rule)),
        finding.why.say(_),
        finding.severity,
        better=()
        if part.field in FIXED
        else _wordings(part.field, finding.start, finding.rule, finding.words, finding.better),
    )
    _place(made, part.text)
    made.spots = _spot(part.field, part.text, finding.start, finding.end)
    return made


def _place(shown: Shown, text: str) -> None:
    line = text.rfind("\n", 0, shown.start) + 1
    shown.before = text[max(line, shown.start - CONTEXT) : shown.start]
    shown.after = text[shown.end : shown.end + CONTEXT].partition("\n")[0]


def _spot(name: str, text: str, start: int, end: int) -> str:
    before = _units(text[:start])
    return f"{name}:{before}:{before + _units(text[start:end])}"


def _units(text: str) -> int:
    return len(text) + sum(1 for sign in text if sign > "\uffff")


def _wordings(name: str, start: int, rule: str, words: str, better: Sequence[str]) -> tuple[Wording, ...]:
    known = mark_of(rule, words)
    return tuple(
        Wording(text, f"fix:{name}:{start}:{choice}:{known}")
        for choice, text in enumerate(better[:BETTER_MOST])
    )


def mark_of(rule: str, words: str) -> str:
    """Return what a page names a finding by, so that a wording asked for meets the words it was made for."""
    return sha256(f"{rule}\n{unicodedata.normalize('NFC', words)}".encode()).hexdigest()[:12]
