"""What is typed about relays: a call, a unit's own line, a group of units, the budget."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from weiting.channels.models import Connection
from weiting.channels.words import name_of
from weiting.desk.forms.base import offer
from weiting.desk.forms.inputs import MomentField
from weiting.relay.models import LINE_MOST, Group
from weiting.units.models import Kind, Section, Unit

FEW = forms.CheckboxSelectMultiple


class CallForm(forms.Form):
    """Who passes which text on by when, and why."""

    reason = forms.CharField(
        label=_("Why these units"),
        max_length=200,
        help_text=_("One sentence they read: who of their readers needs it."),
    )
    line = forms.CharField(
        label=_("Suggested line above it"),
        required=False,
        max_length=LINE_MOST,
        help_text=_("Each unit may write its own instead."),
    )
    due_at = MomentField(label=_("Passed on by"), help_text=_("Beijing time."))
    groups = forms.ModelMultipleChoiceField(
        label=_("Groups"), queryset=Group.objects.none(), required=False, widget=FEW
    )
    kinds = forms.MultipleChoiceField(label=_("All of a kind"), choices=(), required=False, widget=FEW)
    sections = forms.ModelMultipleChoiceField(
        label=_("All of a section"), queryset=Section.objects.none(), required=False, widget=FEW
    )
    below = forms.ModelMultipleChoiceField(
        label=_("One with all below it"), queryset=Unit.objects.none(), required=False, widget=FEW
    )
    units = forms.ModelMultipleChoiceField(
        label=_("Single units"), queryset=Unit.objects.none(), required=False, widget=FEW
    )
    is_public = forms.BooleanField(
        label=_("Show in the hall who passed it on"),
        required=False,
        help_text=_("Reasons for declining are shown there too."),
    )
    required_by = forms.CharField(
        label=_("Required by"),
        required=False,
        max_length=80,
        help_text=_("Only where an authority above has ordered it."),
    )
    required_number = forms.CharField(label=_("Number of the order"), required=False, max_length=60)
    exempt_reason = forms.CharField(
        label=_("Emergency: why it is outside the weekly budget"),
        required=False,
        max_length=200,
        help_text=_("Leave it empty unless it cannot wait. Your name is kept beside it."),
    )

    def __init__(self, *args: Any, centre: Unit, groups: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Unit.objects.filter(path__startswith=centre.path, closed_on__isnull=True)
        units = list(here.order_by("path"))
        offer(self.fields["groups"], groups)
        offer(self.fields["sections"], Section.objects.filter(hall__unit__path__startswith=centre.path))
        offer(self.fields["units"], here.order_by("path"))
        above = {unit.parent_id for unit in units}
        offer(self.fields["below"], here.filter(pk__in=above).exclude(pk=centre.pk).order_by("path"))
        counts = {kind: sum(unit.kind == kind for unit in units) for kind in Kind}
        self.fields["kinds"].choices = [  # type: ignore[attr-defined]
            (kind.value, f"{kind.label} ({n})") for kind, n in counts.items() if n
        ]

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen of units, as it is gathered."""
        said = self.cleaned_data
        return {
            "groups": list(said["groups"]),
            "kinds": said["kinds"],
            "sections": [section.pk for section in said["sections"]],
            "below": list(said["below"]),
            "units": list(said["units"]),
        }


class LineForm(forms.Form):
    """A unit's own line above what it passes on."""

    line = forms.CharField(
        label=_("Your own line above it"),
        required=False,
        max_length=LINE_MOST,
        widget=forms.Textarea(attrs={"rows": 2, "data-fits": ""}),
        help_text=_("In your unit's voice, for your readers; up to 140 signs, or none."),
    )
    no_secrets = forms.BooleanField(
        label=_("My line holds no state secret and no work secret."), required=False
    )

    accounts = forms.MultipleChoiceField(
        label=_("Besides the hall it goes to"), choices=(), required=False, widget=FEW
    )

    def __init__(
        self, *args: Any, is_reviewed: bool = False, accounts: Sequence[Connection] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not is_reviewed:
            del self.fields["no_secrets"]
        if accounts:
            field = cast(forms.MultipleChoiceField, self.fields["accounts"])
            field.choices = [(each.public_id, _named(each)) for each in accounts]
            field.initial = [each.public_id for each in accounts]
        else:
            del self.fields["accounts"]


def _named(connection: Connection) -> str:
    """Name an account of a unit, a person's official one with the person's name."""
    holder = connection.account.holder if connection.account else None
    said = f"{connection.name} · {name_of(connection.kind)}"
    return f"{said} ({holder.person.name})" if holder else said


class GroupForm(forms.Form):
    """A group of units kept for reuse."""

    name = forms.CharField(label=_("Name of the group"), max_length=40)
    units = forms.ModelMultipleChoiceField(
        label=_("Units in it"), queryset=Unit.objects.none(), widget=FEW, required=False
    )

    def __init__(self, *args: Any, centre: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(
            self.fields["units"],
            Unit.objects.filter(path__startswith=centre.path, closed_on__isnull=True).order_by("path"),
        )


class SignersForm(forms.Form):
    """The units that sign a text together with its own."""

    units = forms.ModelMultipleChoiceField(
        label=_("Which units sign with yours"), queryset=Unit.objects.none(), widget=FEW, required=False
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["units"], units)


class RulesForm(forms.Form):
    """The weekly budget of a hall, and whether own lines are reviewed."""

    per_week = forms.IntegerField(
        label=_("Relays a unit passes on in seven days"),
        min_value=1,
        max_value=50,
        help_text=_("More than a few a week and readers stop reading. Emergencies are not counted."),
    )
    per_reader = forms.IntegerField(
        label=_("Relays a reader is mailed by themselves in seven days"),
        min_value=1,
        max_value=50,
        help_text=_("What is beyond stands in the letter of the day. Emergencies are not counted."),
    )
    reviews_lines = forms.BooleanField(
        label=_("A unit's own line goes through its review first"),
        required=False,
        help_text=_("Off: the line is checked for personal data, and one person of the unit answers for it."),
    )
