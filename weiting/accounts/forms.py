"""What is typed about a sign-in: shape and words."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from weiting import audit
from weiting.accounts.models import Person

CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}


def _bare(form: forms.Form) -> None:
    """Take out placeholders: a label says it better and stays."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class SignInForm(account_forms.LoginForm):
    """Sign-in name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _bare(self)
        self.fields["login"].label = _("Sign-in name")
        self.fields["login"].widget.attrs.update(autocapitalize="none", spellcheck="false", autofocus=True)
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""


class PasswordForm(account_forms.ChangePasswordForm):
    """A new password in place of the one now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _bare(self)
        self.fields["oldpassword"].label = _("Password now")
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = _(
            "At least 8 characters; not your name, and none that many people use."
        )
        self.fields["password2"].label = _("New password again")


class ConfirmForm(account_forms.ReauthenticateForm):
    """The password once more before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _bare(self)
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""


class _RecordsFailure:
    """Records a wrong code: the library has no method for it that could be overridden, but for this one."""

    user: Person

    def _emit_authentication_failed(self, authenticator: Any) -> None:
        with transaction.atomic():
            audit.record(
                "accounts.session.fail", subject=self.user, known=True, factor=str(authenticator.type)
            )
        super()._emit_authentication_failed(authenticator)  # type: ignore[misc]


class CodeForm(_RecordsFailure, mfa_forms.AuthenticateForm):
    """The code from the authenticator app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _bare(self)
        self.fields["code"].label = _("Code")
        self.fields["code"].help_text = _(
            "Six digits from your authenticator app, or one of your recovery codes."
        )
        self.fields["code"].widget.attrs.update(CODE)


class ConfirmCodeForm(_RecordsFailure, mfa_forms.ReauthenticateForm):
    """The code once more before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _bare(self)
        self.fields["code"].label = _("Code")
        self.fields["code"].widget.attrs.update(CODE)


class ActivateForm(totp_forms.ActivateTOTPForm):
    """The first code, to show that the app is set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _bare(self)
        self.fields["code"].label = _("Code shown by the app")
        self.fields["code"].widget.attrs.update(CODE)


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """How a person is reached, in which language, and when not."""

    name = forms.CharField(label=_("Full name"), max_length=60)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = Person
        fields = ("name", "email", "phone", "language", "by_email", "quiet_from", "quiet_until")
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }
        help_texts = {
            "quiet_from": _("No e-mail in these hours, unless it is urgent. Both empty: at any time."),
            "phone": _("Colleagues see it. Residents do not."),
        }

    def clean(self) -> dict[str, Any]:
        """Refuse quiet hours with one end only."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = found.get("quiet_from"), found.get("quiet_until")
        if (start is None) != (end is None):
            empty = "quiet_until" if start else "quiet_from"
            self.add_error(
                empty, _("Quiet hours need a beginning and an end. Fill in both, or leave both empty.")
            )
        return found


class DeactivateForm(forms.Form):
    """Why a sign-in ends."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("Kept in the audit. What the person did keeps their name."),
    )
