"""Answers to citizens: does one hold what it must, does it speak of the question, is it a copy of an earlier one?

`review(answer, question, earlier)` gives findings with the parts, the comparison and the copy they rest on; `Earlier`
keeps the answers to compare with. Small, deterministic, explained.
"""

from weiting.text.answers.compare import Copied, Earlier, Matter, Relevance, relevance
from weiting.text.answers.parts import Part, parts
from weiting.text.answers.reviewing import Review, check, review
from weiting.text.answers.rules import RULES

__all__ = [
    "RULES", "Copied", "Earlier", "Matter", "Part", "Relevance", "Review", "check", "parts", "relevance", "review",
]  # fmt: skip
