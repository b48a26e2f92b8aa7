"""What is typed about connections: of what, their settings and secrets, why they rest or end, a pasted address."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from weiting.accounts.models import Person
from weiting.channels import queries
from weiting.channels.actions import version_of
from weiting.channels.kinds import Field, Kind
from weiting.channels.models import Connection
from weiting.desk.forms.base import offer
from weiting.units.models import Account, Unit


class PlanForm(forms.Form):
    """Of what a new connection is made."""

    account = forms.ModelChoiceField(
        queryset=Account.objects.none(), label=_("Account in the register"), empty_label=None,
        help_text=_("Only accounts that stand in the register speak for the unit."),
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("As your colleagues call it."))

    def __init__(self, *args: Any, unit: Unit, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind.platforms:
            offer(self.fields["account"], queries.accounts_to_connect(unit, kind))
        else:
            del self.fields["account"]
        self.fields["name"].initial = f"{unit.short_name} · {kind.label}"[:80]


class SettingsForm(forms.Form):
    """A connection's settings, made from what its kind declares; a secret's field is always empty."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("Name"), max_length=80)

    def __init__(self, *args: Any, connection: Connection, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["seen"].initial = version_of(connection)
        self.fields["name"].initial = connection.name
        if kind.asks_base:
            self.fields["base"] = forms.CharField(
                label=kind.base_label or gettext("Address of the interface"), max_length=300, required=False,
                initial=connection.base or kind.base,
                help_text=kind.base_help or gettext("Leave it as it is, unless you test against other servers."),
                widget=forms.URLInput(attrs={"inputmode": "url", "autocomplete": "off"}),
            )  # fmt: skip
        for each in kind.fields:
            made = _secret(each, connection.secret_set(each.name)) if each.is_secret else _plain(each)
            made.initial = "" if each.is_secret else str(connection.values.get(each.name, ""))
            self.fields[f"f_{each.name}"] = made

    def given(self) -> dict[str, Any]:
        """Return what was typed as the action takes it."""
        said = self.cleaned_data
        return {
            "name": said["name"],
            "base": said.get("base", ""),
            "seen": said["seen"],
            "values": {each.name: said[f"f_{each.name}"] for each in self.kind.plain},
            "secrets_given": {each.name: said[f"f_{each.name}"] for each in self.kind.secrets},
        }

    def field_of(self, name: str) -> str:
        """Return the field that shows what was refused about a setting."""
        return f"f_{name}" if f"f_{name}" in self.fields else name


def _plain(each: Field) -> forms.Field:
    common: dict[str, Any] = {"label": each.label, "help_text": each.help, "required": each.is_required}
    if each.choices:
        return forms.ChoiceField(choices=each.choices, **common)
    return forms.CharField(
        max_length=each.most, widget=forms.TextInput(attrs={"autocomplete": "off"}), **common
    )


def _secret(each: Field, stamp: dict[str, Any]) -> forms.Field:
    help_text = str(each.help)
    if stamp:
        help_text = gettext(
            "Set %(day)s by %(who)s. It is not shown again; paste a new one to replace it."
        ) % {
            "day": f"{timezone.localtime(stamp['at']):%Y-%m-%d}",
            "who": stamp["by"] or gettext("the system"),
        }
    # Shown while it is pasted, as the eye finds a cut-off end; never filled in by us or the browser.
    attrs = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false", "class": "mono"}
    return forms.CharField(
        label=each.label, help_text=help_text, max_length=2000, strip=False,
        required=each.is_required and not each.is_late and not stamp,
        widget=forms.TextInput(attrs=attrs),
    )  # fmt: skip


class RestForm(forms.Form):
    """Why a connection rests."""

    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Colleagues see it beside the connection.")
    )


class CloseForm(forms.Form):
    """Why a connection ends, and what becomes of what waits for it."""

    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays beside the connection."))
    waiting = forms.ChoiceField(
        label=_("New texts that wait"), widget=forms.RadioSelect, initial="off",
        choices=[("off", _("call them off")), ("hand", _("somebody puts them there by hand"))],
    )  # fmt: skip
    account = forms.BooleanField(
        label=_("Close the account in the register as well"), required=False,
        help_text=_("Closing is final. It stays in the register as closed."),
    )  # fmt: skip

    def __init__(self, *args: Any, has_waiting: bool, may_close_account: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_waiting:
            del self.fields["waiting"]
        if not may_close_account:
            del self.fields["account"]


class OwnerForm(forms.Form):
    """Who answers for a connection."""

    owner = forms.ModelChoiceField(
        queryset=Person.objects.none(), label=_("In charge"),
        help_text=_("Told ahead of what runs out, and when something is the matter."),
    )  # fmt: skip

    def __init__(self, *args: Any, connection: Connection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["owner"], queries.people_to_answer(connection.unit))
        self.fields["owner"].initial = connection.owner_id


class AddressForm(forms.Form):
    """Where a text stands that somebody put there by hand."""

    url = forms.CharField(
        label=_("Address of the text there"), max_length=500,
        help_text=_("Open the text there, copy its address, paste it here."),
        widget=forms.URLInput(attrs={"inputmode": "url", "autocomplete": "off", "placeholder": "https://"}),
    )  # fmt: skip
