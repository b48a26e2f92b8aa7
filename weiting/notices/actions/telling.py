"""Tells people things, once each, and marks what they have read.

A notice is the echo of an act that is recorded where it happens; neither it nor the mark of having read it is
recorded again.
"""

from collections.abc import Iterable
from typing import Any

from weiting import jobs
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.notices import kinds, quiet
from weiting.notices.models import Notice


def tell(
    people: Iterable[Person], kind: str, *, key: str, url: str, urgent: bool = False, **facts: Any
) -> None:
    """Tell people something in the desk and by e-mail; whoever was told under this key hears nothing more.

    Call it in the transaction of the act it speaks of. `urgent` does not wait for the end of quiet hours.
    """
    now = clock.now()
    stored = {name: kinds.storable(value) for name, value in facts.items()}
    reached = {person.pk: person for person in people if person.is_active}
    Notice.objects.bulk_create(
        [
            Notice(
                person=person, key=key[:120], kind=kind, facts=stored, url=url[:300], urgent=urgent, created_at=now,
                email_at=quiet.leaves_at(now, person.quiet_from, person.quiet_until, urgent=urgent)
                if person.by_email and person.email
                else None,
            )
            for _pk, person in sorted(reached.items())
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    jobs.announce(*(f"notices:{pk}" for pk in reached))


def mark_read(person: Person, ids: Iterable[int]) -> int:
    """Mark some of a person's notices read and keep those from being mailed; returns how many were new to them."""
    return _read(person, pk__in=list(ids))


def mark_all_read(person: Person, *, until: int | None = None) -> int:
    """Mark all of a person's notices read, or those up to the one last seen on the page."""
    return _read(person, **({"pk__lte": until} if until is not None else {}))


def _read(person: Person, **which: Any) -> int:
    mine = Notice.objects.filter(person=person, read_at__isnull=True, **which)
    mine.filter(emailed_at__isnull=True).update(email_at=None)
    changed = mine.update(read_at=clock.now())
    if changed:
        jobs.announce(f"notices:{person.pk}")
    return changed
