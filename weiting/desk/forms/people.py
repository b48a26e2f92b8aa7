"""What is typed about people at the desk: one's own settings, and why a sign-in ends."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from weiting.accounts.models import Person


class MeForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A person's own preferences."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)

    class Meta:
        model = Person
        fields = ("name", "email", "phone", "language", "by_email", "quiet_from", "quiet_until")
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }
        labels = {"name": _("Your name")}
        help_texts = {
            "quiet_from": _("No mail between these hours, unless it is urgent."),
            "phone": _("Only colleagues see it."),
        }

    def _get_validation_exclusions(self) -> set[str]:
        # That both ends belong together is said by the action, in words; a broken constraint has none.
        return {
            *super()._get_validation_exclusions(),  # type: ignore[misc]  # the stubs leave it out
            "quiet_from",
            "quiet_until",
        }


class ReasonForm(forms.Form):
    """Why something is done that others will want to understand later."""

    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_("The reason is kept in the audit."))
