"""A text as every rule of this check sees it: cut into words once, numbered once, parts to be left alone marked."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from weiting.text.numbers import Day, days
from weiting.text.segment import is_word, spans
from weiting.text.slips.lexicon import Lexicon
from weiting.text.slips.ngrams import EDGE, Ngrams, ngrams

# Nicknames, addresses and codes are no prose: nobody can say how they should be written.
_ALONE = re.compile(
    r"@[^\s@#:：，。！？、；）)】》”]{1,30}|https?://[\x21-\x7e]{1,300}|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}|<[^<>]{1,300}>"
    # Who wrote it: names only.
    r"|(?<=[（(])[^（）()\n]{0,20}(?:记者|摄影|通讯员|编辑|编导|作者|撰稿)[^（）()\n]{0,60}"
)
LONGEST_PIECE = 20_000


@dataclass(frozen=True)
class Page:
    """One text with what the rules need of it."""

    text: str
    lexicon: Lexicon
    written: date | None = None

    @cached_property
    def model(self) -> Ngrams:
        """The model of how usual a run of characters is."""
        return ngrams()

    @cached_property
    def codes(self) -> list[int]:
        """The characters as numbers, with two edges before and after: text[i] is codes[i + 2]."""
        return [EDGE, EDGE, *self.model.codes(self.text), EDGE, EDGE, EDGE]

    @cached_property
    def words(self) -> list[tuple[str, int, int, bool]]:
        """Words with their places, and whether the dictionary knows them."""
        text, found = self.text, []
        for begin in range(0, len(text), LONGEST_PIECE):
            for word, start, end in spans(text[begin : begin + LONGEST_PIECE]):
                known = end - start > 1 and is_word(word)
                found.append((word, begin + start, begin + end, known))
        return found

    @cached_property
    def word_at(self) -> list[int]:
        """For each character the index of its word."""
        at = [0] * (len(self.text) + 1)
        for index, (_word, start, end, _known) in enumerate(self.words):
            at[start:end] = [index] * (end - start)
        return at

    def known_at(self, at: int) -> bool:
        """Whether the character stands in a word of two or more characters that the dictionary knows."""
        return self.words[self.word_at[at]][3]

    @cached_property
    def alone(self) -> bytearray:
        """1 where the text is a nickname, an address or mark-up."""
        marked = bytearray(len(self.text) + 1)
        for match in _ALONE.finditer(self.text):
            marked[match.start() : match.end()] = b"\1" * (match.end() - match.start())
        return marked

    @cached_property
    def days(self) -> list[Day]:
        """The days the text names."""
        return days(self.text, self.written)

    @cached_property
    def _chances(self) -> list[float | None]:
        return [None] * len(self.codes)

    def chance(self, at: int) -> float:
        """The logarithm of the chance of text[at] behind the two before it; worked out once."""
        known = self._chances[at]
        if known is None:
            known = self._chances[at] = self.model.chance(*self.codes[at : at + 3])
        return known

    def gain(self, start: int, end: int, instead: str) -> float:
        """How much more usual the text is with `instead` in place of text[start:end]: a difference of logarithms.

        Characters more or less are levelled by the chance of an ordinary character.
        """
        model, codes = self.model, self.codes
        before = [*codes[start : start + 2]]
        after = codes[end + 2 : end + 4]
        old = [*before, *codes[start + 2 : end + 2], *after]
        new = [*before, *model.codes(instead), *after]
        return (
            model.score(new, 2, len(new)) - model.score(old, 2, len(old)) + (len(new) - len(old)) * ORDINARY
        )


# What one more character costs in ordinary text.
ORDINARY = 4.0
