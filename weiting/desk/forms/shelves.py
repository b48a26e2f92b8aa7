"""What is typed about shelves: columns, topics, templates, assignments, issues, and how a text is begun."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weiting.desk.forms.base import offer
from weiting.desk.forms.inputs import MomentField
from weiting.posts.models import Column, ContentClass, Issue, IssueArticle, OwnWord, Template, Topic
from weiting.units.models import Unit

COLOUR = forms.TextInput(attrs={"type": "color"})


class StartForm(forms.Form):
    """Which unit speaks, about what."""

    unit = forms.ModelChoiceField(
        label=_("Which unit speaks"), queryset=Unit.objects.none(), empty_label=None
    )
    title = forms.CharField(
        label=_("Working title"),
        required=False,
        max_length=120,
        help_text=_("You can change it at any time."),
    )
    column = forms.ModelChoiceField(
        label=_("Column"), queryset=Column.objects.none(), required=False, empty_label=_("no column")
    )
    klass = forms.ChoiceField(label=_("Class"), choices=ContentClass.choices, initial="service")

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["column"].queryset = Column.objects.filter(closed_on__isnull=True)  # type: ignore[attr-defined]


class ColumnForm(forms.ModelForm):  # type: ignore[type-arg]
    """A column: its name, colour, owner and rhythm."""

    class Meta:
        model = Column
        fields = ["name", "about", "color", "owner", "rhythm", "rhythm_day"]
        widgets = {"color": COLOUR}
        help_texts = {
            "name": _("Without the # signs; they are added."),
            "rhythm_day": _("Weekly: 1 (Monday) to 7. Monthly: 1 to 28. Otherwise empty."),
        }

    def __init__(self, *args: Any, owners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]

    def validate_unique(self) -> None:
        """Leave a taken name to the action: it says what to do."""


class TopicForm(forms.ModelForm):  # type: ignore[type-arg]
    """A topic: its name, one sentence about it, its colour."""

    class Meta:
        model = Topic
        fields = ["name", "about", "color", "is_standing"]
        widgets = {"color": COLOUR}

    def validate_unique(self) -> None:
        """Leave a taken name to the action: it says what to do."""


class WordForm(forms.ModelForm):  # type: ignore[type-arg]
    """A word of the city's own: what is wrong, what is right, why, and where that is from."""

    class Meta:
        model = OwnWord
        fields = ["wrong", "right", "reason", "source", "but", "is_on"]
        help_texts = {
            "wrong": _("Empty: the right form is a name, and is never called a slip."),
            "right": _("Several that fit: apart by |. The first is offered first."),
            "reason": _("The writer reads it beside the finding."),
            "but": _("Apart by spaces."),
        }

    def validate_unique(self) -> None:
        """Leave a word that is there to the action: it says what to do."""

    def validate_constraints(self) -> None:
        """Leave them to the action as well."""


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]
    """A text to start from, or a phrase to put in."""

    class Meta:
        model = Template
        fields = ["unit", "name", "is_phrase", "for_emergency", "klass", "column", "title", "body"]
        widgets = {"body": forms.Textarea(attrs={"rows": 8, "data-autosize": ""})}
        help_texts = {"body": _("Write what changes each time in 【】, such as 【日期】.")}

    def __init__(self, *args: Any, units: Any, for_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        unit.queryset = units  # type: ignore[attr-defined]
        unit.label = _("Whose")
        unit.required = not for_all
        unit.empty_label = _("everybody's") if for_all else None  # type: ignore[attr-defined]


class AssignmentForm(forms.Form):
    """Who posts what by when."""

    title = forms.CharField(label=_("What is to be posted"), max_length=100)
    brief = forms.CharField(
        label=_("What it should hold"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    due_at = MomentField(label=_("Out by"), help_text=_("Beijing time."))
    column = forms.ModelChoiceField(
        label=_("Column"), queryset=Column.objects.none(), required=False, empty_label=_("no column")
    )
    topic = forms.ModelChoiceField(
        label=_("Topic"), queryset=Topic.objects.none(), required=False, empty_label=_("no topic")
    )
    units = forms.ModelMultipleChoiceField(
        label=_("Which units"), queryset=Unit.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = units  # type: ignore[attr-defined]
        self.fields["column"].queryset = Column.objects.filter(closed_on__isnull=True)  # type: ignore[attr-defined]
        self.fields["topic"].queryset = Topic.objects.all()  # type: ignore[attr-defined]


class IssueForm(forms.Form):
    """Title and cover of an issue."""

    title = forms.CharField(
        label=_("Title of the issue"),
        required=False,
        widget=forms.TextInput(attrs={"data-count": "#issue-count", "data-most": "64"}),
    )
    cover = forms.CharField(required=False, widget=forms.HiddenInput)
    cover_alt = forms.CharField(label=_("The cover described"), required=False, max_length=300)

    @staticmethod
    def initial_of(issue: Issue) -> dict[str, Any]:
        """Return what the form shows of an issue."""
        return {
            "title": issue.title,
            "cover": issue.cover.public_id if issue.cover else "",
            "cover_alt": issue.cover_alt,
        }


class ArticleForm(forms.Form):
    """One article of an issue: the title and digest it carries there."""

    title = forms.CharField(label=_("Title in the issue"), required=False)
    digest = forms.CharField(
        label=_("Digest"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-autosize": ""}),
    )
    topic = forms.ModelChoiceField(
        label=_("Topic"), queryset=Topic.objects.none(), required=False, empty_label=_("no topic")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = Topic.objects.filter(is_standing=True)  # type: ignore[attr-defined]
        for name, most in (("title", 64), ("digest", 120)):
            widget = self.fields[name].widget
            widget.attrs |= {"data-count": f"#n-{self.prefix}-{name}", "data-most": str(most)}

    @staticmethod
    def initial_of(article: IssueArticle) -> dict[str, Any]:
        """Return what the form shows of an article."""
        return {"title": article.title, "digest": article.digest, "topic": article.topic_id}

    @staticmethod
    def share_topics(forms_shown: list["ArticleForm"]) -> None:
        """Ask for the topics once for all articles of a page."""
        if forms_shown:
            first = forms_shown[0].fields["topic"]
            offer(first, Topic.objects.filter(is_standing=True))
            for form in forms_shown:
                form.fields["topic"].choices = first.choices  # type: ignore[attr-defined]
