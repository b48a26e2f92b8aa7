"""An account is authorised on its platform's page by who began it, and what comes back is sealed with its end."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from weiting.audit.models import Entry
from weiting.channels import oauth, vault
from weiting.channels.models import Connection
from weiting.channels.opening import settings_of
from weiting.channels.tests.inside import Inside
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotAllowed, Unavailable
from weiting.publishing import actions
from weiting.review.tests import make
from weiting.sandbox.state import Call
from weiting.sandbox.weibo import Weibo

pytestmark = pytest.mark.django_db
BACK = "https://yunxi.example/desk/channels/authorised/"


@pytest.fixture
def c() -> make.City:
    return make.city()


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Inside:
    made = Inside(Weibo("weibo"))
    monkeypatch.setattr(oauth, "Wire", lambda **_given: made)
    return made


def account(c: make.City, uid: str = "7", **more: str) -> Connection:
    made = Connection(
        unit=c.water, kind="weibo", name="官微", state="live", base="https://api.weibo.com/weibo"
    )
    made.values = {"uid": uid, "app_key": "1234", **more}
    made.sealed_with, made.sealed = vault.seal({"token": "old", "app_secret": "xyz"}, made.public_id)
    made.needs, made.needs_code = "authorise", "21327"
    made.save()
    return made


def signed_in(wire: Inside, url: str, uid: str = "7", choice: str = "yes") -> dict[str, str]:
    """Sign in on the platform's page and come back."""
    asked = {**dict(parse_qsl(urlsplit(url).query)), "account": uid, "choice": choice}
    from urllib.parse import urlencode

    call = Call("GET", "/oauth2/authorize", urlencode(asked), {}, b"", clock.now().timestamp())
    status, _body, headers = wire.fake.answer(call)  # type: ignore[misc]
    assert status == 302 and headers["location"].startswith(BACK)
    return dict(parse_qsl(urlsplit(headers["location"]).query))


def test_a_new_token_is_sealed_with_its_end_and_what_waited_goes_on(c, wire, freeze):
    line = account(c)
    url = oauth.begin(line, c.hall_editor, BACK)
    assert url.startswith("https://api.weibo.com/weibo/oauth2/authorize?client_id=1234&")
    assert "xyz" not in url and "old" not in url
    found = oauth.finish(signed_in(wire, url), c.hall_editor)
    found.refresh_from_db()
    token = settings_of(found).secrets["token"]
    assert token.startswith("2.00") and settings_of(found).secrets["app_secret"] == "xyz"
    assert token.encode() not in bytes(found.sealed)
    assert found.authorised_at == clock.now() and found.expires_at == clock.now() + timedelta(days=30)
    assert found.needs == "authorise", "publishing's to take away, with what waits"
    actions.resume(found, by=c.hall_editor)
    found.refresh_from_db()
    assert found.needs == ""
    (entry,) = Entry.objects.filter(verb="channels.connection.authorise")
    assert entry.actor_id == c.hall_editor.pk and token not in str(entry.facts)


def test_the_shortest_end_the_platform_names_counts(c, wire, freeze):
    wire.fake.switch("lasts", {"seconds": 86_400}, 0)
    found = oauth.finish(signed_in(wire, oauth.begin(account(c), c.hall_editor, BACK)), c.hall_editor)
    assert found.expires_at == clock.now() + timedelta(days=1)


def test_what_another_began_or_too_long_ago_or_nobody_is_not_believed(c, wire, freeze):
    line = account(c)
    params = signed_in(wire, oauth.begin(line, c.hall_editor, BACK))
    for given, by in ((params, c.editor), ({**params, "state": params["state"] + "x"}, c.hall_editor),
                      ({"code": "1"}, c.hall_editor), ({**params, "state": ""}, c.hall_editor)):  # fmt: skip
        with pytest.raises((Invalid, NotAllowed)):
            oauth.finish(given, by)
    freeze.move(minutes=11)
    with pytest.raises(Invalid):
        oauth.finish(params, c.hall_editor)
    line.refresh_from_db()
    assert settings_of(line).secrets["token"] == "old"


def test_whoever_may_not_keep_the_account_can_neither_begin_nor_end_it(c, wire):
    line = account(c)
    with pytest.raises(NotAllowed):
        oauth.begin(line, c.stranger, BACK)


def test_another_account_is_refused_by_its_number(c, wire):
    line = account(c)
    with pytest.raises(Invalid) as refused:
        oauth.finish(signed_in(wire, oauth.begin(line, c.hall_editor, BACK), uid="8"), c.hall_editor)
    assert "8" in str(refused.value.message) and "7" in str(refused.value.message)
    line.refresh_from_db()
    assert settings_of(line).secrets["token"] == "old"


def test_a_refusal_there_changes_nothing_and_a_code_is_used_once(c, wire):
    line = account(c)
    with pytest.raises(Invalid) as refused:
        oauth.finish(signed_in(wire, oauth.begin(line, c.hall_editor, BACK), choice="no"), c.hall_editor)
    assert refused.value.code == "not_granted"
    params = signed_in(wire, oauth.begin(line, c.hall_editor, BACK))
    oauth.finish(params, c.hall_editor)
    with pytest.raises(Invalid) as used:
        oauth.finish(params, c.hall_editor)
    assert used.value.code == "oauth_21325"


def test_a_platform_that_is_not_reached_is_told_as_such(c, wire, monkeypatch):
    params = signed_in(wire, oauth.begin(account(c), c.hall_editor, BACK))
    wire.fake.answer = lambda _call: (503, {})  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        oauth.finish(params, c.hall_editor)


def test_without_key_or_secret_and_after_its_end_nothing_is_begun(c, wire):
    line = account(c, app_key="")
    assert not oauth.is_offered(line)
    with pytest.raises(Invalid):
        oauth.begin(line, c.hall_editor, BACK)
    line.delete()
    line = account(c)
    params = signed_in(wire, oauth.begin(line, c.hall_editor, BACK))
    Connection.objects.update(state="ended")
    with pytest.raises(Conflict):
        oauth.finish(params, c.hall_editor)


def test_the_end_of_a_token_that_was_pasted_is_learnt_from_the_platform_once(c, wire, freeze):
    line = account(c)
    line.sealed_with, line.sealed = vault.seal({"token": "token-7", "app_secret": "xyz"}, line.public_id)
    line.needs = ""
    line.save()
    other = Connection.objects.create(unit=c.roads, kind="weibo", name="x", state="live", base=line.base)
    assert oauth.learn_ends() == 1
    line.refresh_from_db()
    assert line.expires_at == clock.now() + timedelta(days=30)
    wire.asked.clear()
    assert oauth.learn_ends() == 0 and wire.asked == [], "one is known, the other has no token"
    other.refresh_from_db()
    assert other.expires_at is None


def test_a_token_of_the_fake_weibo_can_be_ended_and_a_new_one_is_good(c, wire, freeze):
    line, fake = account(c), wire.fake
    assert isinstance(fake, Weibo)
    now = clock.now().timestamp()
    oauth.finish(signed_in(wire, oauth.begin(line, c.hall_editor, BACK)), c.hall_editor)
    (first,) = fake.tokens
    fake.expire({"7"})
    assert fake.account_of(first, now) == ("7", False)
    oauth.finish(signed_in(wire, oauth.begin(line, c.hall_editor, BACK)), c.hall_editor)
    (second,) = set(fake.tokens) - {first}
    assert fake.account_of(second, now) == ("7", True) and fake.account_of(first, now) == ("7", False)
    assert not fake.expired
