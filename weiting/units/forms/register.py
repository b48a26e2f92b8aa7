"""What is typed about official accounts and to narrow the register down."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from weiting.accounts.models import Person
from weiting.units import queries
from weiting.units.actions.accounts import HANDOVER_STEPS, SHUT
from weiting.units.forms.inputs import DayInput
from weiting.units.models import Account, Membership, Platform, Unit


class AccountForm(forms.Form):
    """An application for an official account."""

    platform = forms.ChoiceField(
        choices=[(value, label) for value, label in Platform.choices if value not in SHUT],
        label=gettext_lazy("Platform"),
    )
    handle = forms.CharField(
        label=gettext_lazy("Name on the platform"), max_length=80,
        help_text=gettext_lazy("Exactly as the platform shows it. The same name everywhere is best."),
    )  # fmt: skip
    url = forms.URLField(
        label=gettext_lazy("Web address"), max_length=300, required=False, assume_scheme="https"
    )
    purpose = forms.CharField(label=gettext_lazy("What it is for"), max_length=120, required=False)
    keeper = forms.ModelChoiceField(
        queryset=Person.objects.none(), required=False, label=gettext_lazy("Keeper"),
        help_text=gettext_lazy("Who holds its credentials. Empty: you."),
    )  # fmt: skip
    holder = forms.ModelChoiceField(
        queryset=Membership.objects.none(), required=False, label=gettext_lazy("Officer who speaks in it"),
        help_text=gettext_lazy("Only for an officer's own official account."),
    )  # fmt: skip
    exception_reason = forms.CharField(
        label=gettext_lazy("Why a second account is needed"), max_length=200, required=False,
        help_text=gettext_lazy("A unit has one account on a platform. Leave empty unless this is a second one."),
    )  # fmt: skip

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = queries.members(unit)
        self.fields["keeper"].queryset = Person.objects.filter(  # type: ignore[attr-defined]
            pk__in=team.order_by().values("person")
        ).order_by("name")
        self.fields["holder"].queryset = team  # type: ignore[attr-defined]


class AccountDetailsForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What may change on an account while it is kept."""

    url = forms.URLField(
        label=gettext_lazy("Web address"), max_length=300, required=False, assume_scheme="https"
    )

    class Meta:
        model = Account
        fields = ("handle", "url", "purpose", "registered_on", "verified_on")
        widgets = {"registered_on": DayInput(), "verified_on": DayInput()}

    def validate_unique(self) -> None:
        """Leave it to the action, which says it in its own words."""


class ReasonForm(forms.Form):
    """Why something is refused, frozen or closed."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200,
        help_text=gettext_lazy("It stands in the public register."),
    )  # fmt: skip


class HandOverForm(forms.Form):
    """To whom an account goes."""

    keeper = forms.ModelChoiceField(queryset=Person.objects.none(), label=gettext_lazy("New keeper"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = Person.objects.filter(pk__in=queries.members(account.unit).order_by().values("person"))
        self.fields["keeper"].queryset = team.exclude(pk=account.keeper_id or 0)  # type: ignore[attr-defined]


class TakeOverForm(forms.Form):
    """What the new keeper confirms, each for itself."""

    confirmed = forms.MultipleChoiceField(
        choices=list(HANDOVER_STEPS.items()), widget=forms.CheckboxSelectMultiple, label=gettext_lazy("Done")
    )


class RegisterFilter(forms.Form):
    """How the register is narrowed down."""

    q = forms.CharField(
        required=False, label=gettext_lazy("Name, handle or address"), max_length=300,
        widget=forms.TextInput(attrs={"type": "search", "autocapitalize": "none"}),
    )  # fmt: skip
    platform = forms.ChoiceField(required=False, label=gettext_lazy("Platform"))
    state = forms.ChoiceField(required=False, label=gettext_lazy("State"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", _("All"))]
        self.fields["platform"].choices = [*everything, *Platform.choices]  # type: ignore[attr-defined]
        states = [(state.value, state.label) for state in queries.PUBLIC_STATES]
        self.fields["state"].choices = [*everything, *states]  # type: ignore[attr-defined]
