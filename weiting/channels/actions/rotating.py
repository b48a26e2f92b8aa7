"""Seals everything anew with the present key, in small parts; what was done stays done when it is broken off."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from weiting import audit
from weiting.accounts.models import Person
from weiting.channels import vault
from weiting.channels.sealed import tables
from weiting.core.actions import action
from weiting.core.errors import Unavailable

PART = 200


@dataclass(frozen=True)
class Rotated:
    """How many rows were sealed anew, and how many no key of this machine opens."""

    anew: int = 0
    shut: int = 0


def rotate_keys(*, by: Person | None = None, part: int = PART) -> Rotated:
    """Seal with the present key what earlier ones have sealed; return how much. Safe to repeat and to break off."""
    anew = shut = 0
    for each in tables():
        after: Any = None
        while True:
            done, lost, after = _part(each, after, part, by=by)
            anew, shut = anew + done, shut + lost
            if after is None:
                break
    if anew or shut:
        _note(by=by, anew=anew, shut=shut)
    return Rotated(anew, shut)


@action
def _part(table: type[models.Model], after: Any, most: int, *, by: Person | None) -> tuple[int, int, Any]:
    """Seal some rows of a table anew; return how many, how many stayed shut, and where to go on."""
    rows: models.QuerySet[Any] = table._default_manager.exclude(sealed_with__in=["", vault.present()])
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows.order_by("pk").select_for_update(of=("self",), no_key=True)[:most])
    done = lost = 0
    for each in found:
        try:
            said = vault.open_sealed(each.sealed_with, bytes(each.sealed), each.sealed_for)
        except Unavailable:
            lost += 1
            continue
        each.sealed_with, each.sealed = vault.seal(said, each.sealed_for)
        each.save(update_fields=["sealed_with", "sealed"])
        done += 1
    return done, lost, found[-1].pk if len(found) == most else None


@action
def _note(*, by: Person | None, anew: int, shut: int) -> None:
    audit.record("channels.keys.rotate", by=by, anew=anew, shut=shut)
