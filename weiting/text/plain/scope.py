"""A text as the check sees it: its sentences and clauses, and what in it is quoted, a title or a name."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from weiting.text.sentences import Sentence, sentences

# Words inside these marks are another's, or the name of a thing.
_QUOTED = re.compile(
    r"《[^《》\n]{1,120}》|“[^“”\n]{1,400}”|「[^「」\n]{1,400}」|『[^『』\n]{1,400}』|\"[^\"\n]{1,200}\""
)
_TITLE = re.compile(r"《[^《》\n]{1,120}》")
_CLAUSE_MARK = "，,；;：:。！？!?…\n"
FILL = "〔待填：%s〕"
_FILL = re.compile("〔待填：[^〕\n]{1,30}〕")


@dataclass
class Scope:
    """One text under check; what several rules ask is worked out once."""

    text: str
    sentences: list[Sentence] = field(init=False)

    def __post_init__(self) -> None:
        self.sentences = sentences(self.text)

    @cached_property
    def quoted(self) -> list[tuple[int, int]]:
        """Where something is quoted or a title stands."""
        return [match.span() for match in _QUOTED.finditer(self.text)]

    @cached_property
    def titles(self) -> list[tuple[int, int]]:
        """Where titles in 《》 stand."""
        return [match.span() for match in _TITLE.finditer(self.text)]

    @cached_property
    def fills(self) -> list[tuple[int, int]]:
        """Where a wording of ours still waits to be filled in."""
        return [match.span() for match in _FILL.finditer(self.text)]

    def is_quoted(self, start: int, end: int) -> bool:
        """Whether any of these characters are quoted."""
        return touches(self.quoted, start, end)

    def is_in_title(self, start: int, end: int) -> bool:
        """Whether any of these characters belong to a title."""
        return touches(self.titles, start, end)

    def sentence_at(self, at: int) -> int:
        """The number of the sentence a character stands in; that of the last one before it otherwise."""
        low, high = 0, len(self.sentences)
        while low < high:
            middle = (low + high) // 2
            if self.sentences[middle].start <= at:
                low = middle + 1
            else:
                high = middle
        return max(0, low - 1)

    def around(self, at: int, reach: int = 160) -> str:
        """The sentence a character stands in, no further than `reach` to either side: an endless line must not be
        read again for each of its words.
        """
        sentence = self.sentences[self.sentence_at(at)]
        return self.text[max(sentence.start, at - reach) : min(sentence.end, at + reach)]

    def clause_at(self, at: int) -> tuple[int, int]:
        """Where the clause around a character starts and ends, without the marks around it."""
        start = at
        while start > 0 and self.text[start - 1] not in _CLAUSE_MARK and at - start < 80:
            start -= 1
        end = at
        while end < len(self.text) and self.text[end] not in _CLAUSE_MARK and end - at < 80:
            end += 1
        return start, end


def touches(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of these spans, which are in order, shares a character with the given one."""
    low, high = 0, len(spans)
    while low < high:
        middle = (low + high) // 2
        if spans[middle][1] <= start:
            low = middle + 1
        else:
            high = middle
    return low < len(spans) and spans[low][0] < end
