"""Captions of films: WebVTT is kept, SubRip (.srt) is turned into it, anything else is refused."""

import re

from django.utils.translation import gettext as _

from weiting.core.errors import Invalid

_TIMING = re.compile(
    r"^(\d{1,2}:)?\d{1,2}:\d{2}[.,]\d{3} --> (\d{1,2}:)?\d{1,2}:\d{2}[.,]\d{3}",
    re.MULTILINE,
)
_COMMA = re.compile(r"(\d{2}),(\d{3})(?=\s|$)")


def webvtt(text: str) -> str:
    """Return captions as WebVTT ("" for none); raise Invalid for text without times."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        return ""
    if not _TIMING.search(text):
        sentence = _(
            "Captions need times, as in a .vtt or .srt file. Text without times belongs in the transcript."
        )
        raise Invalid(sentence, code="captions_without_times", fields={"captions": [sentence]})
    lines = [_COMMA.sub(r"\1.\2", line) if "-->" in line else line for line in text.split("\n")]
    head = [] if lines[0].startswith("WEBVTT") else ["WEBVTT", ""]
    return "\n".join([*head, *lines]) + "\n"
