"""What is typed about the fediverse: an account to follow, and a server or an account to shut out."""

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

PLAIN = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}


class FollowForm(forms.Form):
    """An account elsewhere that is to be followed."""

    address = forms.CharField(
        label=_("Account elsewhere"), max_length=300,
        help_text=_("As in @name@server.example. What it says in public can then be relayed and answered from here."),
        widget=forms.TextInput(attrs={**PLAIN, "inputmode": "email"}),
    )  # fmt: skip


class BlockForm(forms.Form):
    """Who is to be shut out of the whole hall, and why."""

    what = forms.CharField(
        label=_("Server or account"), max_length=500,
        help_text=_("server.example, with all servers below it; or the whole address of one account."),
        widget=forms.TextInput(attrs=PLAIN),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Of a server the hall shows it to everybody; so name no person."),
    )  # fmt: skip

    def clean_what(self) -> str:
        """Return what was typed; refuse a mere ending such as “com”, which would shut out half of the world."""
        said = str(self.cleaned_data["what"]).strip()
        if "." not in said and not said.startswith("localhost"):
            raise forms.ValidationError(gettext("Write the whole name of the server, as in server.example."))
        return said
