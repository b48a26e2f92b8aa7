"""The look-up “is this account real?” and the public list."""

import pytest

from weiting.core.errors import NotFound
from weiting.units import keys, queries
from weiting.units.actions import (
    apply_account,
    close_account,
    file_account,
    freeze_account,
    open_account,
    open_unit,
)
from weiting.units.models import Account, Unit


def listed(unit: Unit, platform: str, handle: str, url: str = "") -> Account:
    """Make an open account."""
    account = apply_account(unit, platform, handle, by=None, url=url)
    return open_account(file_account(account, by=None), by=None)


@pytest.fixture
def hall(city: Unit, water: Unit) -> Account:
    """The voice of the city, and the water company beside it."""
    listed(water, "weibo", "云溪供水", "https://weibo.com/u/2012345678")
    listed(
        water,
        "wechat",
        "云溪水务",
        "https://mp.weixin.qq.com/mp/profile_ext?action=home&__biz=MzA3MTIzNDU2Nw==",
    )
    return listed(city, "weibo", "云溪发布", "https://weibo.com/u/2000000001")


@pytest.mark.parametrize("typed", ["云溪发布", "@云溪发布", " ＠雲溪發布 ", "云 溪 发布"])
def test_a_name_is_found_in_every_spelling(hall: Account, typed: str) -> None:
    verdict = queries.look_up(typed)
    assert (verdict.answer, verdict.account) == ("official", hall)
    assert str(hall.opened_on) in verdict.sentence


@pytest.mark.parametrize(
    "typed",
    [
        "https://weibo.com/u/2000000001",
        "http://www.weibo.com/2000000001/",
        "m.weibo.cn/u/2000000001?jumpfrom=weibocom&from=singlemessage",
        "weibo.com/u/2000000001/home?is_all=1#_0",
        "https://weibo.com/n/云溪发布",
    ],
)
def test_an_address_is_found_in_every_spelling(hall: Account, typed: str) -> None:
    assert queries.look_up(typed).account == hall


def test_a_wechat_article_is_told_by_its_number(hall: Account) -> None:
    verdict = queries.look_up("https://mp.weixin.qq.com/s?__biz=MzA3MTIzNDU2Nw==&mid=2650&idx=1&sn=ab")
    assert verdict.account is not None
    assert verdict.account.handle == "云溪水务"


def test_a_units_name_gives_all_its_accounts(hall: Account, water: Unit) -> None:
    assert len(queries.look_up(water.name).accounts) == 2


@pytest.mark.parametrize(
    ("typed", "likeness"),
    [
        ("云溪发布官方客服", 97),
        ("云西发布", 95),
        ("溪云发布", 93),
        ("云溪\u200b发布", 100),
        ("云溪发布台", 90),
    ],
)
def test_an_impostor_is_named_after_whom_it_copies(hall: Account, typed: str, likeness: int) -> None:
    verdict = queries.look_up(typed)
    assert verdict.answer == "unknown"
    assert (verdict.near[0].account, verdict.near[0].likeness) == (hall, likeness)
    assert "云溪发布" in verdict.sentence


def test_letters_that_look_alike_are_seen_through(city: Unit) -> None:
    real = listed(city, "weibo", "YunxiOnline", "https://weibo.com/yunxionline")
    assert queries.look_up("Yunxi0n1ine").near[0].account == real
    assert queries.look_up("https://weib0.com/yunxionline").near[0].account == real


@pytest.mark.parametrize("typed", ["深圳交警", "https://weibo.com/u/2000000002", "热干面", "a"])
def test_what_is_merely_unknown_resembles_nothing(hall: Account, typed: str) -> None:
    verdict = queries.look_up(typed)
    assert (verdict.answer, verdict.near) == ("unknown", [])


@pytest.mark.parametrize("typed", ["", "  ", "@", "\u200b"])
def test_nothing_typed_asks_for_something(hall: Account, typed: str) -> None:
    assert queries.look_up(typed).answer == "nothing"


def test_a_shortened_address_is_not_judged(hall: Account) -> None:
    assert queries.look_up("https://t.cn/A6abcd").note


@pytest.mark.parametrize(
    "typed", ["http://[", "https://", "weibo.com:99999/u/1", "x" * 5000, "http://\ud800.cn", "%%%", "\x00"]
)
def test_nonsense_gets_an_answer_too(hall: Account, typed: str) -> None:
    assert queries.look_up(typed).sentence


def test_frozen_and_closed_accounts_say_so(hall: Account) -> None:
    freeze_account(hall, "密码泄露", by=None)
    assert queries.look_up("云溪发布").answer == "frozen"
    close_account(hall, "并入发布厅", by=None)
    verdict = queries.look_up("云溪发布")
    assert verdict.answer == "closed"
    assert str(hall.closed_on) in verdict.sentence


def test_what_is_only_applied_for_is_not_public(city: Unit) -> None:
    account = apply_account(city, "weibo", "云溪新号", by=None)
    assert queries.look_up("云溪新号").answer == "unknown"
    assert not queries.register().exists()
    with pytest.raises(NotFound):
        queries.public_account(account.public_id)


def test_the_list_filters_by_platform_state_and_text(hall: Account, water: Unit) -> None:
    assert queries.register("雲溪", "wechat").get().handle == "云溪水务"
    assert queries.register(state="frozen").count() == 0
    assert queries.register(state="applied").count() == 0
    assert queries.register(unit=water).count() == 2
    assert queries.register("weibo.com/2012345678").get().handle == "云溪供水"
    assert queries.register_counts() == {"open": 3}


def test_the_list_reads_units_in_the_same_query(
    hall: Account, city: Unit, django_assert_num_queries: object
) -> None:
    for number in range(5):
        unit = open_unit(city, by=None, name=f"单位{number}", kind="bureau")
        listed(unit, "weibo", f"单位号{number}")
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len([account.unit.name for account in queries.register()]) == 8


def test_keys_of_other_platforms() -> None:
    assert keys.url_key("https://www.iesdouyin.com/share/user/MS4w") == "douyin.com/user/MS4w"
    assert keys.url_key("https://m.toutiao.com/profile/123/") == "toutiao.com/c/user/123"
    assert keys.named_in("https://yun.example/@fabu") == "@fabu@yun.example"
    assert keys.url_key("not an address at all") == ""
