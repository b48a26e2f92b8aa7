"""Puts what an answer holds, touches and repeats into findings."""

from collections.abc import Iterator
from dataclasses import dataclass

from weiting.text.answers.compare import Copied, Earlier, Relevance, relevance
from weiting.text.answers.parts import FILL_INS, Part, parts
from weiting.text.answers.rules import severity, why
from weiting.text.finding import Finding, Message, in_order


@dataclass(frozen=True, slots=True)
class Review:
    """What is to be said of an answer, and what that rests on; no relevance without a question."""

    findings: tuple[Finding, ...]
    parts: tuple[Part, ...]
    relevance: Relevance | None = None
    copied: Copied | None = None


def review(answer: str, question: str = "", earlier: Earlier | None = None) -> Review:
    """Look at an answer beside its question and the earlier answers."""
    held = parts(answer, question)
    beside = relevance(question, answer) if question.strip() else None
    copy = earlier.copied(answer) if earlier else None
    found = [*_missing(answer, held)]
    if beside:
        found.extend(_beside(answer, beside))
    if copy:
        reason = why("answer.copied", share=round(copy.share * 100), earlier=copy.key)
        found.append(_whole(answer, "answer.copied", reason))
    return Review(tuple(in_order(found)) if answer.strip() else (), held, beside, copy)


def check(answer: str, question: str = "", earlier: Earlier | None = None) -> list[Finding]:
    """The findings on an answer, in the order of the text."""
    return list(review(answer, question, earlier).findings)


def _last(answer: str) -> tuple[int, int]:
    """The last sign of the text: what is missing is added behind it."""
    end = len(answer.rstrip())
    return max(0, end - 1), end


def _missing(answer: str, held: tuple[Part, ...]) -> Iterator[Finding]:
    start, end = _last(answer)
    words = answer[start:end]
    for part in held:
        if part.is_needed and not part.is_found and words:
            rule = f"answer.{part.key}"
            stop = words if words in "。！？!?…”）)" else f"{words}。"
            yield Finding(
                rule, start, end, words, why(rule), severity(rule), (stop + FILL_INS[part.key],), 0.8
            )


def _whole(answer: str, rule: str, reason: Message) -> Finding:
    start = len(answer) - len(answer.lstrip())
    end = len(answer.rstrip())
    return Finding(rule, start, end, answer[start:end], reason, severity(rule), (), 0.8)


def _beside(answer: str, beside: Relevance) -> Iterator[Finding]:
    if beside.is_off_topic:
        yield _whole(answer, "answer.off_topic", why("answer.off_topic"))
    for matter in beside.untouched:
        asked = matter.words if len(matter.words) <= 60 else matter.words[:59] + "…"
        yield _whole(answer, "answer.untouched", why("answer.untouched", asked=asked))
