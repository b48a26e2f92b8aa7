"""What the product tells a person, in the desk and by e-mail, never twice and not in their quiet hours.

Other modules say `from weiting import notices` and call `notices.tell(...)` in an action, in the action's own
transaction; they put their kinds into words with `notices.register(...)` when their app is ready. The names
below are resolved on first use, because models cannot be imported while Django is still collecting its apps.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from weiting.notices.actions import mark_all_read, mark_read, tell
    from weiting.notices.kinds import register
    from weiting.notices.queries import page_for, unread_count

_HOMES = {
    "mark_all_read": "actions",
    "mark_read": "actions",
    "page_for": "queries",
    "register": "kinds",
    "tell": "actions",
    "unread_count": "queries",
}

__all__ = ["mark_all_read", "mark_read", "page_for", "register", "tell", "unread_count"]


def __getattr__(name: str) -> Any:
    """Fetch one of the names above from the file it lives in; raise AttributeError for any other."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
