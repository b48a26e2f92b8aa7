"""What allauth does for us, in our words and with our records: signing in and out, passwords, second factors.

The library offers these methods to be overridden; there is no other way in and out of the desk.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.conf import settings
from django.db import transaction
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from weiting import audit
from weiting.accounts.actions import password_was_set
from weiting.accounts.models import Person

# Messages of the library that only repeat what the page shows.
UNSAID = frozenset({"account/messages/logged_in.txt", "account/messages/logged_out.txt"})
# Which record each of the library's own notifications stands for.
FACTORS = {
    "mfa/email/totp_activated": ("accounts.factor.add", "totp"),
    "mfa/email/totp_deactivated": ("accounts.factor.remove", "totp"),
    "mfa/email/webauthn_added": ("accounts.factor.add", "webauthn"),
    "mfa/email/webauthn_removed": ("accounts.factor.remove", "webauthn"),
    "mfa/email/recovery_codes_generated": ("accounts.factor.codes", "recovery_codes"),
}


class AccountAdapter(DefaultAccountAdapter):
    """Signing in and out, and passwords."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This sign-in has ended. Ask your administrator if it should not have."),
        "enter_current_password": _("This is not your password now. Type it again."),
        "incorrect_password": _("This is not your password. Type it again."),
        "rate_limited": _("Too many attempts. Wait a minute, then try again."),
        "too_many_login_attempts": _("Too many failed attempts. Wait five minutes, then try again."),
        "username_password_mismatch": _("Sign-in name or password is wrong. Check both and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: administrators make sign-ins."""
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str = "", *args: Any, **kwargs: Any
    ) -> None:
        """Leave out messages that say what everybody sees."""
        if message_template not in UNSAID:
            super().add_message(request, level, message_template, *args, **kwargs)

    def clean_password(self, password: str, user: Any = None) -> str:
        """Refuse a weak password, and the one that is to be replaced."""
        checked = super().clean_password(password, user)
        if user is not None and user.pk and user.check_password(password):
            raise ValidationError(_("This is the password you have now. Choose a new one."))
        return checked

    def set_password(self, user: Any, password: str) -> None:
        """Set a password and record that it was."""
        with transaction.atomic():
            super().set_password(user, password)
            password_was_set(user, by=user)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Record who signed in and how, and let the desk speak their language."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        methods = [
            str(each.get("method")) for each in request.session.get("account_authentication_methods", [])
        ]
        with transaction.atomic():
            audit.record("accounts.session.sign_in", by=user, subject=user, methods=methods)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, user.language, max_age=365 * 24 * 3600,
            secure=settings.LANGUAGE_COOKIE_SECURE, samesite="Lax",
        )  # fmt: skip
        return response

    def logout(self, request: HttpRequest) -> None:
        """Record who signed out."""
        person = request.user if isinstance(request.user, Person) else None
        super().logout(request)
        if person is not None:
            with transaction.atomic():
                audit.record("accounts.session.sign_out", by=person, subject=person)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record a failed attempt: for whom, if there is such a person; never what was typed."""
        typed = str(credentials.get("username", "")).replace("\x00", "")
        person = Person.objects.filter(username__iexact=typed).first()
        with transaction.atomic():
            audit.record("accounts.session.fail", subject=person, known=person is not None)

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        """Record the change of a second factor instead of mailing about it."""
        if template_prefix in FACTORS:
            verb, factor = FACTORS[template_prefix]
            with transaction.atomic():
                audit.record(verb, by=user, subject=user, factor=factor)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is wrong or no longer valid. Type the one shown now."),
    }


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Sessions elsewhere."""

    def end_sessions(self, sessions: Any) -> None:
        """End sessions and record how many, for each person."""
        ended = list(sessions)
        super().end_sessions(ended)
        for person in {session.user for session in ended}:
            count = sum(1 for session in ended if session.user_id == person.pk)
            with transaction.atomic():
                audit.record("accounts.session.end_others", by=person, subject=person, count=count)
