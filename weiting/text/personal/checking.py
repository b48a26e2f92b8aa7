"""Looks a text through for everything personal, and masks it."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from weiting.text.finding import Finding, in_order, message
from weiting.text.personal.cards import bank_cards
from weiting.text.personal.homes import homes
from weiting.text.personal.identity import identity_numbers, organisation_codes
from weiting.text.personal.lists import lists
from weiting.text.personal.masking import masked
from weiting.text.personal.names import minors, names_with_tails
from weiting.text.personal.online import accounts, mailboxes
from weiting.text.personal.papers import passports, plates, records
from weiting.text.personal.phones import normal_numbers, phone_numbers
from weiting.text.personal.reading import Reading
from weiting.text.personal.rules import BY_KIND
from weiting.text.personal.span import Span

_WHOLE_LISTS = frozenset({"list", "list_amounts"})
# Masking joins what stood apart only in made-up texts; then it is looked through once more.
MOST_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Masked:
    """A masked text, and what was masked in it, in the order of the text it was found in."""

    text: str
    findings: tuple[Finding, ...]

    @property
    def kinds(self) -> dict[str, int]:
        """How many of each rule were masked."""
        return dict(Counter(each.rule for each in self.findings).most_common())


def check(
    text: str, public_numbers: Collection[str] = (), public_mailboxes: Collection[str] = ()
) -> list[Finding]:
    """Everything personal in a text, each with the masked wording that fits in its place; lists also as a whole.

    `public_numbers` are telephones that everybody may call, such as those of the city's units, in any writing.
    """
    if not text:
        return []
    reading = Reading(text)
    numbers = normal_numbers(frozenset(public_numbers))
    boxes = frozenset(box.strip().lower() for box in public_mailboxes)
    spans = _without_overlap(_everything(reading, numbers, boxes), organisation_codes(reading), len(text))
    spans = _with_lists(reading, spans)
    return in_order(_finding(reading, span) for span in spans)


def mask(text: str, public_numbers: Collection[str] = (), public_mailboxes: Collection[str] = ()) -> str:
    """The text with everything personal masked; masking it again changes nothing."""
    return mask_all(text, public_numbers, public_mailboxes).text


def mask_all(
    text: str, public_numbers: Collection[str] = (), public_mailboxes: Collection[str] = ()
) -> Masked:
    """The masked text with what was masked."""
    done: list[Finding] = []
    for _round in range(MOST_ROUNDS):
        found = [each for each in check(text, public_numbers, public_mailboxes) if each.better]
        if not found:
            break
        text = _applied(text, found)
        done.extend(found)
    return Masked(text, tuple(done))


def _applied(text: str, findings: Iterable[Finding]) -> str:
    parts: list[str] = []
    at = 0
    for each in findings:
        parts += [text[at : each.start], each.better[0]]
        at = each.end
    return "".join([*parts, text[at:]])


def _everything(reading: Reading, numbers: frozenset[str], boxes: frozenset[str]) -> list[Span]:
    return [
        *identity_numbers(reading),
        *phone_numbers(reading, numbers),
        *bank_cards(reading),
        *plates(reading),
        *passports(reading),
        *records(reading),
        *mailboxes(reading, boxes),
        *accounts(reading),
        *homes(reading),
        *minors(reading),
        *names_with_tails(reading),
    ]


def _without_overlap(spans: Iterable[Span], blocked: Iterable[tuple[int, int]], size: int) -> list[Span]:
    """Of spans that share characters the surest, then the longest; in time that grows with the text only."""
    taken = bytearray(size)
    for start, end in blocked:
        taken[start:end] = b"\1" * (end - start)
    kept = []
    for span in sorted(spans, key=lambda each: (-each.sure, each.start - each.end, each.start)):
        if taken.find(1, span.start, span.end) < 0:
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            kept.append(span)
    return kept


def _with_lists(reading: Reading, spans: list[Span]) -> list[Span]:
    found = lists(reading, spans)
    if not found:
        return spans
    whole = [span for span in found if span.kind in _WHOLE_LISTS]
    parts = [span for span in found if span.kind not in _WHOLE_LISTS]
    return [*_without_overlap([*spans, *parts], (), len(reading.text)), *whole]


def _finding(reading: Reading, span: Span) -> Finding:
    rule = BY_KIND[span.kind]
    better = masked(reading, span)
    return Finding(
        rule.key,
        span.start,
        span.end,
        reading.text[span.start : span.end],
        message(rule.why, **span.facts),
        rule.severity,
        () if better is None else (better,),
        span.sure,
    )
