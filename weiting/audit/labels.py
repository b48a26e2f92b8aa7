"""Verbs in words: every module registers a sentence for each verb it records."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

_sentences: dict[str, Text] = {}


def register(sentences: Mapping[str, Text]) -> None:
    """Add sentences for verbs, {"posts.post.submit": _("Submitted")}; raise ValueError on a clash."""
    for verb, sentence in sentences.items():
        # Compared as words only on a clash: apps register in ready(), before anything can be translated.
        known = _sentences.setdefault(verb, sentence)
        if known is not sentence and str(known) != str(sentence):
            raise ValueError(f"The audit verb {verb} already means something else.")


def sentence(verb: str) -> str:
    """Return a verb in words, or the verb itself when nobody has put it in words."""
    return str(_sentences.get(verb, verb))


def is_known(verb: str) -> bool:
    """Say whether a verb has a sentence."""
    return verb in _sentences


def all_known() -> dict[str, str]:
    """Return every verb with its sentence, by verb: the choices of a filter."""
    return {verb: str(_sentences[verb]) for verb in sorted(_sentences)}


register(
    {
        "audit.personal.read": _("Looked at personal data"),
        "audit.stretch.export": _("Exported a stretch of the audit"),
    }
)
