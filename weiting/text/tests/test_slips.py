"""Misprints: every rule keeps its word, better wordings fit in place, nothing a person types stops the check."""

from datetime import date

import pytest
from hypothesis import given, settings, strategies as st

from weiting.text.finding import apply
from weiting.text.slips import RULES, Lexicon, check, default
from weiting.text.slips.ngrams import EDGE, ngrams
from weiting.text.tests.growth import assert_grows_in_step

WRITTEN = date(2026, 11, 22)


def found(text: str, written: date | None = WRITTEN) -> dict[str, str]:
    """Rule → words."""
    return {each.rule: each.words for each in check(text, written=written)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_a_rule_finds_its_bad_example(rule):
    assert rule.key in found(rule.bad)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_a_good_example_is_left_alone(rule):
    assert found(rule.good) == {}


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("中华人民共合国成立。", "中华人民共和国"),
        ("中华人民大和国宪法。", "中华人民共和国"),
        ("中共人民共和国宪法。", "中华人民共和国"),
        ("云溪市攻府通知。", "政府"),
        ("云溪市防汛领导小姐召开会议。", "领导小组"),
        ("齐齐哈市发布通知。", "齐齐哈尔市"),
        ("严禁焚烧秸杆。", "秸秆"),
        ("扫黑险恶专项斗争。", "扫黑除恶"),
        ("社会主义核新价值观宣传周。", "社会主义核心价值观"),
        ("依据道路交安全法处理。", "道路交通安全法"),
        ("依据《道路交通全安法》处理。", "道路交通安全法"),
        ("截止11月20日，共受理12件。", "截至"),
    ],
)
def test_a_real_case_is_found_with_the_right_form(text, right):
    better = {words for each in check(text) for words in each.better}
    assert any(right in words for words in better)


@pytest.mark.parametrize(
    "text",
    [
        "原因该公司已说明。",
        "以经济建设为中心。",
        "商洛实际情况。",
        "在校大中专学生参保。",
        "身份证、居住证在窗口办理。",
        "本次停水从22:00-6:00。",
        "请于11月30日（星期一）前报名。",
        "全市共有55户，其中城东30户、城西15户、其余在城南。",
        "上海海事局、为了了解情况、植被被烧毁。",
        "安全产品合格，人民医院开诊。",
        "大家高高兴兴地来，看看热热闹闹的灯会。",
        "1）带身份证；2）带户口簿。",
        "比分25:19，比例3:100。",
    ],
)
def test_what_is_right_is_left_alone(text):
    assert found(text) == {}


def test_the_better_wording_fits_in_place():
    text = "定于2026年11月25日（星期四）停水，约300户左右受影响。"
    for each in reversed(check(text, written=WRITTEN)):
        text = apply(text, each)
    assert text == "定于2026年11月25日（星期三）停水，约300户受影响。"


def test_a_weekday_without_a_year_is_held_against_the_day_of_the_text():
    assert "slips.weekday" in found("11月25日（周四）停水。")
    assert "slips.weekday" not in found("11月25日（周四）停水。", written=None)


def test_in_november_a_day_in_january_is_of_the_next_year():
    assert "slips.weekday" not in found("1月6日（周三）开学。")


@settings(max_examples=80, deadline=None)
@given(
    st.text(alphabet=st.characters(), max_size=200)
    | st.text("的了《》（）“”共和国政府1234567890年月日:,，。其中%户、\u200b\ud800", max_size=120)
)
def test_any_text_gets_an_answer(text):
    for each in check(text, written=WRITTEN):
        assert text[each.start : each.end] == each.words
        assert each.rule in {rule.key for rule in RULES}


@pytest.mark.parametrize(
    "piece", ["中华人民", "《", "“", "的", "1", "其中1户、", "12月1日至", "政府攻府", "进行", "约1"]
)
def test_a_long_run_of_anything_takes_no_more_for_each_letter(piece):
    assert_grows_in_step(lambda size: check(piece * (size // len(piece)), written=WRITTEN), 6_000)


def test_a_city_adds_its_own_words_and_names(tmp_path):
    own = tmp_path / "own.csv"
    own.write_text("wrong,right,reason,source\n云西市,云溪市,市名,本市\n", encoding="utf-8")
    names = tmp_path / "own.txt"
    names.write_text("# ours\n云溪市青岚街道办事处 云溪市供水集团\n", encoding="utf-8")
    lexicon = default() + Lexicon.load([own, names])
    assert [each.better for each in check("云西市今日发布。", lexicon)] == [("云溪市",)]
    assert [each.better for each in check("云溪市供水集困消息。", lexicon)] == [("云溪市供水集团",)]


def test_a_name_of_the_city_is_no_slip_whatever_the_list_says(tmp_path):
    names = tmp_path / "own.txt"
    names.write_text("帐号村\n", encoding="utf-8")
    other = tmp_path / "more.txt"
    other.write_text("帐号\n", encoding="utf-8")
    assert check("帐号", default() + Lexicon.load([names, other])) == []


def test_a_line_at_fault_is_named_and_the_others_count(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("云西市,云溪市\n只有一个\n市,区\n同样,同样\n云奚市;云溪市;市名\n", encoding="utf-8")
    lexicon = Lexicon.load([file, tmp_path / "missing.csv"])
    assert [each.words for each in lexicon.wrong] == ["云西市", "云奚市"]
    assert [(each.path, each.line) for each in lexicon.problems] == [
        ("own.csv", 2), ("own.csv", 3), ("own.csv", 4), ("missing.csv", 0),
    ]  # fmt: skip


def test_the_shipped_lexicon_has_no_problem_and_no_right_form_that_is_wrong():
    lexicon = default()
    assert lexicon.problems == ()
    wrong = {each.words for each in lexicon.wrong if not each.digit and not each.but}
    for each in lexicon.wrong:
        assert not wrong & set(each.right), each
    assert len(lexicon.wrong) >= 300


@pytest.mark.parametrize("pair", ["政府", "人民", "居民", "停水", "通知", "小组"])
def test_the_quick_look_misses_no_pair_that_was_counted(pair):
    model = ngrams()
    first, second = model.codes(pair)
    assert model.pair(first, second) > 0
    assert model.between(first, EDGE) >> second & 1
    assert model.between(EDGE, second) >> first & 1
