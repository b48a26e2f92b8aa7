"""Changes people's sign-ins. Who may do it where is asked by units, which knows roles; here only what it does."""

import secrets
from datetime import time
from typing import Any

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid

PREFERENCES = ("name", "email", "phone", "language", "by_email", "quiet_from", "quiet_until")
# Syllables read aloud well on the telephone; five of 64 pairs and two digits are about 67 bits.
_STARTS, _ENDS = "bdfghjklmnprstwz", ("a", "an", "e", "en", "i", "o", "ong", "u")


def spoken_password() -> str:
    """Return a random password that can be dictated: dokan-tune-… (at least 60 bits)."""
    words = ["".join(secrets.choice(_STARTS) + secrets.choice(_ENDS) for _n in range(3)) for _w in range(3)]
    return "-".join(words) + f"-{secrets.randbelow(90) + 10}"


def _check(person: Person) -> None:
    try:
        person.clean_fields(exclude=["password"])
    except ValidationError as error:
        sentence = _("Some of this cannot be used. What is wrong stands beside each field.")
        raise Invalid(sentence, fields=error.message_dict) from None


@action
def create_person(
    *, username: str, name: str, by: Person | None, email: str = "", password: str = "", language: str = ""
) -> tuple[Person, str]:
    """Make a sign-in; returns the person and their first password. Raise Conflict for a name taken, or Invalid.

    A password made here has been seen by somebody else, so it must be renewed at the first sign-in.
    """
    username = username.strip()
    if Person.objects.filter(username__iexact=username).exists():
        sentence = _("The sign-in name %(name)s is taken. Choose another.") % {"name": username}
        raise Conflict(sentence, code="username_taken", field="username")
    person = Person(username=username, name=name.strip(), email=email.strip())
    person.language = language or settings.LANGUAGE_CODE
    person.must_renew = not password
    given = password or spoken_password()
    _check(person)
    _check_password(given, person)
    person.set_password(given)
    person.password_set_at = clock.now()
    person.save()
    audit.record("accounts.person.create", by=by, subject=person, language=person.language)
    return person, given


def _check_password(password: str, person: Person) -> None:
    try:
        password_validation.validate_password(password, person)
    except ValidationError as error:
        raise Invalid(
            " ".join(error.messages), code="weak_password", fields={"password": error.messages}
        ) from None


@action
def deactivate_person(person: Person, reason: str, *, by: Person | None) -> Person:
    """End a sign-in and all its sessions; what the person did keeps their name. Raise Invalid without a reason."""
    if not reason.strip():
        sentence = _("Say why this sign-in ends. The reason is kept in the audit.")
        raise Invalid(sentence, code="reason_missing", fields={"reason": [sentence]})
    if Person.objects.filter(pk=person.pk, is_active=True).update(
        is_active=False, session_epoch=F("session_epoch") + 1
    ):
        person.refresh_from_db()
        audit.record("accounts.person.deactivate", by=by, subject=person, reason=reason.strip())
    return person


@action
def reactivate_person(person: Person, *, by: Person | None) -> Person:
    """Give a sign-in back; the password must be renewed first, and roles are given anew."""
    if Person.objects.filter(pk=person.pk, is_active=False).update(is_active=True, must_renew=True):
        person.refresh_from_db()
        audit.record("accounts.person.reactivate", by=by, subject=person)
    return person


@action
def renew_credentials(
    person: Person, *, by: Person | None, reason: str = "", new_password: bool = False
) -> str:
    """End every session and ask for a new password at the next sign-in; returns a new one if asked to set it."""
    fields: dict[str, Any] = {"session_epoch": F("session_epoch") + 1, "must_renew": True}
    given = ""
    if new_password:
        given = spoken_password()
        person.set_password(given)
        fields["password"] = person.password
    Person.objects.filter(pk=person.pk).update(**fields)
    person.refresh_from_db()
    audit.record("accounts.person.renew", by=by, subject=person, reason=reason, new_password=new_password)
    return given


@action
def password_was_set(person: Person, *, by: Person | None) -> None:
    """Note that the person chose a new password: nothing more is asked of them."""
    Person.objects.filter(pk=person.pk).update(must_renew=False, password_set_at=clock.now())
    person.refresh_from_db(fields=["must_renew", "password_set_at"])
    audit.record("accounts.person.password", by=by, subject=person)


@action
def set_preferences(person: Person, *, by: Person | None, **changes: Any) -> Person:
    """Change language, contact and when notices come by e-mail; raise Invalid, by field."""
    unknown = set(changes) - set(PREFERENCES)
    if unknown:
        raise TypeError(f"a person has no preference {sorted(unknown)}")
    person = Person.objects.select_for_update().get(pk=person.pk)
    changed = [name for name, value in changes.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, changes[name])
    _check_language(person.language)
    _check_quiet(person.quiet_from, person.quiet_until)
    _check(person)
    if changed:
        person.save(update_fields=changed)
        audit.record("accounts.person.prefer", by=by, subject=person, changed=sorted(changed))
    return person


def _check_language(language: str) -> None:
    if language not in dict(settings.LANGUAGES):
        sentence = _("Choose one of the languages offered.")
        raise Invalid(sentence, fields={"language": [sentence]})


def _check_quiet(start: time | None, end: time | None) -> None:
    if (start is None) != (end is None):
        sentence = _("Quiet hours need a beginning and an end. Fill in both, or leave both empty.")
        raise Invalid(sentence, fields={"quiet_until" if start else "quiet_from": [sentence]})
    if start is not None and start == end:
        sentence = _(
            "Quiet hours begin and end at the same time. To get no e-mail at all, switch e-mail off."
        )
        raise Invalid(sentence, fields={"quiet_until": [sentence]})
