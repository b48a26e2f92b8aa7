"""A text as an article of WeChat: plain HTML without scripts or outside links, its pictures, and a cover."""

import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import replace
from html import escape, unescape
from typing import Any

import nh3

from weiting.channels.ports import Media, Rendered, Words
from weiting.channels.rules import rules
from weiting.text.finding import Message, _, message
from weiting.text.lengths import channels, shortened

TAGS = {
    "p", "br", "strong", "em", "b", "i", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "hr",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
# JSON can write these only as \uXXXX, which the platform refuses (40033); readers would not see them anyway.
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]+")
# The platform's address of a picture is longer than ours: so much room is kept for each.
ADDRESS = 300
# Whoever reads it knows where the rest is: the platform's own words for its link to the source.
REST = "<p>（全文见文末“阅读原文”）</p>"


def rendered(words: Words, author: str = "") -> Rendered:
    """Return the article as `draft/add` takes it, but for the cover's id and the addresses of uploaded pictures."""
    facts, notes = rules("wechat").limits, list[Message]()
    given = _one_line(words.title) or _one_line(words.body) or "公告"
    if words.correcting:
        given = f"更正：{given.removeprefix('更正：')}"
    title = shortened(given, "wechat_title") or "公告"
    if title != given:
        notes.append(message(_("The title is shortened to what WeChat takes.")))
    pictures = [
        each for each in words.media
        if each.mime in facts["picture_types"] and each.size < facts["picture_bytes"]
    ][: facts["pictures"]]  # fmt: skip
    if len(pictures) < len(words.media):
        notes.append(
            message(
                _(
                    "WeChat takes nine pictures from here, JPEG or PNG below 1 MB; the others stand at the hall."
                )
            )
        )
    if not pictures:
        notes.append(message(_("There is no picture for the cover; a plain one is used.")))
    content = _content(words, pictures, notes) or f"<p>{escape(title, quote=False)}</p>"
    fields = {
        "title": title,
        "author": shortened(_one_line(author), "wechat_author"),
        "digest": shortened(
            _one_line(words.correcting or words.summary or words.said or words.body), "wechat_digest"
        ),
        "content": content,
        # Readers come to the text; the platform's lists show by it which version of it they have.
        "content_source_url": f"{words.url}#v-{words.content_hash[:12]}",
    }
    seen = re.sub(r"<br>|</(?:p|li|h\d|tr|blockquote)>", "\n", content)
    text = unescape(nh3.clean(seen, tags=set())).strip()
    return Rendered(f"{title}\n\n{text}".strip(), fields, tuple(pictures), tuple(notes))


def plain(article: Mapping[str, Any]) -> str:
    """Return the words of an article without its form: what is compared when it is looked at again."""
    return "".join(unescape(nh3.clean(str(article.get("content", "")), tags=set())).split())


def _content(words: Words, pictures: list[Media], notes: list[Message]) -> str:
    head, shown = _head(words), "".join(_picture(each) for each in pictures)
    room = (channels()["wechat_body"].limit or 0) - _units(head + shown) - ADDRESS * len(pictures)
    written = CONTROLS.sub(" ", words.html) if words.html.strip() and not words.said.strip() else ""
    if "<a " in written:
        notes.append(
            message(_("WeChat takes no links inside an article; its “Read more” leads to the hall."))
        )
    plain = CONTROLS.sub(" ", words.said.strip() or words.body)
    body = (
        nh3.clean(written, tags=TAGS, attributes={}, link_rel=None)
        if written
        else "".join(_paragraphs(plain))
    )
    if _units(body) > room:
        notes.append(message(_("Shortened to what WeChat takes; the whole text stands behind “Read more”.")))
        body = _cut(_paragraphs(plain), room - len(REST)) + REST
    return head + body + shown


def _cut(paragraphs: list[str], room: int) -> str:
    """Return whole paragraphs as far as they fit; of a first one that is too long alone, its beginning."""
    kept = ""
    for each in paragraphs:
        if _units(kept + each) > room:
            break
        kept += each
    first = unescape(paragraphs[0][3:-4]) if paragraphs and not kept else ""
    # An escaped character is five at the most, one beyond the plane two.
    return kept or f"<p>{escape(first[: (room - 7) // 5], quote=False)}</p>"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _head(words: Words) -> str:
    """What a correction says first: what was wrong, and of which article."""
    if not words.correcting:
        return ""
    said = shortened(_one_line(words.correcting), replace(channels()["wechat_body"], limit=1500))
    first = shortened(_one_line(words.title), "wechat_title")
    wrong = f"<p><strong>{escape(said, quote=False)}</strong></p>"
    return f"{wrong}<p>此前发布的《{escape(first, quote=False)}》以本文为准。</p>"


def _paragraphs(text: str) -> list[str]:
    return [f"<p>{escape(line, quote=False)}</p>" for line in text.splitlines() if line.strip()]


def _picture(media: Media) -> str:
    return f'<p><img src="{escape(media.url)}" alt="{escape(_one_line(media.alt)[:100])}"></p>'


def _one_line(text: str) -> str:
    return " ".join(CONTROLS.sub(" ", text).split())


def plain_cover(width: int = 900, height: int = 383, colour: tuple[int, int, int] = (28, 78, 128)) -> bytes:
    """Return a PNG of one colour, in the shape of a cover."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes(colour) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(rows, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
