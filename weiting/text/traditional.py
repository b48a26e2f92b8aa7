"""Texts in Traditional characters, for checks that know Simplified ones: one character becomes one character, so that
what is found stands in the same place of the text as it was written.
"""

from dataclasses import replace
from typing import Any

from weiting.text.finding import Finding, Message
from weiting.text.han import simplified_characters, to_hant

# A text is in Traditional characters when more than one in so many is one that Simplified text does not have.
ONE_IN = 10


def in_simplified(text: str) -> str:
    """The text character by character in Simplified ones when it is written in Traditional ones, else as it is; it
    never becomes longer or shorter.
    """
    same = text.translate(simplified_characters())
    if same == text or len(same) != len(text):
        return text
    han = sum("\u3400" <= sign <= "\u9fff" for sign in text)
    changed = sum(one != other for one, other in zip(text, same, strict=True))
    return same if changed * ONE_IN > han else text


def as_written(finding: Finding, text: str) -> Finding:
    """A finding on the Simplified form as one on the text that was written, with wordings in its characters."""
    words = text[finding.start : finding.end]
    better = {each: to_hant(each) for each in finding.better}
    # What the reason quotes of the text and of the wordings; the rest is in the reader's language.
    quoted: dict[Any, str] = {" / ".join(better): " / ".join(better.values()), **better, finding.words: words}
    facts = {name: quoted.get(value, value) for name, value in finding.why.facts.items()}
    return replace(
        finding,
        words=words,
        why=Message(finding.why.text, facts),
        better=tuple(dict.fromkeys(better.values())),
    )
