"""Filters of the writing half: a text's name in lists, and a look-up in a mapping."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

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
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Return what a mapping holds at a key, or nothing."""
    return mapping.get(key, "")
