"""Misprints and serious wrong expressions: names, words, dates, sums and marks that cannot be meant as they stand.

`check(text, lexicon=default(), written=None)` gives findings with wordings that fit in place. A city keeps its own
words and names in plain files: `Lexicon.load(paths)`.
"""

from weiting.text.slips.check import check
from weiting.text.slips.lexicon import Lexicon, Problem, default
from weiting.text.slips.rules import RULES

__all__ = ["RULES", "Lexicon", "Problem", "check", "default"]
