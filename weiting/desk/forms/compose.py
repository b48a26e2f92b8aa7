"""What is typed in the composer: the words of a version, how the post is arranged, and when it is to go out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiting.channels.rules import rules
from weiting.channels.words import name_of
from weiting.desk.forms.base import offer
from weiting.desk.forms.inputs import ZONES, DayField, MomentField, WallClockField, next_full_hour, on_clock
from weiting.posts import queries
from weiting.posts.models import (
    Column,
    ContentClass,
    Post,
    Provenance,
    Purpose,
    Revision,
    Risk,
    Topic,
)
from weiting.publishing.actions.deciding import AT_A_TIME, LATER, WHEN_APPROVED
from weiting.review.models import Lane
from weiting.text.lengths import channels

WORDS = ("title", "summary", "body")
FACTS = ("fact_source", "fact_number", "fact_on", "fact_contact", "fact_next_at")
ARRANGED = (
    "column",
    "topics",
    "klass",
    "purpose",
    "risk",
    "provenance",
    "source_name",
    "source_url",
    "embargo_until",
    "expires_at",
)


def _room(kind: str) -> tuple[int, bool]:
    """Return how long a wording may be there, 0 for no limit, and whether two small letters count as one."""
    said = rules(kind).limits.get("text")
    if isinstance(said, dict):
        return int(said.get("limit") or 0), said.get("count") == "half"
    known = channels().get(kind)
    return (known.limit or 0, known.count == "half") if known is not None else (0, False)


def own_wording(kind: str) -> forms.CharField:
    """Return the field for the wording of one kind of channel, counted as that channel counts."""
    attrs = {"rows": 3, "data-autosize": "", "data-wording": "", "data-count": f"#{kind}-count"}
    most, is_half = _room(kind)
    if most:
        attrs["data-most"] = str(most)
        if is_half:
            attrs["data-half"] = ""
    return forms.CharField(
        label=name_of(kind),
        required=False,
        widget=forms.Textarea(attrs=attrs),
    )


class WordsForm(forms.Form):
    """Title, summary, text and the wordings of single channels.

    Nothing is cut by the browser: what is too long is said, and stays.
    """

    title = forms.CharField(
        label=_("Title"),
        required=False,
        widget=forms.TextInput(
            attrs={"data-count": "#title-count", "data-most": "120", "autocomplete": "off"}
        ),
    )
    body = forms.CharField(
        label=_("Text"),
        required=False,
        strip=False,
        help_text=_("An empty line begins a paragraph. **bold**, - list, ## heading, [words](address)."),
        widget=forms.Textarea(
            attrs={"rows": 12, "class": "text", "data-autosize": "", "data-count": "#body-count"}
        ),
    )
    summary = forms.CharField(
        label=_("Summary"),
        required=False,
        help_text=_("One or two sentences for lists, feeds and search. Empty: the beginning of the text."),
        widget=forms.Textarea(
            attrs={"rows": 2, "data-autosize": "", "data-count": "#summary-count", "data-most": "300"}
        ),
    )
    fact_source = forms.CharField(label=_("Source of the facts"), required=False)
    fact_number = forms.CharField(label=_("Document number"), required=False)
    fact_on = DayField(label=_("Date of the document"), required=False)
    fact_contact = forms.CharField(label=_("Whom to call"), required=False)
    fact_next_at = MomentField(label=_("Next update"), required=False)

    def __init__(
        self,
        *args: Any,
        kinds: Sequence[str] = (),
        kept: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        """Give each of these kinds of channel a field for a wording of its own.

        `kept` are the wordings of the version; those of other kinds stay as they are.
        """
        super().__init__(*args, **kwargs)
        self.kept = dict(kept or {})
        self.kinds = [kind for kind in dict.fromkeys([*kinds, *self.kept]) if kind not in self.base_fields]
        for kind in self.kinds:
            self.fields[kind] = own_wording(kind)

    @property
    def wordings(self) -> list[forms.BoundField]:
        """Return the fields of the channels' own wordings."""
        return [self[kind] for kind in self.kinds]

    @property
    def has_wording(self) -> bool:
        """Say whether a channel has a wording of its own, saved or typed."""
        return bool(self.variants())

    @staticmethod
    def initial_of(revision: Revision) -> dict[str, Any]:
        """Return what the form shows of a version."""
        return {**revision.variants, **{name: getattr(revision, name) for name in (*WORDS, *FACTS)}}

    def variants(self) -> dict[str, str]:
        """Return the wordings as they are typed; a field that was not sent leaves its wording as it is."""
        said = {kind: str(self.data.get(kind, self.kept.get(kind, ""))).strip() for kind in self.kinds}
        return {kind: text for kind, text in said.items() if text}

    def words(self) -> dict[str, Any]:
        """Return the fields of a version as the actions take them; a field that cannot be read is left out."""
        said = {name: self.cleaned_data[name] for name in (*WORDS, *FACTS) if name in self.cleaned_data}
        return {**said, "variants": self.variants()}


class ArrangeForm(forms.Form):
    """Where the post stands and what kind it is."""

    column = forms.ModelChoiceField(
        label=_("Column"), queryset=Column.objects.none(), required=False, empty_label=_("no column")
    )
    topics = forms.ModelMultipleChoiceField(
        label=_("Topics"),
        queryset=Topic.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    klass = forms.ChoiceField(label=_("Class"), choices=ContentClass.choices, widget=forms.RadioSelect)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose.choices, widget=forms.RadioSelect)
    risk = forms.ChoiceField(
        label=_("Risk"),
        choices=Risk.choices,
        widget=forms.RadioSelect,
        help_text=_("High: figures, deadlines, people's rights, or a matter already argued about."),
    )
    provenance = forms.ChoiceField(label=_("Origin"), choices=Provenance.choices)
    source_name = forms.CharField(label=_("Who supplied it"), required=False, max_length=80)
    source_url = forms.URLField(
        label=_("Address of the source"), required=False, max_length=300, assume_scheme="https"
    )
    embargo_until = MomentField(
        label=_("Not before"), required=False, help_text=_("Beijing time. Nothing goes out before it.")
    )
    expires_at = MomentField(
        label=_("Out of date after"),
        required=False,
        help_text=_("Beijing time. Then it leaves the lists; its address stays and says so."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["column"], queries.open_columns().select_related(None))
        offer(self.fields["topics"], Topic.objects.all())

    @staticmethod
    def initial_of(post: Post) -> dict[str, Any]:
        """Return what the form shows of a post."""
        said = {name: getattr(post, name) for name in ARRANGED if name != "topics"}
        return {**said, "topics": list(post.topic_places.values_list("topic_id", flat=True))}

    def arranged(self) -> dict[str, Any]:
        """Return what the action takes; a field that cannot be read is left as it is."""
        said = {name: self.cleaned_data[name] for name in ARRANGED if name in self.cleaned_data}
        if "topics" in said:
            said["topics"] = list(said["topics"])
        return said


class PlanForm(forms.Form):
    """When a text goes out, on which clock."""

    release = forms.ChoiceField(
        label=_("When it goes out"),
        choices=[
            (WHEN_APPROVED, _("as soon as it is approved")),
            (AT_A_TIME, _("at a time")),
            (LATER, _("I decide when it is approved")),
        ],
        initial=WHEN_APPROVED,
        widget=forms.RadioSelect,
    )
    at = WallClockField(label=_("Day and time"), required=False)
    zone = forms.ChoiceField(label=_("Clock"), choices=ZONES, initial="Asia/Shanghai")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].initial = next_full_hour

    def clean(self) -> dict[str, Any]:
        """Require the time where one was chosen, and read it on its clock."""
        cleaned = super().clean() or {}
        if cleaned.get("release") == AT_A_TIME and "at" in cleaned and cleaned["at"] is None:
            self.add_error("at", _("Say when it is to go out."))
        return cleaned

    def moment(self) -> datetime | None:
        """Return the moment chosen, or None for one of the other two choices."""
        if self.cleaned_data["release"] != AT_A_TIME:
            return None
        return on_clock(self.cleaned_data["at"], self.cleaned_data["zone"])


class SubmitForm(PlanForm):
    """What is declared and wished while submitting."""

    lane = forms.ChoiceField(
        label=_("Path"),
        choices=[
            (Lane.NORMAL, _("normal")),
            (Lane.REPLY, _("light: a response, or a template filled in")),
            (Lane.EMERGENCY, _("emergency: two officers, out at once, reviewed afterwards")),
        ],
        initial=Lane.NORMAL,
        required=False,
    )
    no_secrets = forms.BooleanField(
        label=_("I have checked: it holds no state secret, no work secret and no inside matter."),
        required=False,
    )
    note = forms.CharField(
        label=_("A word to the reviewers"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def wish(self) -> dict[str, Any]:
        """Return what `send_for_review` takes."""
        said = self.cleaned_data
        return {
            "release": said["release"],
            "at": self.moment(),
            "zone": said["zone"],
            "note": said["note"],
            "no_secrets": said["no_secrets"],
        }


class ReleaseForm(PlanForm):
    """When an approved text goes out: now, or at a time."""

    release = forms.ChoiceField(
        label=_("When it goes out"),
        choices=[("now", _("now; for ten seconds it can still be held")), (AT_A_TIME, _("at a time"))],
        initial=AT_A_TIME,
        widget=forms.RadioSelect,
    )
