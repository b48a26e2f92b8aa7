"""What every form of the desk shares: refusals of an action shown at the fields they are about."""

from django import forms

from weiting.core.errors import Invalid


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
