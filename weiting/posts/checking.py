"""Checks the words of a post: plain, free of personal data and of misprints. Composer and reviewer see the same.

How answers to letters are checked differs only by the profile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from weiting.posts import concerns
from weiting.posts.concerns import Concern, Known, Part
from weiting.posts.lexicon import city_lexicon
from weiting.text import personal
from weiting.text.checks import check_text
from weiting.text.finding import Finding, in_order
from weiting.text.plain import Facts, Profile, Score

# A longer text is looked through for personal data as a whole, for the rest only so far: a page must open at once.
CHECKED_MOST = 6_000
# What stands alone where it is read; of everything else it is said in the text itself what could be plainer.
WHOLE = frozenset({"body", "weibo"})
_SHORT = ("personal", "slips")


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in each part, the mark and the facts of the main text, and how much of it was left unread."""

    found: tuple[tuple[Part, tuple[Finding, ...]], ...]
    concerns: tuple[Concern, ...] = ()
    score: Score | None = None
    facts: Facts | None = None
    left_out: int = 0


def check_parts(
    parts: Sequence[Part],
    known: Known,
    *,
    written: date | None = None,
    profile: Profile = "post",
) -> Checked:
    """Run every check once over the texts that go out; `written` is the day from which days and years are read."""
    found: list[tuple[Part, tuple[Finding, ...]]] = []
    score: Score | None = None
    facts: Facts | None = None
    left_out = 0
    lexicon = city_lexicon(known.words)
    for part in parts:
        head = _beginning(part.text)
        report = check_text(
            head,
            profile,
            written=written,
            families=() if part.field in WHOLE else _SHORT,
            public_numbers=known.numbers,
            public_mailboxes=known.mailboxes,
            lexicon=lexicon,
        )
        findings = report.findings
        if len(head) < len(part.text):
            others = [each for each in findings if each.family != "personal"]
            findings = tuple(in_order([*others, *personal.check(part.text, known.numbers, known.mailboxes)]))
            left_out += len(part.text) - len(head)
        if part.field == "body":
            score, facts = report.score, report.facts
        found.append((part, findings))
    return Checked(tuple(found), tuple(concerns.concerns_in(found)), score, facts, left_out)


def check_part(part: Part, known: Known, *, written: date | None = None) -> tuple[Finding, ...]:
    """Return what is found in one part, as `check_parts` finds it."""
    return check_parts([part], known, written=written).found[0][1]


def _beginning(text: str) -> str:
    """The text as far as it is looked through, up to the end of a line or a sentence."""
    if len(text) <= CHECKED_MOST:
        return text
    end = max(text.rfind("\n", 0, CHECKED_MOST), text.rfind("。", 0, CHECKED_MOST) + 1)
    return text[: end if end > CHECKED_MOST // 2 else CHECKED_MOST]
