"""What is the matter with a channel is said in words, in the reader's language, with what to do."""

import pytest
from django.utils import translation

from weiting.channels import words
from weiting.channels.code_words import SAYS
from weiting.channels.ports import Action
from weiting.channels.rules import rules

TABLES = ("mastodon", "wechat", "weibo")


@pytest.mark.parametrize("action", [*Action, words.DECIDE])
def test_every_action_is_a_sentence_that_says_what_to_do(action: str):
    with translation.override("zh-hans"):
        assert words.need(action).endswith("。")
    assert words.need("") == ""


@pytest.mark.parametrize("kind", TABLES)
def test_every_code_of_a_platform_is_put_into_words(kind: str):
    missing = {each.says for each in rules(kind).errors.values()} - set(SAYS)
    assert not missing
    with translation.override("zh-hans"):
        for code in rules(kind).errors:
            said = words.matter(code, kind)
            assert said.startswith("平台答复") and said.isprintable()
            assert any("一" <= sign <= "鿿" for sign in said.partition("：")[2]), said


def test_what_the_platform_says_is_quoted_where_its_code_is_unknown():
    with translation.override("zh-hans"):
        assert words.matter("99", "weibo", "no idea") == "平台答复 99：“no idea”"
        assert words.matter("99", "nothing") == "平台答复 99，没有说明原因。"
        assert words.matter("", "weibo") == ""


def test_a_delivery_is_told_by_what_it_is_about():
    with translation.override("zh-hans"):
        assert words.outcome("delivered", act="withdraw") == "那边已撤下。"
        assert words.outcome("queued", code="by_hand", needs="by_hand") == "等人手工发到那边。"
        assert (
            words.outcome("refused", code="not_granted", needs="by_hand", act="withdraw")
            == "要到那边手工撤下。"
        )
        assert words.outcome("refused", code="21327", kind="weibo") == "被拒收。 平台答复 21327：令牌已过期。"
        assert words.outcome("in_doubt", code="unknown", needs="decide").startswith("没收到答复")


def test_a_kind_has_a_name_that_people_use():
    with translation.override("zh-hans"):
        assert words.name_of("weibo") == "新浪微博"
        assert words.name_of("never_heard") == "never_heard"
