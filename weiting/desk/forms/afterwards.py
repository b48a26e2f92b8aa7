"""What is typed about a text that is out: a correction, a withdrawal, a promise and how it ended."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiting.desk.forms.inputs import ZONES, MomentField, WallClockField, on_clock
from weiting.posts.models import Topic
from weiting.units.models import Unit


class CorrectionForm(forms.Form):
    """What was wrong, what is right, and why."""

    wrong = forms.CharField(
        label=_("What was wrong"),
        help_text=_("Copy the words from the published text exactly. They stay readable, struck through."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    right = forms.CharField(label=_("What is right"), widget=forms.Textarea(attrs={"rows": 2}))
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("One sentence the public reads beside the correction."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CorrectedWordsForm(forms.Form):
    """The words of the corrected version."""

    title = forms.CharField(label=_("Title"))
    summary = forms.CharField(label=_("Summary"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    body = forms.CharField(
        label=_("Text"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "data-autosize": "", "class": "text"}),
    )


class ReasonForm(forms.Form):
    """A reason in a sentence."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))


class PromiseForm(forms.Form):
    """What will be reported, by whom, by when."""

    promise = forms.CharField(
        label=_("What will be reported"),
        help_text=_("People read it under the text: “By 28 November we report whether the road is open.”"),
    )
    due_at = MomentField(label=_("By when"), help_text=_("Beijing time."))
    unit = forms.ModelChoiceField(label=_("Who reports"), queryset=Unit.objects.none(), required=False)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].empty_label = _("the unit of this text")  # type: ignore[attr-defined]


class FileForm(forms.Form):
    """The topics a public text stands under."""

    topics = forms.ModelMultipleChoiceField(
        label=_("Topics"),
        queryset=Topic.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topics"].queryset = Topic.objects.all()  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """Another time for a planned release."""

    at = WallClockField(label=_("Day and time"))
    zone = forms.ChoiceField(label=_("Clock"), choices=ZONES)

    def moment(self) -> Any:
        """Return the moment chosen."""
        return on_clock(self.cleaned_data["at"], self.cleaned_data["zone"])
