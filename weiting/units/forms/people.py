"""What is typed about roles, new colleagues, substitutes and the duty roster."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.units import queries
from weiting.units.forms.inputs import DayInput, MomentInput
from weiting.units.models import Membership, Scope, Unit
from weiting.units.roles import Role


class AppointForm(forms.Form):
    """Which role a person gets at a unit."""

    person = forms.ModelChoiceField(queryset=Person.objects.none(), label=gettext_lazy("Person"))
    role = forms.ChoiceField(choices=Role.choices, label=gettext_lazy("Role"))
    scope = forms.ChoiceField(
        choices=Scope.choices, label=gettext_lazy("Reach"), initial=Scope.UNIT, widget=forms.RadioSelect
    )
    title = forms.CharField(label=gettext_lazy("Office held"), max_length=60, required=False)
    is_lead = forms.BooleanField(label=gettext_lazy("Leads the team"), required=False)
    is_listed = forms.BooleanField(
        label=gettext_lazy("Name and office stand in the public register"), required=False,
        help_text=gettext_lazy("Only spokespersons, and only if they agreed."),
    )  # fmt: skip
    from_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput(), initial=clock.today)
    until_on = forms.DateField(
        label=gettext_lazy("Until"), widget=DayInput(), required=False,
        help_text=gettext_lazy("The last day. Leave empty if there is none yet."),
    )  # fmt: skip

    def __init__(self, *args: Any, people: QuerySet[Person] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = Person.objects.filter(is_active=True).order_by("name") if people is None else people
        self.fields["person"].queryset = active  # type: ignore[attr-defined]


class BringInForm(AppointForm):
    """A new colleague: their sign-in and first role."""

    person = None  # type: ignore[assignment]
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=60)
    username = forms.CharField(
        label=gettext_lazy("Sign-in name"), max_length=60,
        help_text=gettext_lazy("Letters and digits, for example the name in pinyin. It is not shown to anybody else."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    from_on = None  # type: ignore[assignment]
    until_on = None  # type: ignore[assignment]
    is_lead = None  # type: ignore[assignment]
    field_order = ("name", "username", "email", "role", "scope", "title", "is_listed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What may change while a role is held."""

    class Meta:
        model = Membership
        fields = ("title", "is_lead", "is_listed")


class SubstituteForm(forms.Form):
    """Who acts for a person while they are away."""

    substitute = forms.ModelChoiceField(queryset=Person.objects.none(), label=gettext_lazy("Who stands in"))
    from_at = forms.DateTimeField(label=gettext_lazy("From"), widget=MomentInput())
    until_at = forms.DateTimeField(label=gettext_lazy("Until"), widget=MomentInput())
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=120, required=False,
        help_text=gettext_lazy("“Leave” is enough. Nothing private, please: colleagues read it."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, person: Person, colleagues: QuerySet[Person] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        found = Person.objects.filter(is_active=True).order_by("name") if colleagues is None else colleagues
        self.fields["substitute"].queryset = found.exclude(pk=person.pk)  # type: ignore[attr-defined]


class ShiftForm(forms.Form):
    """Who is on duty when."""

    person = forms.ModelChoiceField(queryset=Person.objects.none(), label=gettext_lazy("Person"))
    starts_at = forms.DateTimeField(label=gettext_lazy("Begins"), widget=MomentInput())
    ends_at = forms.DateTimeField(
        label=gettext_lazy("Ends"), widget=MomentInput(), help_text=gettext_lazy("24 hours at most.")
    )

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = Person.objects.filter(pk__in=queries.members(unit).order_by().values("person"))
        self.fields["person"].queryset = team.order_by("name")  # type: ignore[attr-defined]
        begin: datetime = clock.start_of(clock.today()) + timedelta(hours=8)
        self.fields["starts_at"].initial, self.fields["ends_at"].initial = begin, begin + timedelta(hours=24)


class HandOverShiftForm(forms.Form):
    """The note that one shift leaves for the next."""

    note = forms.CharField(
        label=gettext_lazy("What the next person must know"),
        widget=forms.Textarea(attrs={"rows": 5, "data-autosize": ""}),
        help_text=gettext_lazy(
            "What is open, who was called, what is due tonight. No residents' names or numbers."
        ),
    )
