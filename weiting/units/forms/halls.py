"""What is typed about a hall, its sections, and a batch of units that come in together."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from weiting.units import queries
from weiting.units.actions.batches import DEFAULT_STEPS
from weiting.units.forms.inputs import ColourInput, DayInput, UnitsChoice
from weiting.units.models import Hall, Section, Unit


class HallForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A hall's brand and what stands in its footer."""

    class Meta:
        model = Hall
        fields = (
            "name", "slug", "slogan", "color", "host", "phone", "email", "filing", "police_filing", "site_code",
            "filing_prefix",
        )  # fmt: skip
        widgets = {"color": ColourInput()}
        help_texts = {
            "slogan": gettext_lazy("One line under the name. What do people get here?"),
            "filing": gettext_lazy("For example 云ICP备20260001号. It stands in the footer."),
            "site_code": gettext_lazy("Ten digits, given by the office for government websites."),
            "filing_prefix": gettext_lazy("云网备 gives 云网备2026-0001. Numbers given before stay."),
        }

    def validate_unique(self) -> None:
        """Leave it to the action, which says it in its own words."""


class SectionForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A section of a hall's page."""

    class Meta:
        model = Section
        fields = ("name", "about", "color", "slug")
        widgets = {"color": ColourInput()}
        help_texts = {
            "about": gettext_lazy("One sentence: what is found here."),
            "slug": gettext_lazy("The end of its address. Leave empty to make it from the name in pinyin."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False

    def validate_unique(self) -> None:
        """Leave it to the action, which says it in its own words."""


class ArrangeForm(forms.Form):
    """Which units stand in a section; their order is the order in which `units` comes."""

    units = UnitsChoice(
        queryset=Unit.objects.none(),
        required=False,
        label=gettext_lazy("Units in this section"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, hall: Hall, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = queries.units_in(hall)  # type: ignore[attr-defined]

    def ids(self) -> list[int]:
        """Return the chosen ids in the order sent, which is the order on the page."""
        chosen = {unit.pk for unit in self.cleaned_data["units"]}
        sent = self.data.getlist("units") if hasattr(self.data, "getlist") else self.data.get("units", [])
        return [int(pk) for pk in sent if int(pk) in chosen]


class BatchForm(forms.Form):
    """Units that are brought in together."""

    name = forms.CharField(label=gettext_lazy("Name of the batch"), max_length=60)
    basis = forms.CharField(
        label=gettext_lazy("Document it rests on"), max_length=200, required=False,
        help_text=gettext_lazy("Its number and title, if there is one."),
    )  # fmt: skip
    deadline_on = forms.DateField(label=gettext_lazy("Deadline"), widget=DayInput())
    units = UnitsChoice(
        queryset=Unit.objects.none(), label=gettext_lazy("Units"), widget=forms.CheckboxSelectMultiple
    )
    checklist = forms.CharField(
        label=gettext_lazy("What each has to do"),
        widget=forms.Textarea(attrs={"rows": 7, "data-autosize": ""}),
        help_text=gettext_lazy("One step a line."),
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = units  # type: ignore[attr-defined]
        self.fields["checklist"].initial = "\n".join(str(step) for step in DEFAULT_STEPS)

    def clean_checklist(self) -> list[str]:
        """Return the steps, one a line."""
        return [line.strip() for line in self.cleaned_data["checklist"].splitlines() if line.strip()]
