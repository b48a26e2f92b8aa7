"""Same matter: found in any order, told apart by the place, explained, and never a traceback."""

import random

import pytest
from hypothesis import given, settings, strategies as st

from weiting.text.command import main
from weiting.text.commands import duplicates, messages as reading
from weiting.text.places import NamePart, name_part
from weiting.text.same import Index, Message
from weiting.text.tests.growth import assert_grows_in_step

STORY = "楼下烧烤店每天油烟直排到楼上，家里不敢开窗，老人咳嗽不止，打过三次电话都没有人来处理。"
LIGHTS = "路灯坏了一个多月，晚上漆黑一片，放学的孩子走路很危险，请尽快修好。"
MINE = Message("a", "云溪市桂香苑小区烧烤店油烟扰民", f"我住在桂香苑小区，{STORY}")
COPY = Message("b", "桂香苑小区烧烤店油烟扰民严重", f"桂香苑小区，{STORY}请管一管。")
MOVED = Message("c", "云溪市松涛苑小区烧烤店油烟扰民", f"我住在松涛苑小区，{STORY}")


def index_of(*messages: Message) -> Index:
    index = Index()
    for message in messages:
        index.add(message)
    return index


def filler(count: int) -> list[Message]:
    chance = random.Random(4)
    words = (
        "公交 班次 图书馆 开放 学校 操场 暖气 供水 停车 垃圾 分类 宽带 噪音 医院 挂号 社保 养老 证明 办理".split()  # noqa: SIM905
    )
    return [
        Message(f"f{n}", "".join(chance.sample(words, 4)), "".join(chance.choices(words, k=40)))
        for n in range(count)
    ]


@given(st.permutations([MINE, COPY, Message("d", "解放大道路灯不亮", LIGHTS)]))
@settings(max_examples=12, deadline=None)
def test_a_pair_is_found_in_whatever_order_its_messages_come(order):
    index = index_of(*filler(30), *order)
    assert index.query(MINE)[0].id == "b"
    assert index.query(COPY)[0].id == "a"
    assert index.query(MINE)[0].same


def test_a_message_is_found_at_once_without_rebuilding():
    index = index_of(*filler(40))
    assert not [match for match in index.query(MINE) if match.same]
    index.add(COPY)
    assert [match.id for match in index.query(MINE) if match.same] == ["b"]


def test_a_copy_about_another_place_is_another_matter():
    matches = {match.id: match for match in index_of(*filler(60), COPY, MOVED).query(MINE)}
    assert matches["b"].same
    assert not matches["c"].same
    said = matches["c"].reasons[0].say(str)
    assert said.startswith("One is about") and "桂香苑小区" in said and "松涛苑小区" in said


@pytest.mark.parametrize("other", ["A5区", "B3区"])
def test_masked_areas_are_places_too(other):
    one = Message("a", "A3区图书馆什么时候延长开放时间", "A3区图书馆晚上六点就关门，下班的人没法去看书。")
    two = Message("b", one.title.replace("A3区", other), one.content.replace("A3区", other))
    match = index_of(*filler(80), two).query(one)[0]
    same = index_of(*filler(80), Message("b", one.title, one.content)).query(one)[0]
    assert match.id == "b" and match.sure < same.sure / 2


def test_the_reasons_name_words_and_place():
    said = [reason.say(str) for reason in index_of(*filler(30), COPY).query(MINE)[0].reasons]
    assert any("烧烤店" in text or "油烟" in text for text in said)
    assert "Both are about 桂香苑小区." in said


def test_unit_and_time_are_said_and_a_common_unit_makes_surer():
    here = Message("a", MINE.title, MINE.content, reading.moment("2026-03-01 10:00:00"), "城管局")
    there = Message("b", COPY.title, COPY.content[:40], reading.moment("2026-03-03"), "城管局")
    elsewhere = Message("b", there.title, there.content, reading.moment("2021-03-03"), "水务局")
    one, other = (index_of(*filler(30), each).query(here)[0] for each in (there, elsewhere))
    assert one.sure > other.sure
    assert {"Both were sent to 城管局.", "Both came within a week."} <= {
        each.say(str) for each in one.reasons
    }
    assert "More than a year lies between them." in {each.say(str) for each in other.reasons}


def test_a_citys_own_names_count_as_places():
    texts = [
        Message(name, f"{name}噪音大", f"{name}每天晚上噪音很大，睡不着觉，请来看看。")
        for name in ("大帽儿", "小榕树")
    ]
    bare, taught = Index(), Index(["大帽儿", "小榕树"])
    for index in (bare, taught):
        for message in [*filler(60), texts[1]]:
            index.add(message)
    assert taught.query(texts[0])[0].sure <= bare.query(texts[0])[0].sure


@given(st.text(max_size=300), st.text(max_size=600))
@settings(max_examples=150, deadline=None)
def test_any_text_gets_an_answer(title, content):
    index = index_of(MINE, Message("x", title, content))
    for match in index.query(Message("y", content[:50], title)):
        assert 0 <= match.sure <= 1
        assert all(reason.say() for reason in match.reasons)


@pytest.mark.parametrize(
    "text",
    ["", "一", "😀" * 50, "\ud800坏\udfff", "<p>&nbsp;</p>", "\0\u200b\ufeff", "A3区" * 99, "路" * 300],
)
def test_odd_texts_get_an_answer(text):
    index = index_of(Message("x", text, text), Message("y", text, text), MINE)
    assert len(index.query(Message("z", text, text))) <= 20


@pytest.mark.parametrize("piece", ["路", "A3区 ", " ", "云溪"])
def test_a_line_of_a_megabyte_takes_no_more_for_each_letter(piece):
    index = index_of(*filler(30))

    def read(size):
        text = piece * (size // len(piece))
        index.add(Message("x", text, text))
        index.query(Message("y", text, text))

    assert_grows_in_step(read, 2**17)


def test_the_command_writes_pairs_best_first(tmp_path):
    table = tmp_path / "in.csv"
    rows = [
        f"{m.id},{m.title},{m.content},2026/3/{n + 1} 9:05"
        for n, m in enumerate([MINE, COPY, MOVED, *filler(40)])
    ]
    table.write_text("编号,标题,content,time\n" + "\n".join(rows), encoding="gb18030")
    out = tmp_path / "out.csv"
    columns = "msg_id=编号,title=标题"
    assert main(["duplicates", str(table), str(out), "--columns", columns]) == 0
    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines[0] == ",".join(duplicates.HEADER)
    pair = next(line.split(",") for line in lines[1:] if set(line.split(",")[:2]) == {"a", "b"})
    assert pair[3] == "1" and "两件都" in pair[4]
    scores = [float(line.split(",")[2]) for line in lines[1:]]
    assert scores == sorted(scores, reverse=True)


def test_the_command_says_which_column_is_missing(tmp_path, capsys):
    table = tmp_path / "in.csv"
    table.write_text("msg_id,title\n1,停水", encoding="utf-8")
    assert main(["duplicates", str(table), str(tmp_path / "out.csv")]) == 2
    assert "content" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [("2019/1/2 3:04", "2019-01-02T03:04:00"), ("2019-01-02 03:04:05", "2019-01-02T03:04:05"),
     ("2019年1月2日", "2019-01-02T00:00:00"),
     ("昨天", None), ("2019-13-45", None), ("", None)],
)  # fmt: skip
def test_times_are_read_as_tables_write_them(text, said):
    moment = reading.moment(text)
    assert (moment.isoformat() if moment else None) == said


@pytest.mark.parametrize(
    ("word", "part"),
    [("看云路", NamePart.NAME), ("路", NamePart.ENDING), ("东路", NamePart.NAMED_ENDING),
     ("位于", NamePart.OUTSIDE), ("餐馆", NamePart.WORD)],
)  # fmt: skip
def test_words_have_their_part_in_the_name_of_a_place(word, part):
    assert name_part(word) is part
