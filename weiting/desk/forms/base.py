"""What every form of the desk shares: rows to choose among, refusals shown at the fields they are about."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from weiting.core.errors import Invalid


def offer(field: forms.Field, rows: QuerySet[Any]) -> None:
    """Let a field choose among rows, and read them for the page once, however often it looks at them."""
    chooser = cast("forms.ModelChoiceField[Any]", field)
    chooser.queryset = rows
    chooser.choices = list(_choices(chooser, rows))


def _choices(field: "forms.ModelChoiceField[Any]", rows: QuerySet[Any]) -> Iterator[tuple[Any, str]]:
    if field.empty_label is not None:
        yield "", str(field.empty_label)
    for row in rows:
        yield field.prepare_value(row), field.label_from_instance(row)


def show_refusal(form: forms.BaseForm, refusal: Invalid, *others: forms.BaseForm) -> None:
    """Put an action's refusal into the form: sentences at the fields it knows, the rest above the form.

    A page of several forms names the `others`: a sentence goes to the first of them that has its field.
    """
    placed = False
    for name, sentences in refusal.fields.items():
        holder = next((each for each in (form, *others) if name in each.fields), None)
        for sentence in sentences:
            (holder or form).add_error(name if holder else None, str(sentence))
            placed = True
    if not placed:
        form.add_error(None, str(refusal.message))
