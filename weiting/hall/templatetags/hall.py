"""Small words of the hall's templates: an excerpt, silence in days, data for search engines."""

import json
from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _, ngettext

from weiting.hall import queries
from weiting.media.models import Kind
from weiting.posts.models import Post, RevisionMedia
from weiting.posts.prose import plain
from weiting.text.diff import Change
from weiting.ui.convert import for_reader
from weiting.units.models import Unit

register = template.Library()
# A short text stands in the list as a whole; of a longer one, its beginning.
WHOLE, PART = 180, 120


@register.filter
def excerpt(post: Post) -> str:
    """Return what a list shows of a post's text: its summary, all of a short text, or the beginning."""
    revision = post.live
    if revision is None:
        return ""
    if revision.summary:
        return revision.summary
    text = plain(revision.body)
    if len(text) <= WHOLE:
        return text
    first = text.split("\n\n", 1)[0]
    return first if len(first) <= WHOLE else f"{text[:PART].rstrip('，、；：')}…"


@register.filter
def is_whole(post: Post) -> bool:
    """Say whether the excerpt holds the whole text."""
    return post.live is not None and excerpt(post) == plain(post.live.body)


@register.filter
def pictures(post: Post) -> list[RevisionMedia]:
    """List the pictures of a post's live words."""
    return [] if post.live is None else [m for m in post.live.media.all() if m.asset.kind == Kind.PICTURE]


@register.filter
def open_promises(post: Post) -> list[Any]:
    """List the promises of a post that are still open."""
    return [promise for promise in post.follow_ups.all() if promise.state == "open"]


@register.simple_tag
def silence(unit: Unit) -> SafeString | str:
    """Say that a unit has been silent for days, or that it is new; nothing otherwise."""
    if days := queries.silent_for(unit):
        said = ngettext("%(n)s day without a word", "%(n)s days without a word", days) % {"n": days}
        return format_html('<small class="silent">{}</small>', said)
    if queries.is_new(unit):
        return format_html('<small class="ok">{}</small>', _("New here"))
    return ""


@register.filter
def is_silent(unit: Unit) -> bool:
    """Say whether a unit has been silent for long."""
    return bool(queries.silent_for(unit))


@register.simple_tag
def jsonld(data: Any) -> SafeString:
    """Write data for search engines as a block no browser runs and no text can break out of."""
    text = json.dumps(data, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped above


@register.simple_tag
def marked(parts: Iterable[tuple[str, bool]]) -> SafeString:
    """Write a snippet with its found words marked."""
    return format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", for_reader(t)) if m else for_reader(t),) for t, m in parts),
    )


@register.simple_tag
def changes(parts: Iterable[Change]) -> SafeString:
    """Write a word-level difference: struck what went, underlined what came."""
    tags = {"equal": "{}", "delete": "<del>{}</del>", "insert": "<ins>{}</ins>"}
    return format_html_join("", "{}", ((format_html(tags[op], for_reader(text)),) for op, text in parts))


@register.simple_tag
def struck(correction: Any) -> SafeString:
    """Write a correction as the public reads it: the wrong struck, the right beside it."""
    return format_html(
        "<del>{}</del> <ins>{}</ins>", for_reader(correction.wrong), for_reader(correction.right)
    )
