""" "Did you mean": terms that sound or look like what was typed, from a list the caller gives."""

from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from weiting.text.fold import fold
from weiting.text.han import syllables
from weiting.text.sounds import corrected, is_pinyin, without_accent

LONGEST_WINDOW = 8
# Beyond this length a second slip is forgiven.
LONG = 8


class Vocabulary:
    """Terms prepared for suggestions; make it once per list, it costs about 20 µs a term."""

    def __init__(self, terms: Iterable[str]) -> None:
        self.shown = {fold(term): term for term in terms if len(term) > 1}
        self.folded = list(self.shown)
        self.by_sound: defaultdict[str, list[str]] = defaultdict(list)
        for term in self.folded:
            self.by_sound[without_accent("".join(syllables(term)))].append(term)
        self.sounds = list(self.by_sound)

    def sounding_like(self, letters: str) -> list[str]:
        """Terms with this pinyin, southern accents forgiven."""
        return self.by_sound.get(without_accent(letters), [])


def _near(typed: str, choices: list[str]) -> list[str]:
    """Choices one slip away (two when long): a letter wrong, missing, extra, or two swapped."""
    allowed = 2 if len(typed) >= LONG else 1
    if len(typed) < 3:
        return []
    found = process.extract(typed, choices, scorer=OSA.distance, score_cutoff=allowed, limit=5)
    return [choice for choice, distance, _ in found if distance]


def _whole(typed: str, vocabulary: Vocabulary) -> list[str]:
    joined = typed.replace(" ", "")
    if joined.isascii() and joined.isalpha():
        sounds = _near(without_accent(joined), vocabulary.sounds)
        spoken = vocabulary.sounding_like(joined) if is_pinyin(joined) else []
        return [
            *_near(typed, vocabulary.folded),
            *spoken,
            *(t for s in sounds for t in vocabulary.by_sound[s]),
        ]
    spoken = vocabulary.sounding_like("".join(syllables(joined)))
    return [*(term for term in spoken if len(term) == len(joined)), *_near(joined, vocabulary.folded)]


def _inside(typed: str, vocabulary: Vocabulary) -> list[str]:
    """The query with one stretch replaced by the term it sounds like; the longest stretch first."""
    for size in range(min(LONGEST_WINDOW, len(typed) - 1), 1, -1):
        for start in range(len(typed) - size + 1):
            window = typed[start : start + size]
            if window in vocabulary.shown or window.isascii():
                continue
            for term in vocabulary.sounding_like("".join(syllables(window))):
                if len(term) == size and (size > 2 or start in (0, len(typed) - size)):
                    return [typed[:start] + term + typed[start + size :]]
    return []


def suggest(q: str, vocabulary: Vocabulary | Iterable[str], *, limit: int = 3) -> list[str]:
    """What the person may have meant, best first; empty when the words are known or nothing is near."""
    known = vocabulary if isinstance(vocabulary, Vocabulary) else Vocabulary(vocabulary)
    typed = " ".join(fold(q[:64]).split())
    if len(typed) < 2 or typed in known.shown:
        return []
    found = _whole(typed, known) or _inside(typed, known)
    if not found and not typed.isascii():
        found = [corrected(typed)]
    unique = [term for term in dict.fromkeys(found) if term != typed]
    return [known.shown.get(term, term) for term in unique[:limit]]
