"""Words near a number that say whose it is: a person's, an office's, or one that everybody may call."""

import re
from functools import cache

import ahocorasick  # type: ignore[import-not-found]

from weiting.text.personal.reading import searchable, words_of

_FILES = {"person": "person_words.txt", "public": "public_words.txt", "office": "offices.txt"}
# 云溪市水务局、东湖派出所: one character says it only at the end of a name.
_OFFICE_END = re.compile(
    r"[\u4e00-\u9fff]{2}[局委办科处站厅院队所会](?=[:：(（,，。、\s\d电联的值]|$)|[\u4e00-\u9fff](?<![结布格大全当僵时残开])局"
)


@cache
def _cues() -> ahocorasick.Automaton:
    made = ahocorasick.Automaton()
    for kind, name in _FILES.items():
        for word in words_of(name):
            made.add_word(word, (kind, len(word)))
    made.make_automaton()
    return made


def cue_places(piece: str) -> dict[str, int]:
    """Where the last cue of each kind (person, public, office) ends in a piece of a plain text."""
    found = {kind: last + 1 for last, (kind, _size) in _cues().iter_long(searchable(piece))}
    for match in _OFFICE_END.finditer(piece):
        found["office"] = max(found.get("office", 0), match.end())
    return found
