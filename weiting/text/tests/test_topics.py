"""Topics: messages of one matter come together, as a stream and as a table, with a title, a place and a heat."""

import csv
import json
import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from weiting.text.command import main
from weiting.text.same import Message
from weiting.text.tests.growth import assert_grows_in_step
from weiting.text.topics import NewWords, Topics
from weiting.text.topics.titles import cleaned, place_of, title_of

START = datetime(2026, 3, 1, 8)
MATTERS = {
    "smoke": (
        "投诉桂香苑小区烧烤店油烟扰民",
        "桂香苑小区楼下烧烤店每天油烟直排，家里不敢开窗，老人咳嗽不止。",
    ),
    "lamps": ("解放大道路灯不亮", "解放大道的路灯坏了一个多月，晚上漆黑一片，孩子放学走路危险。"),
    "water": ("请求解决松涛苑小区停水问题", "松涛苑小区停水三天没有通知，高层住户提水上楼，物业说不清原因。"),
}


def messages(each: int = 4) -> list[Message]:
    return [
        Message(
            f"{key}{n}", title, f"{content}{'请尽快处理。' * (n % 3)}", START + timedelta(hours=7 * n + at)
        )
        for n in range(each)
        for at, (key, (title, content)) in enumerate(MATTERS.items())
    ]


def grouped(topics: Topics) -> set[frozenset[str]]:
    return {frozenset(topic.members) for topic in topics.found()}


def test_messages_of_one_matter_come_together_and_no_two_matters_do():
    topics = Topics()
    for message in messages():
        topics.add(message)
    assert {frozenset(name[:5] for name in members) for members in grouped(topics)} == {
        frozenset([key]) for key in MATTERS
    }


@given(st.permutations(messages(3)))
@settings(max_examples=8, deadline=None)
def test_the_order_in_which_messages_come_does_not_change_the_topics(order):
    topics = Topics()
    for message in order:
        topics.add(message)
    assert len(topics.found()) == 3


def test_a_topic_has_a_clean_title_a_place_and_a_span():
    topics = Topics()
    for message in messages():
        topics.add(message)
    smoke = next(topic for topic in topics.found() if "smoke0" in topic.members)
    assert smoke.title == "桂香苑小区烧烤店油烟扰民"
    assert smoke.place == "桂香苑小区"
    assert (smoke.first, smoke.last, smoke.size) == (START, START + timedelta(hours=21), 4)
    assert sum(count for _, count in smoke.history) == 4


def test_the_heat_halves_in_seven_days_and_new_messages_raise_it():
    topics = Topics()
    first = Message("a", *MATTERS["smoke"], START)
    topics.add(first)
    topics.add(Message("b", *MATTERS["lamps"], START + timedelta(days=7)))
    heats = {topic.members[0]: topic.heat for topic in topics.found()}
    assert heats["a"] == pytest.approx(0.5) and heats["b"] == pytest.approx(1)
    topics.add(Message("c", first.title, first.content, START + timedelta(days=7)))
    assert topics.found()[0].members == ("a", "c") and topics.found()[0].heat == pytest.approx(1.5)


def test_a_late_message_counts_as_it_would_have_in_time():
    heats = []
    for order in ((0, 3, 6), (6, 0, 3)):
        topics = Topics()
        for day in order:
            topics.add(Message(str(day), *MATTERS["water"], START + timedelta(days=day)))
        heats.append(topics.found()[0].heat)
    assert heats[0] == pytest.approx(heats[1])


def test_memory_is_bounded_and_lone_topics_leave():
    topics = Topics(newest=20)
    chance = random.Random(2)
    signs = "云溪桂香苑松涛里路灯停水公交噪音学校医院宽带暖气垃圾电梯房产社保"
    for n in range(100):
        topics.add(
            Message(str(n), "".join(chance.choices(signs, k=12)), "".join(chance.choices(signs, k=60)))
        )
    assert sum(topic.size == 1 for topic in topics.found()) <= 40
    assert sum(len(each.topics) for each in topics._generations) <= 40


@given(st.lists(st.text(max_size=80), max_size=8))
@settings(max_examples=40, deadline=None)
def test_any_texts_get_topics(texts):
    topics = Topics()
    for n, text in enumerate([*texts, "", "\ud800", "😀", "路" * 3000]):
        topics.add(Message(str(n), text, text[::-1]))
    found = topics.found()
    assert sum(topic.size for topic in found) == len(texts) + 4
    assert all(isinstance(topic.title, str) for topic in found)


def test_a_table_and_a_stream_of_its_rows_give_the_same_answer(tmp_path):
    table = tmp_path / "in.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("msg_id", "title", "content", "time"))
        writer.writerows((m.id, m.title, m.content, m.time) for m in messages(6))
    whole, stream = tmp_path / "whole.json", tmp_path / "stream.json"
    assert main(["topics", str(table), str(whole)]) == 0
    assert main(["topics", str(table), str(stream), "--stream"]) == 0
    found = json.loads(whole.read_text(encoding="utf-8"))
    assert whole.read_bytes() == stream.read_bytes()
    assert set(found[0]) >= {"title", "members", "place", "from", "to", "heat"}
    assert [row["heat"] for row in found] == sorted((row["heat"] for row in found), reverse=True)


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("投诉：反映桂香苑小区油烟扰民的问题", "桂香苑小区油烟扰民"),
        ("请求", "请求"),
        ("", ""),
        ("解放大道路灯不亮？！", "解放大道路灯不亮"),
    ],
)
def test_titles_lose_what_every_letter_begins_and_ends_with(title, short):
    assert cleaned(title) == short


def test_the_title_is_the_one_most_of_the_others_share():
    titles = ["桂香苑油烟", "桂香苑烧烤店油烟扰民", "烧烤店油烟扰民何时休", "怎么办"]
    assert title_of(titles) == "桂香苑烧烤店油烟扰民"
    assert title_of([]) == "" and place_of([]) == ""


def test_new_words_are_found_without_a_dictionary():
    words = NewWords()
    chance = random.Random(1)
    around = "天地人你我他来去看说做买卖东南西北春夏秋冬山水火土金木"
    for _ in range(60):
        words.add(
            f"{chance.choice(around)}{chance.choice(around)}鸢跖坊{chance.choice(around)}{chance.choice(around)}"
        )
    for _ in range(800):
        words.add("".join(chance.choices(around, k=8)))
    found = [each.word for each in words.found()]
    assert found[0] == "鸢跖坊"
    assert "鸢跖" not in found and "跖坊" not in found


def test_new_words_keep_within_their_room():
    words = NewWords(room=500)
    chance = random.Random(3)
    for _ in range(400):
        words.add("鸢跖坊" + "".join(chr(0x4E00 + chance.randrange(3000)) for _ in range(12)))
    assert len(words._strings) <= 600
    assert words._strings["鸢跖坊"] > 100


def test_a_copy_about_another_place_founds_its_own_topic():
    title, content = MATTERS["smoke"]
    topics = Topics()
    for n, name in enumerate(("桂香苑", "松涛苑", "桂香苑", "松涛苑")):
        text = content.replace("桂香苑", name)
        topics.add(Message(str(n), title.replace("桂香苑", name), text, START))
    assert grouped(topics) == {frozenset("02"), frozenset("13")}


def test_a_line_of_a_megabyte_keeps_within_the_room_and_takes_no_more_for_each_letter():
    def read(eighths):
        words = NewWords(room=20_000)
        chance = random.Random(5)
        letters = "".join(chr(0x4E00 + chance.randrange(3000)) for _ in range(7_500 * eighths))
        line = letters + "路" * (2**15 * eighths)
        words.add(line)
        topics = Topics()
        topics.add(Message("a", line, line))
        assert len(words._strings) <= 21_000
        assert topics.found()[0].title

    assert_grows_in_step(read, 1)
