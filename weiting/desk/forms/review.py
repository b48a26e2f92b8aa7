"""What is typed while reviewing: a verdict, a comment, the review afterwards, a rule of the table."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from weiting.posts.models import ContentClass, Risk
from weiting.review.access import DECIDING
from weiting.review.models import AfterOutcome, Lane, Place, Policy, ReasonKind, Step
from weiting.units.forms import UnitChoice
from weiting.units.models import Unit
from weiting.units.roles import Role


class VerdictForm(forms.Form):
    """One person's verdict on one step; which button was pressed says whether it approves."""

    content_hash = forms.CharField(widget=forms.HiddenInput)
    step = forms.IntegerField(widget=forms.HiddenInput)
    checked = forms.MultipleChoiceField(
        label=_("What you have checked"), required=False, widget=forms.CheckboxSelectMultiple
    )
    no_secrets = forms.BooleanField(
        label=_("I found no state secret and no work secret in it"), required=False
    )
    reason_kind = forms.ChoiceField(
        label=_("If you send it back: what kind of reason"), required=False,
        choices=[("", _("—")), *ReasonKind.choices],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("What must change"), required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-autosize": ""}),
        help_text=_("One sentence the author can act on. Needed only when you send it back."),
    )  # fmt: skip

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = [(line, line) for line in step.checklist]
        if lines:
            self.fields["checked"].choices = lines  # type: ignore[attr-defined]
        else:
            del self.fields["checked"]
        if not step.asks_secrecy:
            del self.fields["no_secrets"]


class RemarkForm(forms.Form):
    """A comment at a passage, which is named by its words."""

    quote = forms.CharField(
        label=_("The passage"), required=False, max_length=300,
        help_text=_("Select it in the text, or type its words. Empty: the comment is on the whole text."),
        widget=forms.TextInput(attrs={"data-quote": "", "autocomplete": "off"}),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Your comment"), max_length=500, widget=forms.Textarea(attrs={"rows": 2, "data-autosize": ""})
    )


class AfterForm(forms.Form):
    """How an emergency text that is out already turned out."""

    outcome = forms.ChoiceField(
        label=_("The text is"), choices=AfterOutcome.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Remark"), required=False, max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "data-autosize": ""}),
        help_text=_("If something must be corrected, say what."),
    )  # fmt: skip


class LinkForm(forms.Form):
    """Who gets a one-time link for the telephone, for which step."""

    to = forms.ChoiceField(label=_("For whom"))

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = choices  # type: ignore[attr-defined]


class HandForm(forms.Form):
    """To which colleague a step is handed, and why."""

    to = forms.ChoiceField(label=_("Colleague"))
    reason = forms.CharField(label=_("A word to them"), required=False, max_length=200)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = choices  # type: ignore[attr-defined]


class CaseForm(forms.Form):
    """A case one asks the table about: which path would such a text take?"""

    unit = UnitChoice(queryset=Unit.objects.none(), label=_("Unit"), empty_label=_("choose a unit"))
    lane = forms.ChoiceField(label=_("Lane"), choices=Lane.choices)
    klass = forms.ChoiceField(label=_("Class"), choices=ContentClass.choices)
    risk = forms.ChoiceField(label=_("Risk"), choices=Risk.choices)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """The case a rule is for; its steps are rows of their own."""

    unit = UnitChoice(
        queryset=Unit.objects.none(),
        label=_("Unit and all below it"),
        required=False,
        empty_label=_("all units"),
    )

    class Meta:
        model = Policy
        fields = ("name", "lane", "unit", "klass", "risk", "channel", "after_hours")
        labels = {"after_hours": _("Reviewed afterwards within, hours"), "channel": _("channel")}
        help_texts = {
            "klass": _("Empty: any."),
            "risk": _("Empty: any."),
            "channel": _("Empty: any."),
            "after_hours": _("Only for the emergency lane, 1 to 168."),
        }

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        for name in ("klass", "risk"):
            field = self.fields[name]
            field.choices = [("", _("any")), *(each for each in field.choices if each[0])]  # type: ignore[attr-defined]

    def validate_unique(self) -> None:
        """Leave it to the action, which says it in its own words."""

    def _get_validation_exclusions(self) -> set[str]:
        # One rule for each case: the action says it in words; a broken constraint has none.
        return {
            *super()._get_validation_exclusions(),  # type: ignore[misc]  # the stubs leave it out
            "lane",
        }


class StepForm(forms.Form):
    """One step of a rule; a row without a name is not there."""

    turn = forms.IntegerField(label=_("Turn"), min_value=1, max_value=4, required=False, initial=1)
    name = forms.CharField(label=_("Name of the step"), max_length=30, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=[(role.value, Role(role).label) for role in DECIDING])
    place = forms.ChoiceField(label=_("Where the role is held"), choices=Place.choices)
    quorum = forms.IntegerField(
        label=_("How many people"), min_value=1, max_value=5, required=False, initial=1
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, required=False, initial=120)
    checklist = forms.CharField(
        label=_("What is checked, one a line"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    asks_secrecy = forms.BooleanField(label=_("Asks for the secrecy declaration"), required=False)


StepRows = forms.formset_factory(StepForm, extra=2, max_num=8, absolute_max=8)
