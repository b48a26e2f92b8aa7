"""What every form of the desk shares: refusals of an action shown at the fields they are about."""

from django import forms

from weiting.core.errors import Invalid


def show_refusal(form: forms.BaseForm, refusal: Invalid) -> None:
    """Put an action's refusal into the form: sentences at the fields it knows, the rest above the form."""
    placed = False
    for name, sentences in refusal.fields.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, str(sentence))
            placed = True
    if not placed:
        form.add_error(None, str(refusal.message))
