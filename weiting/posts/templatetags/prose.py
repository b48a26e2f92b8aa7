"""Filters that show a post's text: `{{ revision.body|prose }}` as HTML, `{{ revision.body|plain }}` without marks."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from weiting.posts.models import Revision
from weiting.posts.prose import plain as without_marks, prose_html

register = template.Library()


@register.filter
def prose(text: str) -> SafeString:
    """Return a text as HTML: the one way both faces show it."""
    return mark_safe(prose_html(text or ""))  # noqa: S308 - the reader lets no HTML through


@register.filter
def plain(text: str) -> str:
    """Return a text without its marks."""
    return without_marks(text or "")


@register.filter
def own_summary(revision: Revision) -> str:
    """Return a version's summary, or "" where the text itself says it word by word: it need not be read twice."""
    said = " ".join(revision.summary.split())
    return "" if said in " ".join(without_marks(revision.body).split()) else revision.summary
