"""What an act says: turns people, units, subjects and facts into the plain values that are recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.utils.functional import Promise

from weiting.audit import chain
from weiting.audit.models import Entry
from weiting.audit.origins import Came


class Ref(NamedTuple):
    """A subject without its object in hand: Ref("posts.post", "17", "Water off on Monday")."""

    type: str
    id: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """One act to record; what `record` takes, for use with `record_many`."""

    verb: str
    by: models.Model | None = None
    subject: models.Model | Ref | None = None
    unit: models.Model | None = None
    as_role: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def label(obj: models.Model | None) -> str:
    """Return the name an object goes by in the audit: its `audit_label`, or else how it prints itself."""
    if obj is None:
        return ""
    return _clean(str(getattr(obj, "audit_label", None) or obj))[:200]


def ref(subject: models.Model | Ref | None) -> Ref:
    """Return type, id and label of a subject."""
    if subject is None:
        return Ref("")
    if isinstance(subject, Ref):
        return Ref(subject.type, str(subject.id), _clean(subject.label)[:200])
    return Ref(subject._meta.label_lower, str(subject.pk), label(subject))


def _clean(text: str) -> str:
    """Drop what has no place in a label: a NUL, halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def plain(value: Any) -> Any:
    """Return a fact as canonical JSON can hold it; raise NotCanonicalError if it cannot."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
        return [plain(item) for item in value]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str | Promise | UUID | Decimal):
        # A member of a TextChoices is a str with a class of its own; what is kept is the bare text.
        return str.__str__(value) if isinstance(value, str) else str(value)
    if isinstance(value, date):
        return chain.moment(value) if isinstance(value, datetime) else value.isoformat()
    raise chain.NotCanonicalError(f"a {type(value).__name__} cannot be a fact; give it as a string")


def entry(act: Act, *, seq: int, at: datetime, came: Came, previous: chain.Digests) -> Entry:
    """Return the entry of an act, linked to its predecessor, not yet saved."""
    about = ref(act.subject)
    row = Entry(
        seq=seq,
        at=at,
        actor_id=act.by.pk if act.by else None,
        actor_label=label(act.by),
        actor_role=act.as_role,
        verb=act.verb,
        subject_type=about.type,
        subject_id=about.id,
        subject_label=about.label,
        unit_id=act.unit.pk if act.unit else None,
        unit_label=label(act.unit),
        facts=plain(act.facts),
        origin=came.how,
        origin_mark=came.mark,
        prev_sm3=previous.sm3,
        prev_sha256=previous.sha256,
    )
    own = chain.digest(previous, chain.canonical(row.content()))
    row.sm3, row.sha256 = own.sm3, own.sha256
    return row
