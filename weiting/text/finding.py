"""What a check says about a text: which words, by which rule, why, and what would fit in their place.

Texts are English with named places; they are put into a language where they are shown, so that this package
needs no framework: the desk hands in its own translation, the command line the catalogue that lies beside.
"""

import gettext
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

LOCALES = Path(__file__).parent / "locale"
DEFAULT_LANGUAGE = "zh-hans"
Severity = Literal["must", "should", "hint"]
Translate = Callable[[str], str]


def _(message: str) -> str:
    """Mark a text for the catalogue; it is translated when it is shown."""
    return message


@cache
def translator(language: str = DEFAULT_LANGUAGE) -> Translate:
    """The translation into `language` from the catalogues beside; English when there is none.

    `language` as in a web page: zh-hans, zh-hant, en.
    """
    first, _sep, script = language.partition("-")
    locale = f"{first}_{script.title()}" if script else first
    return gettext.translation("django", LOCALES, [locale], fallback=True).gettext


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence with its facts, not yet in a language."""

    text: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def say(self, translate: Translate | None = None) -> str:
        """The sentence in the reader's language; Simplified Chinese unless told otherwise."""
        said = (translate or translator())(self.text)
        return said % dict(self.facts) if self.facts else said


def message(text: str, **facts: Any) -> Message:
    """A message with its facts: `message(_("%(days)s days"), days=3)`."""
    return Message(text, facts)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a check, as the docs and the desk show it.

    `key` is "family.name"; `bad` is an example the rule must find, `good` one it must leave alone; `source` says
    where the rule comes from.
    """

    key: str
    title: str
    why: str
    severity: Severity
    bad: str
    good: str
    source: str

    @property
    def family(self) -> str:
        """The part of the key before its dot."""
        return self.key.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Finding:
    """Words of a text that a rule speaks about: text[start:end], counted in characters.

    `better` are wordings that fit exactly in the place of these words, best first; "" means to leave them out.
    `sure` is from 0 to 1.
    """

    rule: str
    start: int
    end: int
    words: str
    why: Message
    severity: Severity = "should"
    better: tuple[str, ...] = ()
    sure: float = 1.0

    @property
    def family(self) -> str:
        """The family of the rule."""
        return self.rule.partition(".")[0]

    def as_dict(self, translate: Translate | None = None) -> dict[str, Any]:
        """Plain values for JSON, the reason in the reader's language."""
        return {
            "rule": self.rule,
            "start": self.start,
            "end": self.end,
            "words": self.words,
            "why": self.why.say(translate),
            "severity": self.severity,
            "better": list(self.better),
            "sure": round(self.sure, 3),
        }


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """As they stand in the text; of two rules on the same words the graver first."""
    grave = {"must": 0, "should": 1, "hint": 2}
    return sorted(findings, key=lambda each: (each.start, grave[each.severity], -each.end, each.rule))


def without_overlap(findings: Iterable[Finding]) -> list[Finding]:
    """Of findings that share characters keep the surest, then the longest; in the order of the text."""
    kept: list[Finding] = []
    for each in sorted(findings, key=lambda f: (-f.sure, f.start - f.end, f.start)):
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return in_order(kept)


def apply(text: str, finding: Finding, choice: int = 0) -> str:
    """The text with one better wording in place; raises IndexError when there is no such wording."""
    return text[: finding.start] + finding.better[choice] + text[finding.end :]
