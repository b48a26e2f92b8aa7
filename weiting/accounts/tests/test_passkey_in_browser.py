"""A passkey from its making to signing in with it, in a real browser with a virtual authenticator."""

from typing import Any

import pytest
from playwright.sync_api import Page

from weiting.accounts.actions import create_person
from weiting.accounts.tests.conftest import PASSWORD
from weiting.audit.models import Entry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def put_in_a_key(page: Page) -> None:
    """Plug a virtual key with a fingerprint reader into the browser."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
           "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key})


def test_a_passkey_is_made_and_opens_the_desk(page: Page, live_server: Any) -> None:
    create_person(username="chenyan", name="陈晏", by=None, password=PASSWORD)
    put_in_a_key(page)
    page.goto(f"{live_server.url}/account/login/")
    page.fill("[name=login]", "chenyan")
    page.fill("[name=password]", PASSWORD)
    page.click("form[action='/account/login/'] button")
    page.wait_for_url("**/desk/**")
    page.goto(f"{live_server.url}/account/2fa/webauthn/add/")
    page.fill("[name=password]", PASSWORD)
    page.click("form[action='/account/reauthenticate/'] button")
    page.fill("[name=name]", "办公室电脑")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/2fa/recovery-codes/**")
    page.goto(f"{live_server.url}/account/logout/")
    page.click("main form button")
    page.goto(f"{live_server.url}/account/login/")
    page.click("#passkey_login")
    page.wait_for_url("**/desk/**")
    last = Entry.objects.filter(verb="accounts.session.sign_in").latest("seq")
    assert last.facts == {"methods": ["mfa"]}
