"""All checks of a text in one call: plain words, personal data, misprints, and for an answer what it must hold.

The composer, the reviewer and the command line ask here, so that they agree.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from weiting.text import answers, personal, plain, slips
from weiting.text.answers import Earlier, Review
from weiting.text.finding import Finding, Rule, Translate, in_order
from weiting.text.lengths import Length, count
from weiting.text.plain import Facts, Profile, Score, facts, score
from weiting.text.traditional import as_written, in_simplified


@dataclass(frozen=True)
class Asked:
    """One text, and what is known around it."""

    text: str
    profile: Profile = "post"
    written: date | None = None
    question: str = ""
    earlier: Earlier | None = None
    public_numbers: Collection[str] = ()
    public_mailboxes: Collection[str] = ()
    lexicon: slips.Lexicon | None = None


@dataclass(frozen=True)
class Check:
    """One check: its name, its rules, and how it is run."""

    key: str
    rules: tuple[Rule, ...]
    run: Callable[[Asked], list[Finding]]

    @property
    def families(self) -> frozenset[str]:
        """The families its rules belong to."""
        return frozenset(rule.family for rule in self.rules)


CHECKS: tuple[Check, ...] = (
    Check("plain", plain.RULES, lambda asked: plain.check(asked.text, asked.profile)),
    Check(
        "personal",
        personal.RULES,
        lambda asked: personal.check(asked.text, asked.public_numbers, asked.public_mailboxes),
    ),
    Check("slips", slips.RULES, lambda asked: slips.check(asked.text, asked.lexicon, asked.written)),
)
RULES: tuple[Rule, ...] = (*(rule for check in CHECKS for rule in check.rules), *answers.RULES)


@dataclass(frozen=True)
class Report:
    """What all checks say of a text: findings in its order, the mark of its plainness, what can be checked in it,
    its length on the channels asked for, and for an answer the review it rests on.
    """

    findings: tuple[Finding, ...]
    score: Score
    facts: Facts
    lengths: tuple[Length, ...] = ()
    answer: Review | None = field(default=None)

    @property
    def density(self) -> float:
        """实度: facts per 100 characters."""
        return self.facts.density

    @property
    def must(self) -> tuple[Finding, ...]:
        """What stands in the way of sending the text."""
        return tuple(each for each in self.findings if each.severity == "must")

    def as_dict(self, translate: Translate | None = None) -> dict[str, Any]:
        """Plain values for JSON, sentences in the reader's language."""
        return {
            "findings": [each.as_dict(translate) for each in self.findings],
            "score": self.score.as_dict(translate),
            "density": self.density,
            "facts": [
                {"kind": fact.kind, "start": fact.start, "end": fact.end, "words": fact.words}
                for fact in self.facts.found
            ],
            "lengths": [
                {
                    "channel": each.channel,
                    "count": each.count,
                    "limit": each.limit,
                    "left": each.left,
                    "parts": each.parts,
                    "notes": [note.say(translate) for note in each.notes],
                }
                for each in self.lengths
            ],
            "answer": _answer(self.answer),
        }


def _answer(review: Review | None) -> dict[str, Any] | None:
    if review is None:
        return None
    beside, copy = review.relevance, review.copied
    return {
        "parts": [
            {"key": part.key, "spans": list(part.spans), "found": part.is_found, "needed": part.is_needed}
            for part in review.parts
        ],
        "relevance": None
        if beside is None
        else {
            "share": beside.share,
            "shared": list(beside.shared),
            "missing": list(beside.missing),
            "untouched": [matter.words for matter in beside.untouched],
        },
        "copied": None if copy is None else {"key": copy.key, "share": copy.share, "earlier": copy.earlier},
    }


def known_families() -> tuple[str, ...]:
    """What `families` may name: whole checks and the families of their rules."""
    names = [check.key for check in CHECKS] + ["answer"] + [rule.family for rule in RULES]
    return tuple(dict.fromkeys(names))


def check_text(
    text: str,
    profile: Profile = "post",
    *,
    written: date | None = None,
    channels: Sequence[str] = (),
    families: Iterable[str] = (),
    question: str = "",
    earlier: Earlier | None = None,
    public_numbers: Collection[str] = (),
    public_mailboxes: Collection[str] = (),
    lexicon: slips.Lexicon | None = None,
) -> Report:
    """Run every check, or those `families` names; raises KeyError for a channel or family that is not known.

    The checks know Simplified characters; of a text in Traditional ones they see a Simplified form, and what they find
    is given back as it was written.
    """
    wanted = frozenset(families)
    if unknown := wanted - set(known_families()):
        raise KeyError(
            f"There is no family {', '.join(sorted(unknown))}; there are {', '.join(known_families())}."
        )
    read = in_simplified(text)
    asked = Asked(read, profile, written, question, earlier, public_numbers, public_mailboxes, lexicon)
    found: list[Finding] = []
    for check in CHECKS:
        if not wanted or check.key in wanted or wanted & check.families:
            own = check.run(asked)
            found.extend(e for e in own if not wanted or check.key in wanted or e.family in wanted)
    is_answer = profile == "answer" and (not wanted or "answer" in wanted)
    review = answers.review(read, in_simplified(question), earlier) if is_answer else None
    if review:
        found.extend(review.findings)
    known = facts(read)
    mark = score(read, profile, None if wanted else found, known)
    if read != text:
        found = [as_written(each, text) for each in found]
        known = replace(
            known, found=tuple(replace(each, words=text[each.start : each.end]) for each in known.found)
        )
    return Report(
        tuple(in_order(found)),
        mark,
        known,
        tuple(count(text, channel) for channel in channels),
        review,
    )
