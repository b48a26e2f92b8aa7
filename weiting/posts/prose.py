"""Turns a post's text into HTML: paragraphs, lists, bold, links and small headings; never raw HTML."""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

_BARE = re.compile(r"(?<![\w(<\[/\"'])https?://[\w\-.~:/?#@!$&'()*+,;=%]+[\w/#=&]", re.ASCII)
_MARKS = re.compile(r"^\s{0,3}(?:#{1,4}\s+|>\s?)|\*\*|\\(?=[\\*#>\-\[\]])", re.MULTILINE)
_LINK = re.compile(r"\[([^\]\n]+)\]\([^)\s]+\)")


@cache
def _reader() -> MarkdownIt:
    rules = ["heading", "list", "blockquote", "emphasis", "link", "autolink", "newline", "escape", "hr"]
    return MarkdownIt("zero", {"breaks": True, "html": False}).enable(rules)


def _dress(tokens: list[Token]) -> None:
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            # The page's own headings come first: what an editor calls a heading is a part of the text.
            token.tag = "h2" if token.tag in {"h1", "h2"} else "h3"
        elif token.type == "link_open" and str(token.attrGet("href") or "").startswith("http"):
            token.attrSet("rel", "noopener nofollow")
        _dress(token.children or [])


def prose_html(text: str) -> str:
    """Return a text as safe HTML; a line break stays one, an empty line begins a paragraph."""
    reader = _reader()
    tokens = reader.parse(_BARE.sub(r"<\g<0>>", text))
    _dress(tokens)
    return str(reader.renderer.render(tokens, reader.options, {}))


def plain(text: str) -> str:
    """Return a text without its marks, for lists, feeds' summaries and descriptions."""
    return _MARKS.sub("", _LINK.sub(r"\1", text)).strip()
