"""What is typed beside an upload: the file and what is said about it."""

from collections.abc import Collection
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from weiting.media import limits
from weiting.media.actions import Description
from weiting.media.models import Asset, Kind, Rights


class DescribeForm(forms.Form):
    """What is said about a file."""

    alt = forms.CharField(
        label=gettext_lazy("Description for people who cannot see it"),
        help_text=gettext_lazy("What is to be seen and why it matters, in one or two sentences."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    transcript = forms.CharField(
        label=gettext_lazy("What is said"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    captions = forms.CharField(
        label=gettext_lazy("Captions (.vtt or .srt text)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    credit = forms.CharField(label=gettext_lazy("Author or source"), max_length=200, required=False)
    rights = forms.ChoiceField(label=gettext_lazy("Why we may show it"), choices=Rights.choices)
    rights_note = forms.CharField(
        label=gettext_lazy("Licence or letter of consent"),
        max_length=500,
        required=False,
    )
    consent_until = forms.DateField(
        label=gettext_lazy("Consent ends on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    faces_checked = forms.BooleanField(
        label=gettext_lazy(
            "I looked at every face and number plate: they may be shown or are made unreadable"
        ),
        required=False,
    )

    @classmethod
    def of(cls, asset: Asset, data: Any = None) -> "DescribeForm":
        """Return the form filled with what is said so far, with the fields that suit the kind."""
        said = {name: getattr(asset, name) for name in cls.base_fields if name != "faces_checked"}
        form = cls(data, initial={**said, "faces_checked": asset.faces_checked_at is not None})
        form.narrow([asset.kind])
        return form

    def narrow(self, kinds: Collection[str]) -> None:
        """Drop the fields that mean nothing for these kinds of file."""
        if Kind.VIDEO not in kinds:
            del self.fields["captions"]
        if set(kinds) == {Kind.PICTURE}:
            del self.fields["transcript"]
        if set(kinds) == {Kind.AUDIO}:
            del self.fields["faces_checked"]

    def said(self) -> Description:
        """Return what was typed, as the actions take it."""
        return cast(
            Description,
            {name: value for name, value in self.cleaned_data.items() if name != "file"},
        )


class UploadForm(DescribeForm):
    """The file and what is said about it; the limits stand beside the field before anything is sent."""

    file = forms.FileField(label=gettext_lazy("File"))
    field_order = ("file",)

    def __init__(self, *args: Any, kinds: Collection[str] = tuple(Kind), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        self.narrow(kinds)
        self.fields["file"].help_text = " ".join(limits.sentences(kinds))
        self.fields["file"].widget.attrs.update(
            # The script that shows progress refuses larger files before they are sent.
            {"accept": limits.accept(kinds), "data-most-bytes": str(limits.largest(kinds))}
        )

    def clean(self) -> dict[str, Any]:
        """Require a description where only a picture can come."""
        cleaned = super().clean() or {}
        if set(self.kinds) == {Kind.PICTURE} and not cleaned.get("alt"):
            self.add_error("alt", _("Describe the picture for people who cannot see it."))
        return cleaned
