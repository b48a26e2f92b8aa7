"""The city's own words for the check of misprints: kept ready in each process, made anew when one of them changes."""

from weiting.posts.models import OwnWord
from weiting.text.slips.lexicon import Lexicon, Wrong, default

_kept: tuple[str, Lexicon | None] = ("", None)


def city_lexicon(state: str) -> Lexicon | None:
    """Return the shipped lexicon with the city's own words; None, which means the shipped one, when it has none.

    `state` is that of the words now (concerns.known): so every process agrees, also one that hears nothing.
    """
    global _kept
    if _kept[0] != state:
        _kept = state, _read()
    return _kept[1]


def _read() -> Lexicon | None:
    wrong: list[Wrong] = []
    names: set[str] = set()
    for word in OwnWord.objects.filter(is_on=True):
        right = tuple(filter(None, (each.strip(" #") for each in word.right.split("|"))))
        if word.wrong:
            # As in a file of words: "#" at an end stands for a digit.
            digit = "after" if word.wrong.endswith("#") else "before" if word.wrong.startswith("#") else ""
            form = word.wrong.strip("#")
            # What is right is no slip where it holds the wrong form: 云溪 in 云溪市.
            but = (*word.but.split(), *(each for each in right if form in each))
            wrong.append(Wrong(form, right, word.reason, word.source, but, digit))
        else:
            names.update(right)
    return default() + Lexicon(tuple(wrong), frozenset(names)) if wrong or names else None
