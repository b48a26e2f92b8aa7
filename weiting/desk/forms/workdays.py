"""What is typed about the working calendar: a run of days that are worked or free here, and where that is written."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

# The longest holiday with its swapped weekends; a longer run is a slip of the keyboard.
LONGEST = 31


class DaysForm(forms.Form):
    """A run of days, all worked or all free."""

    first = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty for a single day."),
    )
    kind = forms.ChoiceField(
        label=_("These days are"),
        choices=[("rest", _("free")), ("work", _("worked"))],
        initial="rest",
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("Called"), max_length=40, help_text=_("Such as 国庆节, or 台风停课停工."))
    source = forms.CharField(
        label=_("Where it is written"), max_length=200, help_text=_("The notice, its number and its address.")
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a run that ends before it begins, or is longer than any holiday."""
        said = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        if first and last and last < first:
            self.add_error("last", gettext("The last day is before the first. Swap them."))
        elif first and last and last - first >= timedelta(days=LONGEST):
            self.add_error(
                "last",
                gettext("At most %(n)s days at once. Write a longer span in parts.") % {"n": LONGEST},
            )
        return said

    def days(self) -> list[date]:
        """Return the days of a form that is valid."""
        first = self.cleaned_data["first"]
        last = self.cleaned_data["last"] or first
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]
