"""How long a text is for each channel, and where it may be cut."""

import unicodedata

import pytest
from hypothesis import given, settings, strategies as st

from weiting.text.graphemes import graphemes
from weiting.text.lengths import channels, count, shortened
from weiting.text.tests.growth import assert_grows_in_step

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1e8\U0001f1f3"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        ("停水", 2),
        (FAMILY, 1),
        (FLAG + FLAG, 2),
        ("e\u0301", 1),
        ("👍🏽", 1),
        ("❤️‍🔥", 1),
        ("1️⃣", 1),
        ("\r\n", 1),
        ("한국", 2),
        (unicodedata.normalize("NFD", "한국"), 2),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 1),
        ("a\u200db", 2),
        ("が", 1),
        ("か\u3099", 1),
    ],
)
def test_reader_counts_what_is_one_character(text, number):
    assert len(list(graphemes(text))) == number


@given(st.text(max_size=200))
def test_characters_joined_again_are_the_text(text):
    assert "".join(graphemes(text)) == text


@pytest.mark.parametrize(
    ("channel", "text", "number", "left"),
    [
        ("weibo", "停水通知", 4, 136),
        ("weibo", "abcd停水", 4, 136),
        ("weibo", "abc", 2, 138),
        ("weibo", "停水 https://hall.yunxi.example/posts/abcdefghijklmnop", 13, 127),
        ("weibo", "👍", 2, 138),
        ("wechat_title", "停" * 33, 33, -1),
        ("wechat_digest", "停" * 128, 128, 0),
        ("mastodon", FAMILY * 500, 500, 0),
        ("mastodon", "看 https://hall.yunxi.example/" + "a" * 200, 25, 475),
        ("mastodon", "@yunxi@hall.yunxi.example 好", 8, 492),
        ("sms", "停" * 70, 70, 0),
        ("sms", "停" * 71, 71, 63),
        ("sms", "a" * 160, 160, 0),
        ("sms", "{" * 80, 160, 0),
        ("activitypub", "停水", 6, 59994),
        ("feed", "停" * 10_000, 10_000, None),
    ],
)
def test_each_channel_counts_its_own_way(channel, text, number, left):
    found = count(text, channel)
    assert (found.count, found.left) == (number, left)


def test_short_message_says_how_many_it_becomes():
    found = count("停" * 135, "sms")
    assert found.parts["messages"] == 3 and found.limit == 201
    assert "3" in found.notes[0].say()


def test_body_of_wechat_is_limited_in_bytes_too():
    assert not count("👍" * 9_999 + "停" * 400_000, "wechat_body").fits
    assert count("停" * 19_999, "wechat_body").fits


def test_parts_say_what_was_counted():
    parts = count("#云溪停水# 明天停水😀 https://a.example/x", "weibo").parts
    assert (parts["topics"], parts["links"], parts["emoji"]) == (1, 1, 1)


def test_weibo_says_that_its_interface_refuses_topics():
    assert "#" in count("#云溪停水# 明天", "weibo").notes[0].say()


def test_unknown_channel_is_named_with_those_there_are():
    with pytest.raises(KeyError, match="weibo"):
        count("停水", "pigeon")


@pytest.mark.parametrize("key", sorted(channels()))
def test_every_channel_says_where_its_figure_comes_from(key):
    assert channels()[key].source


def test_cut_stands_behind_a_whole_sentence_when_that_keeps_enough():
    text = "东园路明天8时停水。" * 5 + "南湖路不停水，请放心使用自来水。"
    assert shortened(text, "wechat_title") == "东园路明天8时停水。" * 3


def test_cut_stands_behind_a_clause_then_a_word():
    text = "明天上午八点到十二点东园路全线停水，请沿线居民提前储水备用并且互相转告以免影响生活"
    assert shortened(text, "wechat_title") == "明天上午八点到十二点东园路全线停水…"
    assert shortened("去" + "图书馆" * 10, "wechat_author") == "去" + "图书馆" * 4 + "…"


def test_link_is_never_cut():
    text = "停" * 120 + " https://hall.yunxi.example/a/very/long/address" + "水" * 60
    cut = shortened(text, "weibo")
    assert "http" not in cut or "https://hall.yunxi.example/a/very/long/address" in cut


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.sampled_from(sorted(channels())))
def test_what_is_shortened_fits(text, channel):
    assert count(shortened(text, channel), channel).fits


@pytest.mark.parametrize("piece", ["停水。", "a", FAMILY, "#", "http://"])
def test_a_megabyte_takes_no_more_for_each_letter(piece):
    def read(size):
        text = piece * (size // len(piece))
        count(text, "weibo")
        shortened(text, "weibo")

    assert_grows_in_step(read, 125_000)
