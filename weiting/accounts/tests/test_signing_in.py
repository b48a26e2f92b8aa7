"""Signing in and out through the pages: password, second step, sessions, forced renewal."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse

from weiting.accounts.actions import deactivate_person, renew_credentials
from weiting.accounts.models import Person
from weiting.accounts.tests.conftest import PASSWORD
from weiting.audit.models import Entry

HERE = reverse("account_security")


def sign_in(client: Client, password: str = PASSWORD, username: str = "chenyan") -> Any:
    """Send the sign-in page."""
    return client.post(reverse("account_login"), {"login": username, "password": password})


def is_signed_in(client: Client) -> bool:
    """Say whether the security page opens."""
    return bool(client.get(HERE).status_code == 200)


def verbs() -> list[str]:
    """List what the audit recorded, without the making of the person."""
    return [
        v
        for v in Entry.objects.order_by("seq").values_list("verb", flat=True)
        if v != "accounts.person.create"
    ]


def test_name_and_password_open_the_desk(client: Client, editor: Person) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert client.cookies["django_language"].value == "zh-hans"
    assert is_signed_in(client)
    assert Entry.objects.get(verb="accounts.session.sign_in").facts == {"methods": ["password"]}


def test_the_name_may_be_typed_in_any_case(client: Client, editor: Person) -> None:
    assert sign_in(client, username="ChenYan").status_code == 302


def test_a_wrong_password_is_recorded_but_not_kept(client: Client, editor: Person) -> None:
    answer = sign_in(client, "my-real-password")
    assert answer.status_code == 200
    assert not is_signed_in(client)
    sign_in(client, username="my-real-password")
    known, unknown = Entry.objects.filter(verb="accounts.session.fail").order_by("seq")
    assert (known.subject_id, known.facts, unknown.subject_id) == (str(editor.pk), {"known": True}, "")
    assert "my-real-password" not in str(list(Entry.objects.values()))


def test_guessing_is_stopped(client: Client, editor: Person) -> None:
    for _attempt in range(6):
        answer = sign_in(client, "wrong")
    assert answer.status_code in (200, 429)
    assert sign_in(client).status_code != 302, "even the right password has to wait now"


def test_too_many_tries_from_one_place_get_a_page(client: Client, editor: Person) -> None:
    for number in range(31):
        answer = sign_in(client, username=f"nobody{number}")
    assert answer.status_code == 429
    assert "429" in answer.content.decode()


def test_nobody_signs_up_or_resets_by_mail(client: Client, db: None) -> None:
    for path in ("signup/", "password/reset/", "email/", "2fa/webauthn/signup/", "confirm-email/abc/"):
        assert client.get(f"/account/{path}").status_code == 404


def test_who_has_left_cannot_come_in(client: Client, editor: Person) -> None:
    sign_in(client)
    deactivate_person(editor, "退休", by=None)
    assert not is_signed_in(client)
    sign_in(client)
    assert not is_signed_in(client)


def test_signing_out_is_recorded(client: Client, editor: Person) -> None:
    sign_in(client)
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)
    assert verbs() == ["accounts.session.sign_in", "accounts.session.sign_out"]


def test_who_must_renew_gets_no_other_page(client: Client, editor: Person) -> None:
    renew_credentials(editor, by=None, reason="hand_over")
    sign_in(client)
    password_page = reverse("account_change_password")
    for path in ("/desk/", HERE, reverse("usersessions_list"), reverse("mfa_index")):
        assert client.get(path)["Location"] == password_page
    answer = client.get("/desk/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, password_page)
    new = "another-quiet-harbour-7"
    same = client.post(password_page, {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD})
    assert same.status_code == 200, "the old password is no new one"
    client.post(password_page, {"oldpassword": PASSWORD, "password1": new, "password2": new})
    editor.refresh_from_db()
    assert not editor.must_renew
    assert editor.check_password(new)
    assert is_signed_in(client)
    assert verbs()[-1] == "accounts.person.password"


def test_renewal_ends_every_session_at_once(client: Client, editor: Person) -> None:
    sign_in(client)
    renew_credentials(editor, by=None, reason="theft")
    assert not is_signed_in(client)


def test_sessions_elsewhere_can_be_ended(client: Client, editor: Person) -> None:
    elsewhere = Client()
    sign_in(client)
    sign_in(elsewhere)
    assert len(client.get(reverse("usersessions_list")).context["sessions"]) == 2
    client.post(reverse("usersessions_list"))
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert Entry.objects.get(verb="accounts.session.end_others").facts == {"count": 1}


def test_a_new_password_ends_sessions_elsewhere(client: Client, editor: Person) -> None:
    elsewhere = Client()
    sign_in(client)
    sign_in(elsewhere)
    new = "another-quiet-harbour-7"
    client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)


def confirm(client: Client) -> None:
    """Show once more who it is, as before every change of a second step."""
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def test_a_change_of_the_second_step_asks_once_more(client: Client, editor: Person) -> None:
    sign_in(client)
    answer = client.get(reverse("mfa_activate_totp"), follow=True)
    assert answer.redirect_chain[0][0].startswith(reverse("account_reauthenticate"))
    assert client.post(reverse("account_reauthenticate"), {"password": "wrong"}).status_code == 200


def code_for(secret: str) -> str:
    """Return the code an app would show now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def test_an_app_is_set_up_and_asked_for(
    client: Client, editor: Person, django_capture_on_commit_callbacks: Any
) -> None:
    sign_in(client)
    confirm(client)
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    secret = client.session["mfa.totp.secret"]
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)}).status_code == 302
    assert verbs()[-1] == "accounts.factor.add"
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
    assert client.get(reverse("mfa_generate_recovery_codes")).status_code == 200
    client.post(reverse("account_logout"))
    assert sign_in(client)["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)


@pytest.fixture
def secret(editor: Person) -> str:
    """An app and recovery codes that are set up already."""
    made = str(generate_totp_secret())
    TOTP.activate(editor, made)
    RecoveryCodes.activate(editor)
    return made


def test_the_second_step_takes_the_apps_code(client: Client, editor: Person, secret: str) -> None:
    sign_in(client)
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert verbs()[-1] == "accounts.session.fail"
    client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert is_signed_in(client)
    assert Entry.objects.get(verb="accounts.session.sign_in").facts == {"methods": ["password", "mfa"]}


def test_a_recovery_code_works_once(client: Client, editor: Person, secret: str) -> None:
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert is_signed_in(client)
    again = Client()
    sign_in(again)
    again.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert not is_signed_in(again)


def test_switching_the_app_off_asks_and_is_recorded(client: Client, editor: Person, secret: str) -> None:
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    confirm(client)
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 200
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    assert "accounts.factor.remove" in verbs()


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_every_page_of_signing_in_can_be_drawn(client: Client, editor: Person, language: str) -> None:
    client.cookies["django_language"] = language
    assert b"passkey_login" in client.get(reverse("account_login")).content
    sign_in(client)
    client.cookies["django_language"] = language
    names = ("account_logout", "account_change_password", "mfa_index", "mfa_activate_totp", "mfa_list_webauthn",
             "mfa_add_webauthn", "usersessions_list", "account_security", "account_reauthenticate")  # fmt: skip
    confirm(client)
    for name in names:
        answer = client.get(reverse(name))
        assert answer.status_code == 200, name
        assert b"style=" not in answer.content, name
        assert answer.content.count(b"<h1>") == 1, name


def test_the_security_page_is_for_those_signed_in(client: Client, db: None) -> None:
    assert client.get(HERE)["Location"].startswith(reverse("account_login"))
