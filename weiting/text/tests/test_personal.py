"""Personal data: every rule with its examples, every writing of a number, and masking that keeps its promises."""

import io
import json
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from weiting.text import personal
from weiting.text.command import main
from weiting.text.personal.identity import check_character, is_identity_number, is_organisation_code
from weiting.text.rules_page import filled
from weiting.text.tests.growth import assert_grows_in_step

IDENTITY = "110101199003070097"
ALL = "0123456789"
HAN = "〇一二三四五六七八九"
FULL = "０１２３４５６７８９"


def rules_of(text, **given):
    return [each.rule.partition(".")[2] for each in personal.check(text, **given)]


@pytest.mark.parametrize("rule", personal.RULES, ids=lambda rule: rule.key)
def test_the_bad_example_is_found_by_its_rule_and_the_good_one_is_left_alone(rule):
    found = [each for each in personal.check(rule.bad) if each.rule == rule.key]
    assert found
    assert found[0].severity == rule.severity
    assert rule.key not in {each.rule for each in personal.check(rule.good)}
    assert personal.check(personal.mask(rule.bad)) == []


@pytest.mark.parametrize(
    "text",
    [
        IDENTITY,
        "11010519491231002X",
        "11010519491231002x",
        "110101 19900307 0097",
        "110101-19900307-0097",
        "1101 0119 9003 0700 97",
        "１１０１０１１９９００３０７００９７",
        "一一〇一〇一一九九〇〇三〇七〇〇九七",
        "壹壹零壹零壹壹玖玖零零叁零柒零零玖柒",
        "1\u200b10101199003070097",
        "1️⃣1️⃣0️⃣1️⃣0️⃣1️⃣1️⃣9️⃣9️⃣0️⃣0️⃣3️⃣0️⃣7️⃣0️⃣0️⃣9️⃣7️⃣",
        "张三110101199003070097李四",
        "电话13800138000身份证110101199003070097",
        "13 110101199003070097",
    ],
)
def test_an_identity_number_is_found_in_every_writing(text):
    assert "identity" in rules_of(f"申请人{text}。")


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "1380-013-8000",
        "138001 38000",
        "13800 138000",
        "+8613800138000",
        "+86 138 0013 8000",
        "(+86)13800138000",
        "013800138000",
        "１３８００１３８０００",
        "一三八零零一三八零零零",
        "幺三八零零幺三八零零零",
        "1 3 8 0 0 1 3 8 0 0 0",
        "1-3-8-0-0-1-3-8-0-0-0",
        "一三八 零零一三 八零零零",
        "138.0013.8000",
        "⑴③⑧⓪⓪①③⑧⓪⓪⓪",
    ],
)
def test_a_mobile_number_is_found_in_every_writing(text):
    assert rules_of(f"请找张三，{text}") == ["mobile"]


def test_a_number_may_stand_right_behind_a_name():
    assert rules_of("张三一三八零零一三八零零零") == ["mobile"]
    assert rules_of("张三13800138000") == ["mobile"]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13800138000找我", "电话138****8000找我"),
        ("身份证 110101 19900307 0097", "身份证 110101 ******** 0097"),
        (
            "我叫王小明，家住云溪市东湖区湖滨路88号翠苑3栋2单元501室，请回电。",
            "我叫王小明，家住云溪市东湖区湖滨路***，请回电。",
        ),
        ("家住青山镇石桥村五组12号", "家住青山镇石桥村***"),
        ("家住青山镇石桥村五组", "家住青山镇石桥村**"),
        ("邮箱a@example.com", "邮箱*@example.com"),
        ("家里电话：8234 5678", "家里电话：8234 ****"),
    ],
)
def test_a_masked_sentence_can_still_be_read(text, masked):
    assert personal.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "138****8000",
        "138xxxx8000",
        "138××××8000",
        "110101********0097",
        "110***********0097",
        "1380013****",
        "王某某，0999-823****",
        "w***@example.com",
        "张某某（身份证尾号0097）",
        "云A***00",
    ],
)
def test_what_is_masked_already_is_left_alone(text):
    assert rules_of(f"投诉人{text}反映") == []


@pytest.mark.parametrize(
    "number", ["0999-8234567", "09998234567", "8234567", "0999 823 4567", "+86 0999-8234567"]
)
def test_the_citys_own_numbers_are_public_in_every_writing(number):
    text = "我家里的电话：0999-8234567，手机：138 0013 8000。"
    assert rules_of(text) == ["landline", "mobile"]
    assert rules_of(text, public_numbers={number, "138-0013-8000"}) == []


def test_the_citys_own_mailbox_is_public():
    assert rules_of("请写信到 wang@example.com") == ["mailbox"]
    assert rules_of("请写信到 wang@example.com", public_mailboxes=["Wang@Example.com"]) == []


@pytest.mark.parametrize(
    "text",
    [
        "先打13812345678，再打13900000000",
        "我投诉惠民公司，电话13800138000",
        "13800138000年底前有效",
        "手机l38OO138ooo",
        "（住石桥村五组12号）",
    ],
)
def test_what_stands_near_does_not_hide_a_number(text):
    assert personal.check(text)[-1].end >= len(text) - 5


@pytest.mark.parametrize(
    "text",
    [
        "云溪市供水公司 联系电话：13800138000",
        "联系人张三，电话：400 820 8820",
        "公众号（微信号：yunxi000）",
        "交流群QQ：100000001",
        "https://yunxi.example.com/Vxabc123",
        "12栋460户居民",
        "3栋三室两厅",
        "厂区宿舍一楼 214 人",
        "接送学生和家长遇到事故",
        "女大学生王小明（20岁）车祸受伤",
    ],
)
def test_what_only_looks_personal_is_left_alone(text):
    assert rules_of(text) == []


def test_a_list_is_read_by_the_heads_of_its_columns():
    head = "|姓名|家庭住址|座机|\n|---|---|---|\n"
    text = head + "|王小明|石桥村五组|8234567|\n|李红|东园村二组|8234568|\n|赵军|南岭村一组|8234569|"
    found = personal.check(text)
    assert (
        next(each for each in found if each.rule == "personal.list").why.facts["columns"]
        == "姓名、家庭住址、座机"
    )
    assert personal.mask(text).splitlines()[2] == "|王某某|石桥村**|823****|"


def test_a_name_spaced_to_fit_its_column_is_one_name():
    text = "姓名　手机\n李　红　13800138000\n王小明　13800138001\n赵　军　13800138002"
    assert personal.mask(text).splitlines()[1] == "李　某　138****8000"


def test_children_of_one_case_can_be_told_apart_wherever_they_are_named():
    text = "警方通报：小学生王小明（10岁）被同学李强（11岁）打伤，王小明已送医，李强被训诫。"
    assert (
        personal.mask(text) == "警方通报：小学生小甲（10岁）被同学小乙（11岁）打伤，小甲已送医，小乙被训诫。"
    )


def test_a_search_for_a_missing_child_keeps_its_name():
    assert rules_of("寻人启事：男孩王小明（10岁）走失，民警正在寻找。") == []


def test_a_list_says_how_many_rows_and_which_columns():
    text = (
        "姓名,身份证号,金额\n王小明,110101199003070097,500\n李红,110101900307009,600\n"
        "赵小军,无,300\n钱多多,11010519491231002X,1"
    )
    found = personal.check(text)
    whole = next(each for each in found if each.rule == "personal.list")
    assert whole.why.facts == {"rows": 4, "columns": "姓名、身份证号"}
    assert whole.why.say() == "这是一份 4 人的名单，发布前请给这几列打码：姓名、身份证号。"
    assert personal.mask(text).splitlines()[1:3] == [
        "王某某,110101********0097,500",
        "李某,110101*****7009,600",
    ]


def test_an_organisations_code_is_nobodys():
    assert is_organisation_code("91110101MA00000G1Q")
    assert rules_of("统一社会信用代码：91110101MA00000G1Q，身份证类") == []


def test_metadata_is_looked_through():
    found = personal.check_metadata(
        {
            "GPSLatitude": 30.12,
            "Artist": b"Wang\0",
            "Title": "手机13800138000",
            "Software": "Weiting",
            "Model": None,
        }
    )
    assert {key: [each.rule for each in value] for key, value in found.items()} == {
        "GPSLatitude": ["personal.location"],
        "Artist": ["personal.owner"],
        "Title": ["personal.mobile"],
    }


def test_metadata_rules_keep_their_examples():
    for rule in personal.METADATA_RULES:
        assert personal.check_metadata(dict([rule.bad.split(": ")]))
        assert not personal.check_metadata(dict([rule.good.split(": ")]))


# --- properties ----------------------------------------------------------------------------------------------------


@st.composite
def identity_numbers(draw):
    first = draw(st.sampled_from(["110101", "330106", "440305", "650102", "810000"]))
    born = draw(
        st.dates(
            min_value=date(1900, 1, 1),
            max_value=date(2025, 1, 1),
        )
    )
    number = f"{first}{born:%Y%m%d}{draw(st.integers(0, 999)):03}"
    return number + check_character(number)


@st.composite
def written(draw, number):
    digits = draw(st.sampled_from([ALL, HAN, FULL, "零壹贰叁肆伍陆柒捌玖"]))
    sign = draw(st.sampled_from(["", " ", "-", "\u200b", "\u3000", "·", "  "]))
    every = draw(st.sampled_from([1, 2, 3, 4, 6, 20]))
    spelled = number.translate(str.maketrans(ALL, digits))
    return sign.join(spelled[at : at + every] for at in range(0, len(spelled), every))


@given(st.data())
def test_every_valid_identity_number_is_found_in_any_writing(data):
    number = data.draw(identity_numbers())
    text = data.draw(st.sampled_from(["", "证件：", "王小明", "a", "。", "联系人 "])) + data.draw(
        written(number)
    )
    assert is_identity_number(number)
    assert "identity" in rules_of(text)


PARTS = (
    f"{IDENTITY}|13800138000|138 0013 8000|0999-8234567|身份证|电话|家住|石桥村|五组|湖滨路|88号|3栋|2单元|501室"
    "|王小明|小学生|10岁|报警|6200000000000000000|卡号|云A00A00|a@example.com|微信|wxm000|QQ|10000"
    "|，|。| |\n|\t|姓名|500元|护照E00000000|*|****|1|-|尾号|0097|（|）|咨询电话|公司|李红|一|零|学号|@|\u200b|\ud800"
)
PIECES = st.sampled_from(PARTS.split("|"))
TEXTS = st.one_of(st.lists(PIECES, max_size=24).map("".join), st.text(max_size=200))


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_masking_again_changes_nothing_and_nothing_is_left_to_find(text):
    done = personal.mask(text)
    assert personal.mask(done) == done
    assert personal.check(done) == []


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_findings_are_where_they_say_and_masks_are_never_longer(text):
    at = 0
    for each in personal.check(text):
        assert text[each.start : each.end] == each.words
        assert 0 <= each.start < each.end <= len(text)
        if each.better:
            assert each.start >= at
            at = each.end
            assert len(each.better[0]) <= len(each.words)
            assert each.better[0] != each.words


HOSTILE = (
    *(
        "1",
        "1 ",
        "一",
        "13800138000，",
        "a@",
        "a.",
        "家住",
        "3栋2单元",
        "报警小学生王",
        "王小明 13800138000\n",
    ),
    *(
        "11010119900307009",
        "(",
        "http://a",
        "微信：",
        "报警10岁",
        " ",
        "\u200b",
        "88号",
        "G1",
        "微信号abcdef1 http://a.cn/13800138000 ",
    ),
)


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.slow
def test_a_hostile_megabyte_takes_no_more_for_each_letter(piece):
    assert_grows_in_step(lambda size: personal.check(piece * (size // len(piece))), 125_000)


# --- the command ---------------------------------------------------------------------------------------------------


def test_the_command_prints_the_masked_text(tmp_path, capsys):
    path = tmp_path / "letter.txt"
    path.write_text("手机13800138000", encoding="gb18030")
    assert main(["mask", str(path)]) == 0
    assert capsys.readouterr().out == "手机138****8000"


def test_the_command_says_what_was_masked_and_never_the_words(monkeypatch, capsys):
    stdin = io.TextIOWrapper(io.BytesIO(f"手机13800138000，身份证{IDENTITY}".encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert main(["mask", "-", "--json"]) == 0
    said = capsys.readouterr().out
    told = json.loads(said)
    assert told["kinds"] == {"personal.mobile": 1, "personal.identity": 1}
    assert told["masked"][0]["mask"] == "138****8000"
    assert IDENTITY not in said
    assert "13800138000" not in said


def test_the_command_takes_a_list_of_public_numbers(tmp_path, capsys):
    letter, public = tmp_path / "letter.txt", tmp_path / "public.txt"
    letter.write_text("手机13800138000", encoding="utf-8")
    public.write_text("138 0013 8000\n", encoding="utf-8")
    assert main(["mask", str(letter), "--public", str(public)]) == 0
    assert capsys.readouterr().out == "手机13800138000"


def test_the_command_says_what_can_be_mended(capsys):
    assert main(["mask", "nowhere.txt"]) == 2
    assert "nowhere.txt" in capsys.readouterr().err


def test_the_page_holds_the_rules_as_they_are():
    page = (Path(__file__).parents[3] / "docs/reference/text/personal.md").read_text(encoding="utf-8")
    assert filled(page) == page
    assert all(f"`{rule.key}`" in page for rule in personal.RULES)
