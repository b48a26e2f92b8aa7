"""How the audit is narrowed down, and which stretch of it is exported."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy as _

from weiting.accounts.models import Person
from weiting.audit import labels
from weiting.units.forms import DayInput, UnitChoice
from weiting.units.models import Unit


class AuditFilter(forms.Form):
    """What a reader of the audit asks for."""

    verb = forms.ChoiceField(label=_("Act"), required=False)
    who = forms.ModelChoiceField(label=_("Who"), queryset=Person.objects.none(), required=False)
    unit = UnitChoice(label=_("Unit and below"), queryset=Unit.objects.none(), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DayInput())
    until = forms.DateField(label=_("Until"), required=False, widget=DayInput())

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.filter(memberships__unit__in=units).distinct().order_by("name")
        self.fields["who"].queryset = people  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units.order_by("path")  # type: ignore[attr-defined]
        known = labels.all_known()
        by_module: dict[str, list[tuple[str, str]]] = {}
        for verb, sentence in known.items():
            by_module.setdefault(verb.partition(".")[0], []).append((verb, sentence))
        groups = [
            (MODULES.get(name, name), sorted(found, key=lambda row: row[1]))
            for name, found in by_module.items()
        ]
        self.fields["verb"].choices = [("", gettext("Everything")), *groups]  # type: ignore[attr-defined]
        for name in ("who", "unit"):
            self.fields[name].empty_label = gettext("All")  # type: ignore[attr-defined]


MODULES = {
    "accounts": _("Sign-ins"), "audit": _("Audit"), "units": _("Units"), "posts": _("Texts"), "review": _("Review"),
    "publishing": _("Publishing"), "media": _("Pictures and films"), "jobs": _("Work in the background"),
    "notices": _("Notices"), "demo": _("Demonstration"),
}  # fmt: skip


class ExportForm(forms.Form):
    """Which numbers of the chain to export."""

    first = forms.IntegerField(label=_("From number"), min_value=1)
    last = forms.IntegerField(label=_("To number"), min_value=1)
