"""The append-only trail of every act: one hash chain (SM3 and SHA-256) that the database refuses to change.

Other modules say `from weiting import audit` and call `audit.record(...)` last in an action, in the
action's own transaction. The names below are resolved on first use, because models cannot be imported
while Django is still collecting its apps. It knows no other module: people, units and subjects are kept
as plain ids and labels, so that the trail outlives them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from weiting.audit.actions import read, record, record_many, seal_days
    from weiting.audit.content import Act, Ref
    from weiting.audit.origins import origin
    from weiting.audit.queries import (
        Filter,
        entries,
        entries_for,
        head_today,
        heads,
        latest_head,
        unlabelled_verbs,
    )

_HOMES = {
    "read": "actions",
    "record": "actions",
    "record_many": "actions",
    "seal_days": "actions",
    "Act": "content",
    "Ref": "content",
    "origin": "origins",
    "Filter": "queries",
    "entries": "queries",
    "entries_for": "queries",
    "head_today": "queries",
    "heads": "queries",
    "latest_head": "queries",
    "unlabelled_verbs": "queries",
}

__all__ = [
    "Act",
    "Filter",
    "Ref",
    "entries",
    "entries_for",
    "head_today",
    "heads",
    "latest_head",
    "origin",
    "read",
    "record",
    "record_many",
    "seal_days",
    "unlabelled_verbs",
]


def __getattr__(name: str) -> Any:
    """Fetch one of the names above from the file it lives in; raise AttributeError for any other."""
    if name == "labels":
        return import_module("weiting.audit.labels")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
