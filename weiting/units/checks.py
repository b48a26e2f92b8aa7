"""Turns what Django finds wrong with a row into the one error family, and holds checks several actions share."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils.translation import gettext as _

from weiting.core.errors import Invalid
from weiting.units.models import Unit

# One number for the whole installation: whoever changes the shape of the tree holds this lock until commit.
TREE_LOCK = 0x0054_5245_45


def invalid(field: str, sentence: str, **facts: Any) -> Invalid:
    """Return the error for one field that cannot be used."""
    return Invalid(sentence, fields={field: [sentence]}, **facts)


def check_fields(obj: models.Model, *, exclude: Collection[str] = ()) -> None:
    """Raise Invalid, by field, when a value does not fit its column."""
    # What may be null in the table may be left out here, even where a form would ask for it.
    absent = {field.name for field in obj._meta.fields if field.null and getattr(obj, field.attname) is None}
    try:
        obj.clean_fields(exclude={*exclude, *absent})
    except ValidationError as error:
        sentence = _("Some of this cannot be used. What is wrong stands beside each field.")
        raise Invalid(sentence, fields=error.message_dict) from None


def apply_changes(obj: models.Model, changes: dict[str, Any], allowed: Collection[str]) -> list[str]:
    """Set the values that differ and return their names; raise TypeError for a name that is not `allowed`."""
    unknown = set(changes) - set(allowed)
    if unknown:
        raise TypeError(f"{type(obj).__name__} has no changeable {sorted(unknown)}")
    changed = [name for name, value in changes.items() if getattr(obj, name) != value]
    for name in changed:
        setattr(obj, name, changes[name])
    return changed


def lock_tree() -> None:
    """Wait until nobody else changes the shape of the tree, and hold it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])


def check_open(unit: Unit) -> None:
    """Raise Invalid when the unit has been closed."""
    if unit.is_closed:
        raise Invalid(
            _(
                "%(unit)s was closed on %(day)s, so nothing can be added to it. Choose the unit that took over."
            )
            % {"unit": unit.short_name, "day": unit.closed_on},
            code="unit_closed",
        )
