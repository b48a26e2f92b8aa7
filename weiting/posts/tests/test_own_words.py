"""The city's own words: kept by the hall's editor, looked for in every text at once, never against themselves."""

from typing import Any

import pytest

from weiting import audit
from weiting.core.errors import Invalid, NotAllowed
from weiting.posts import actions, checking
from weiting.posts.concerns import Part, known
from weiting.posts.lexicon import city_lexicon
from weiting.posts.models import OwnWord
from weiting.posts.tests.make import City


def add(c: City, **fields: Any) -> OwnWord:
    return actions.save_word(None, by=c.hall_editor, **{"wrong": "云溪发部", "right": "云溪发布", **fields})


def found(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.words, each.better) for each in checking.check_part(Part("body", text), known())]


def test_a_word_is_looked_for_from_the_moment_it_is_saved(c: City) -> None:
    text = "请关注云溪发部的通知。"
    assert ("云溪发部", ("云溪发布",)) not in found(text)
    word = add(c, reason="市里的叫法")
    assert ("云溪发部", ("云溪发布",)) in found(text)
    actions.save_word(word, by=c.hall_editor, is_on=False)
    assert ("云溪发部", ("云溪发布",)) not in found(text)
    assert audit.entries_for(word)[0].verb == "posts.word.change"


def test_the_reason_of_the_city_is_what_the_writer_reads(c: City) -> None:
    add(c, reason="市里的叫法")
    (finding,) = checking.check_part(Part("body", "请关注云溪发部的通知。"), known())
    assert "市里的叫法" in finding.why.say()


def test_the_right_form_is_no_slip_where_it_holds_the_wrong_one(c: City) -> None:
    add(c, wrong="发布厅", right="微博发布厅")
    assert found("云溪微博发布厅今天上线。") == []
    assert ("发布厅", ("微博发布厅",)) in found("云溪发布厅今天上线。")


def test_a_form_may_be_wrong_only_beside_a_digit(c: City) -> None:
    add(c, wrong="起于#", right="始于#")
    assert ("起于", ("始于",)) in found("工程起于2026年。")
    assert found("事情起于误会。") == []


def test_a_name_of_the_city_is_no_slip_whatever_the_shipped_list_says(c: City) -> None:
    text = "攻府路今天封闭。"
    assert found(text)
    add(c, wrong="", right="攻府")
    assert found(text) == []


def test_without_words_of_its_own_nothing_is_built(c: City) -> None:
    assert city_lexicon(known().words) is None
    add(c)
    assert city_lexicon(known().words) is city_lexicon(known().words) is not None


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"wrong": "云"}, "wrong"),
        ({"wrong": "云#"}, "wrong"),
        ({"wrong": "始于#", "right": "始于#"}, "wrong"),
        ({"wrong": "云溪发布"}, "wrong"),
        ({"right": " | "}, "right"),
        ({"wrong": "", "right": "云"}, "right"),
        ({"wrong": "云" * 41}, "wrong"),
        ({"right": ""}, "right"),
    ],
)
def test_a_word_that_cannot_be_looked_for_is_refused(c: City, said: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        add(c, **said)
    assert field in refusal.value.fields
    assert not OwnWord.objects.exists()


def test_the_same_word_is_not_added_twice(c: City) -> None:
    add(c)
    with pytest.raises(Invalid) as refusal:
        add(c, right="云溪发布厅")
    assert "wrong" in refusal.value.fields


def test_only_who_keeps_the_hall_keeps_its_words(c: City) -> None:
    for person in (c.editor, c.chief, c.stranger):
        with pytest.raises(NotAllowed):
            actions.save_word(None, by=person, wrong="云溪发部", right="云溪发布")
