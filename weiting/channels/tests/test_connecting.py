"""A connection from its plan to its end: only accounts of the register, secrets sealed and clean, nobody twice."""

from typing import Any

import pytest
from django.db import connection as database
from django.utils import translation

from weiting.audit.models import Entry
from weiting.channels import actions
from weiting.channels.models import Connection
from weiting.channels.opening import settings_of
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.review.tests import make
from weiting.units import actions as units
from weiting.units.models import Account
from weiting.units.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def c() -> make.City:
    return make.city()


@pytest.fixture
def keeper(c):
    """Administrator of the water unit alone."""
    person = make.person("keeper", "卓霖")
    make.member(person, c.water, Role.ADMINISTRATOR)
    return person


def account(unit, platform: str = "weibo", **more: Any) -> Account:
    made = units.apply_account(unit, platform, f"云溪{unit.short_name}", by=None, **more)
    units.file_account(made, by=None)
    return units.open_account(made, by=None)


def weibo(c, keeper, **more: Any) -> Connection:
    return actions.plan_connection(c.water, "weibo", "供水微博", by=keeper, account=account(c.water), **more)


READY = {"values": {"uid": "1234", "ip": "203.0.113.7"}, "secrets_given": {"token": "2.00abcDEF"}}


def test_only_an_account_of_the_unit_in_the_register_is_connected(c, keeper):
    foreign = account(c.roads)
    for wrong in (None, foreign):
        with pytest.raises(Invalid) as refused:
            actions.plan_connection(c.water, "weibo", "供水微博", by=keeper, account=wrong)
        assert "account" in refused.value.fields
    other = account(c.water, "wechat")
    with pytest.raises(Invalid):
        actions.plan_connection(c.water, "weibo", "供水微博", by=keeper, account=other)
    with pytest.raises(Invalid):
        actions.plan_connection(c.water, "webhook", "大屏", by=keeper, account=other)


def test_an_account_is_connected_once_until_that_has_ended(c, keeper):
    first = weibo(c, keeper)
    assert first.account is not None
    with pytest.raises(Conflict):
        actions.plan_connection(c.water, "weibo", "又一个", by=keeper, account=first.account)
    actions.end(first, "账号换了", by=keeper)
    assert (
        actions.plan_connection(c.water, "weibo", "供水微博", by=keeper, account=first.account).pk != first.pk
    )


def test_a_name_stands_once(c, keeper):
    actions.plan_connection(c.water, "webhook", "大屏", by=keeper)
    with pytest.raises(Invalid) as refused:
        actions.plan_connection(c.water, "webhook", " 大屏 ", by=keeper)
    assert "name" in refused.value.fields


def test_a_kind_that_is_not_known_here_is_refused(c, keeper):
    with pytest.raises(Invalid):
        actions.plan_connection(c.water, "carrier_pigeon", "鸽子", by=keeper)
    with pytest.raises(Invalid):
        actions.plan_connection(c.water, "historic", "存档", by=keeper)


@pytest.mark.parametrize("pasted", [
    "2.00abcDEF", "  2.00abcDEF\n", "Bearer 2.00abcDEF", "bearer: 2.00abc\r\nDEF", "“2.00abcDEF”",
    "access_token=2.00abcDEF", 'token: "2.00abcDEF"', "2.00ab cDEF", "2.00\u200babcDEF\ufeff", "\u30002.00abcDEF",
])  # fmt: skip
def test_what_copying_adds_to_a_token_is_taken_off(c, keeper, pasted):
    made = actions.save_connection(weibo(c, keeper), by=keeper, secrets_given={"token": pasted})
    assert settings_of(made).secrets["token"] == "2.00abcDEF"


@pytest.mark.parametrize(("pasted", "said"), [
    ("https://api.weibo.com/oauth2/authorize", "是网址"), ('{"access_token": "x"}', "整段"), ("••••••••", "圆点"),
    ("我的令牌在这里", "不该有"), ("abc", "3 个字符"), ("2.00abc/../DEF", "个字符"),
])  # fmt: skip
def test_what_is_no_token_is_refused_with_the_reason(c, keeper, pasted, said):
    made = weibo(c, keeper)
    with translation.override("zh-hans"), pytest.raises(Invalid) as refused:
        actions.save_connection(made, by=keeper, secrets_given={"token": pasted})
    assert said in str(refused.value.fields["token"][0])
    assert Connection.objects.get(pk=made.pk).secrets_set == {}


def test_secrets_are_sealed_and_said_only_by_their_names(c, keeper):
    made = actions.save_connection(weibo(c, keeper), by=keeper, **READY)
    assert list(made.secrets_set) == ["token"] and made.secrets_set["token"]["by"] == "卓霖"
    with database.cursor() as cursor:
        cursor.execute("SELECT c::text FROM channels_connection c WHERE id = %s", [made.pk])
        assert "2.00abcDEF" not in cursor.fetchone()[0]
    entry = Entry.objects.filter(verb="channels.connection.save").latest("pk")
    assert "2.00abcDEF" not in str(entry.__dict__) and "203.0.113.7" not in str(entry.__dict__)


def test_a_secret_that_is_not_typed_stays(c, keeper):
    made = actions.save_connection(weibo(c, keeper), by=keeper, **READY)
    actions.save_connection(
        made, by=keeper, values={"uid": "99"}, secrets_given={"token": "", "app_secret": "abcde1"}
    )
    held = settings_of(Connection.objects.get(pk=made.pk))
    assert held.secrets == {"token": "2.00abcDEF", "app_secret": "abcde1"}
    assert (held.values["uid"], held.values["ip"]) == ("99", "203.0.113.7")


def test_a_secret_both_sides_agree_on_is_made_once(c, keeper):
    made = actions.plan_connection(c.water, "webhook", "大屏", by=keeper)
    actions.save_connection(made, by=keeper, base="https://screen.example/hook")
    first = settings_of(made).secrets["secret"]
    assert len(first) == 32
    actions.save_connection(made, by=keeper, base="https://screen.example/hook2")
    assert settings_of(made).secrets["secret"] == first


@pytest.mark.parametrize(
    "base", ["http://x.example", "ftp://x.example", "https://u:p@x.example/", "screen", "https://"]
)
def test_an_address_that_cannot_be_is_refused(c, keeper, base):
    made = actions.plan_connection(c.water, "webhook", "大屏", by=keeper)
    with pytest.raises(Invalid) as refused:
        actions.save_connection(made, by=keeper, base=base)
    assert "base" in refused.value.fields


def test_nobody_writes_over_what_somebody_else_has_saved_meanwhile(c, keeper):
    made = weibo(c, keeper)
    seen = actions.version_of(made)
    actions.save_connection(Connection.objects.get(pk=made.pk), by=keeper, values={"uid": "1"}, seen=seen)
    with pytest.raises(Conflict):
        actions.save_connection(made, by=keeper, values={"uid": "2"}, seen=seen)
    assert Connection.objects.get(pk=made.pk).values["uid"] == "1"


def test_a_connection_goes_live_only_when_all_is_there_and_its_account_is_open(c, keeper):
    made = weibo(c, keeper)
    with pytest.raises(Invalid):
        actions.go_live(made, by=keeper)
    actions.save_connection(made, by=keeper, **READY)
    assert made.account is not None
    units.freeze_account(made.account, "有异常", by=None)
    with pytest.raises(Conflict):
        actions.go_live(made, by=keeper)
    units.thaw_account(made.account, by=None)
    assert actions.go_live(made, by=keeper).state == "live"
    with pytest.raises(Conflict):
        actions.go_live(made, by=keeper)


def test_a_rest_has_a_reason_and_ends(c, keeper):
    made = actions.plan_connection(c.water, "screen", "大厅屏幕", by=keeper)
    actions.go_live(made, by=keeper)
    with pytest.raises(Invalid):
        actions.freeze(made, "  ", by=keeper)
    assert actions.freeze(made, "设备检修", by=keeper).state_reason == "设备检修"
    assert (actions.go_live(made, by=keeper).state, made.state_reason) == ("live", "")
    verbs = list(
        Entry.objects.filter(verb__startswith="channels.").order_by("pk").values_list("verb", flat=True)
    )
    assert [each.rpartition(".")[2] for each in verbs] == ["plan", "go_live", "freeze", "thaw"]


def test_what_has_ended_forgets_its_secrets_and_takes_nothing_more(c, keeper):
    made = actions.save_connection(weibo(c, keeper), by=keeper, **READY)
    actions.end(made, "账号停用", by=keeper)
    held = Connection.objects.get(pk=made.pk)
    assert (held.state, bytes(held.sealed), held.secrets_set) == ("ended", b"", {})
    for act in (lambda: actions.save_connection(made, by=keeper, values={"uid": "1"}),
                lambda: actions.go_live(made, by=keeper), lambda: actions.end(made, "再来", by=keeper)):  # fmt: skip
        with pytest.raises((Conflict, Invalid)):
            act()


def test_who_answers_for_it_holds_a_role_there(c, keeper):
    made = weibo(c, keeper)
    assert made.owner == keeper
    assert actions.name_owner(made, c.editor, by=keeper).owner == c.editor
    with pytest.raises(Invalid):
        actions.name_owner(made, make.person("outsider"), by=keeper)


def test_an_editor_arranges_nothing_and_a_spokesperson_keeps(c, keeper):
    made = weibo(c, keeper)
    for act in (lambda: actions.plan_connection(c.water, "webhook", "x", by=c.editor),
                lambda: actions.save_connection(made, by=c.editor, values={"uid": "1"}),
                lambda: actions.end(made, "不要了", by=c.editor)):  # fmt: skip
        with pytest.raises(NotAllowed):
            act()
    spoken = make.person("spoken")
    make.member(spoken, c.water, Role.SPOKESPERSON)
    actions.save_connection(made, by=spoken, **READY)
    with pytest.raises(NotAllowed):
        actions.end(made, "不要了", by=spoken)


def test_a_trial_is_kept_with_the_limits_the_channel_named(c, keeper):
    made = weibo(c, keeper)
    actions.note_trial(made, by=keeper, code="21327", needs="authorise", why="expired_token")
    held = Connection.objects.get(pk=made.pk)
    assert (held.tested_code, held.tested_need, held.last_ok_at) == ("21327", "authorise", None)
    actions.note_trial(made, by=keeper, named={"most_text": "500"})
    held = Connection.objects.get(pk=made.pk)
    assert held.values["most_text"] == "500" and held.last_ok_at is not None


def test_everything_wrong_is_named_at_once_and_nothing_is_kept(c, keeper):
    planned = weibo(c, keeper)
    with pytest.raises(Invalid) as refused:
        actions.save_connection(
            planned,
            by=keeper,
            base="ftp://weibo.test",
            values={"uid": "@云溪供水", "ip": "abc", "app_key": "12 34"},
            secrets_given={"token": "••••••", "app_secret": "https://open.weibo.com/"},
        )
    assert set(refused.value.fields) == {"base", "uid", "ip", "app_key", "token", "app_secret"}
    kept = Connection.objects.get(pk=planned.pk)
    assert kept.values == planned.values
    assert not kept.secrets_set
