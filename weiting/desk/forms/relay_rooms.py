"""What is typed in rooms: opening one, how it stands, tasks, the result, and which words are let out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiting.desk.forms.base import offer
from weiting.desk.forms.inputs import MomentField
from weiting.relay.actions import LONGEST
from weiting.relay.spoken import Words
from weiting.units.models import Unit

FEW = forms.CheckboxSelectMultiple


class RoomForm(forms.Form):
    """A matter that several units settle at once."""

    title = forms.CharField(label=_("What is to be settled"), max_length=100)
    about = forms.CharField(
        label=_("What is known so far"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    units = forms.ModelMultipleChoiceField(
        label=_("Which units take part"), queryset=Unit.objects.none(), widget=FEW, required=False
    )
    what = forms.CharField(
        label=_("What each does first"),
        max_length=120,
        help_text=_("Within half an hour; more is added in the room."),
    )
    is_public = forms.BooleanField(
        label=_("Show it in the hall"),
        required=False,
        initial=True,
        help_text=_("Its clock stands there at once, its words when a second person has let them out."),
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["units"], units)


class UpdateForm(forms.Form):
    """How a unit stands."""

    text = forms.CharField(label=_("How it stands"), max_length=300)


class TaskForm(forms.Form):
    """Who does what until when; the unit by its public id."""

    unit = forms.CharField(label=_("Unit"), widget=forms.Select)
    what = forms.CharField(label=_("What is to be done"), max_length=120)
    until_at = MomentField(label=_("To be done by"), help_text=_("Beijing time."))


class DoneForm(forms.Form):
    """What was done."""

    note = forms.CharField(label=_("What was done"), max_length=200, required=False)


class ResultForm(forms.Form):
    """What came of it."""

    result = forms.CharField(
        label=_("What came of it"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "data-fits": ""})
    )


class ChosenForm(forms.Form):
    """Which words, each with the fingerprint of what the page showed: “key hash”, one a field."""

    def clean(self) -> dict[str, Any]:
        """Read the pairs."""
        pairs = [each.partition(" ") for each in self.data.getlist("words")]  # type: ignore[attr-defined]
        return {"words": [(key, seen) for key, _space, seen in pairs]}


class RewordForm(forms.Form):
    """Words of one's own that are not out yet, written anew; only the fields these words have."""

    key = forms.CharField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("What is to be settled"), max_length=LONGEST["title"])
    about = forms.CharField(
        label=_("What is known so far"),
        max_length=LONGEST["about"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    what = forms.CharField(label=_("What is to be done"), max_length=LONGEST["what"])
    note = forms.CharField(label=_("What was done"), max_length=LONGEST["note"])
    text = forms.CharField(label=_("How it stands"), max_length=LONGEST["text"])
    result = forms.CharField(
        label=_("What came of it"), max_length=LONGEST["result"], widget=forms.Textarea(attrs={"rows": 3})
    )

    @classmethod
    def of(cls, words: Words) -> "RewordForm":
        """Return the form that changes some words."""
        made = cls(
            initial={"key": words.key, **dict(words.fields)}, auto_id=f"{words.key.replace(':', '-')}-%s"
        )
        made.keep({name for name, _text in words.fields})
        return made

    def keep(self, names: set[str]) -> None:
        """Leave only these fields, and the key."""
        for name in set(self.fields) - names - {"key"}:
            del self.fields[name]

    def narrow(self) -> None:
        """Leave the fields that were sent."""
        self.keep({name for name in self.fields if name in self.data})
