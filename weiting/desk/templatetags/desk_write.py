"""Tags of the writing half: a text's name in lists, a look-up in a mapping, and the options of a long choice."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from weiting.channels.words import name_of
from weiting.posts.models import Post

register = template.Library()


@register.filter
def titled(post: Post) -> str:
    """Return a text's title, the version in work first; a text without one says so."""
    for revision in (post.working, post.live):
        if revision is not None and revision.title.strip():
            return revision.title
    return _("without a title")


@register.filter
def channel_name(kind: str) -> str:
    """Return what people call a kind of channel."""
    return name_of(kind)


@register.filter
def web(address: str) -> str:
    """Return an address that leads to the web, or nothing: what a channel answers is not to be trusted with a link."""
    return address if str(address).startswith(("https://", "http://")) else ""


@register.filter
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Return what a mapping holds at a key, or nothing."""
    return mapping.get(key, "")


@register.simple_tag
def options(rows: Iterable[Any], chosen: Any = None, label: str = "short_name") -> SafeString:
    """Write the options of a choice among rows; `chosen` is a key. Hundreds of units are written at once here."""
    said = str(chosen or "")
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (row.pk, SafeString(" selected") if said == str(row.pk) else "", getattr(row, label))
            for row in rows
        ),
    )
