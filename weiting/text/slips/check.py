"""The check: every family of rules over one text, one finding for a place."""

import re
from dataclasses import replace
from datetime import date

from weiting.text.finding import Finding, without_overlap
from weiting.text.slips import dates, figures, marks, names, twice, typos, words
from weiting.text.slips.lexicon import Lexicon, default
from weiting.text.slips.page import Page

# What a person can still use; a text full of slips is not mended by a list of thousands.
MOST_FINDINGS = 500
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_ALL = (words.find, names.find, typos.find, dates.find, figures.find, marks.find, twice.find)


def check(text: str, lexicon: Lexicon | None = None, written: date | None = None) -> list[Finding]:
    """The slips of a text in its order, with better wordings that fit; never raises for what the text holds.

    `written` is the day of the text: with it weekdays, years and days that are over are looked at. A city's own
    lexicon is added to the one shipped: `default() + Lexicon.load(paths)`; build it once and keep it.
    """
    # Half a surrogate pair is no character; the segmenter would stop at it.
    page = Page(_HALF_PAIR.sub("\ufffd", text), lexicon or default(), written)
    found = [each for family in _ALL for each in family(page)]
    if len(found) > MOST_FINDINGS * 4:
        found = sorted(found, key=lambda each: -each.sure)[: MOST_FINDINGS * 4]
    found = without_overlap(found)[:MOST_FINDINGS]
    return (
        found if page.text == text else [replace(each, words=text[each.start : each.end]) for each in found]
    )
