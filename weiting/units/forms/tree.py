"""What is typed about a unit: its description, its place, its end, what it answers for, a table of many."""

import re
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _, gettext_lazy

from weiting.units import queries
from weiting.units.forms.inputs import ColourInput, DayInput, UnitChoice
from weiting.units.models import Kind, Unit


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What an administrator says of a unit when opening it or changing it."""

    class Meta:
        model = Unit
        fields = (
            "name", "short_name", "kind", "slug", "division_code", "seal_text", "color", "about", "tone", "phone",
            "address", "hours", "joined_on",
        )  # fmt: skip
        widgets = {
            "about": forms.Textarea(attrs={"rows": 3, "data-autosize": ""}),
            "tone": forms.Textarea(attrs={"rows": 3, "data-autosize": ""}),
            "color": ColourInput(),
            "joined_on": DayInput(),
            "phone": forms.TextInput(attrs={"inputmode": "tel"}),
            "division_code": forms.TextInput(attrs={"inputmode": "numeric"}),
        }
        help_texts = {
            "name": gettext_lazy("As it stands on the sign at the door."),
            "short_name": gettext_lazy("As residents call it. It stands beside every post."),
            "slug": gettext_lazy("The end of its address. Leave empty to make it from the name in pinyin."),
            "division_code": gettext_lazy(
                "The official number of the area, 6 to 12 digits. Leave empty for bureaus."
            ),
            "seal_text": gettext_lazy("Two to four letters. Leave empty to take them from the name."),
            "about": gettext_lazy("Two sentences: what people come here for, and what they do not get here."),
            "tone": gettext_lazy("For its editors: how it speaks, what it never says."),
            "hours": gettext_lazy("For example: Monday to Friday 8:30–12:00, 14:00–17:30."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"short_name", "slug", "seal_text"} & set(self.fields):
            self.fields[name].required = False

    def validate_unique(self) -> None:
        """Leave it to the action, which says it in its own words."""

    def clean_division_code(self) -> str:
        """Refuse a code that is no code."""
        code = str(self.cleaned_data["division_code"]).strip()
        if code and not re.fullmatch(r"\d{2,12}", code):
            raise forms.ValidationError(_("A division code has 2 to 12 digits and nothing else."))
        return code


class DescribeForm(UnitForm):
    """What a unit's own people may say of it."""

    class Meta(UnitForm.Meta):
        fields = ("short_name", "seal_text", "color", "about", "tone", "phone", "address", "hours")  # type: ignore[assignment]

    def clean_division_code(self) -> str:
        """Nothing to check: the field is not here."""
        return ""


class MoveForm(forms.Form):
    """Under which unit another one is to hang."""

    parent = UnitChoice(
        queryset=Unit.objects.none(),
        label=gettext_lazy("New parent"),
        help_text=gettext_lazy("Everything below moves along. Posts stay with their units."),
    )

    def __init__(self, *args: Any, unit: Unit, units: QuerySet[Unit] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = queries.open_units() if units is None else units
        self.fields["parent"].queryset = allowed.exclude(path__startswith=unit.path)  # type: ignore[attr-defined]


class CloseUnitForm(forms.Form):
    """Why a unit closes and who takes over."""

    reason = forms.CharField(
        label=gettext_lazy("Why it closes"),
        max_length=200,
        help_text=gettext_lazy("Residents read this on its page. Its posts stay where they are."),
    )
    successor = UnitChoice(
        queryset=Unit.objects.none(),
        required=False,
        label=gettext_lazy("Who takes over"),
        help_text=gettext_lazy("Its page will lead there."),
    )

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = queries.open_units().exclude(path__startswith=unit.path)
        self.fields["successor"].queryset = others  # type: ignore[attr-defined]


class RemitsForm(forms.Form):
    """What a unit answers for, one matter a line: matter: other word, other word | what exactly."""

    lines = forms.CharField(
        required=False,
        label=gettext_lazy("What it answers for"),
        widget=forms.Textarea(attrs={"rows": 8, "data-autosize": ""}),
        help_text=gettext_lazy(
            "One matter a line in residents' words. After a colon other words for it, after a bar what exactly: "
            "停水: 没水、水停了 | 市区管网，小区内找物业"
        ),
    )

    @classmethod
    def text_of(cls, unit: Unit) -> str:
        """Return a unit's matters as lines to edit."""
        return "\n".join(
            remit.matter
            + (f": {'、'.join(remit.synonyms)}" if remit.synonyms else "")
            + (f" | {remit.note}" if remit.note else "")
            for remit in unit.remits.all()
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return the lines as the action takes them."""
        found = []
        for line in self.cleaned_data["lines"].splitlines():
            head, _bar, note = line.replace("｜", "|").partition("|")
            matter, _colon, synonyms = head.replace("：", ":").partition(":")
            if matter.strip():
                found.append({"matter": matter.strip(), "synonyms": synonyms, "note": note.strip()})
        return found


class KindFilter(forms.Form):
    """How a list of units is narrowed down."""

    q = forms.CharField(required=False, label=gettext_lazy("Name"), max_length=80)
    kind = forms.ChoiceField(
        required=False, label=gettext_lazy("Kind"), choices=[("", gettext_lazy("All")), *Kind.choices]
    )


class ImportForm(forms.Form):
    """A table of units or people to read."""

    table = forms.FileField(
        label=gettext_lazy("Table"),
        help_text=gettext_lazy("CSV or XLSX. The template shows the columns."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.jsonl"}),
    )
    dry_run = forms.BooleanField(
        label=gettext_lazy("Only show what would happen"), required=False, initial=True
    )
