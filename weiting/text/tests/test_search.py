"""A text is found by every word in it, in either script, by pinyin and with slips, and by nothing else."""

import re

import pytest
from hypothesis import given, settings, strategies as st

from weiting.text import fold, han
from weiting.text.search import highlight, index_terms, query_terms, to_tsvector_literal
from weiting.text.tests.matcher import document, matches
from weiting.text.tests.texts import NOTICES

LATIN = f"(?:[-./:@'+_]|[^\\W{fold.CJK}])+"
NOTICE = {
    "A": "住房公积金提取新规解读",
    "D": "市民可通过微信公众号预约，咨询电话0571-8888 6666，2021年5月1日起施行。详见 Weibo。",
}


def found(q: str, parts: dict[str, str] | None = None) -> bool:
    return matches(document(to_tsvector_literal(parts or NOTICE)), query_terms(q).node)


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_any_stretch_of_a_text_finds_it(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(NOTICES))
    start = data.draw(st.integers(0, len(text) - 2))
    stretch = text[start : start + data.draw(st.integers(2, 24))]
    # Latin words and numbers are found whole or by their beginning, not from their middle.
    stretch = re.sub(f"^{LATIN}|{LATIN}$", "", stretch)
    query = query_terms(re.sub("[-－]", " ", stretch))
    held = document(to_tsvector_literal({"D": text}))
    if query:
        assert matches(held, query.node), query.to_tsquery()
    script = query_terms(han.to_hant(query.typed))
    assert not query or matches(held, script.node), script.to_tsquery()


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_any_quoted_stretch_finds_its_text(data: st.DataObject) -> None:
    text = data.draw(
        st.sampled_from([run for text in NOTICES for run in re.findall(r"[\u4e00-\u9fff]{2,}", text)])
    )
    start = data.draw(st.integers(0, len(text) - 2))
    stretch = text[start : start + data.draw(st.integers(2, 24))]
    assert found(f'"{stretch}"', {"D": f"前文，{text}，后文"})


FINDING = """
公积金|公積金|积金|提取 住房|住房公积金提取|提取公积金|公|規|怎么提取公积金|电|新规　解读|微信公众号
gongjijin|gjj|gong ji jin|GongJiJin|gongji|zhufanggongjijin|zhufang gongjijin|g j j|gongzhonghao|gzh
公鸡金|公鸡金提取|公基金|0571-88886666|0571 8888 6666|057188886666|05718888|8888
2021|2021年|2021 年|5月1日|２０２１年５月|weibo|WEI|ｗｅｉｂｏ
"住房公积金"|“提取新规解读”|「公众号预约」|"5月1日起"|公积金 -贷款|公积金 -“新规定”
"""
NOT_FINDING = """
社保卡|金公|公积金 贷款|"公积金新规"|"公众号 起施行"|公积金 -提取|公积金 -“提取新规”|养老
shebao|sbk|2022年|6月|，。！|-|-公积金|""|bo|'|\\
"""


@pytest.mark.parametrize("q", [q for line in FINDING.split("\n") for q in line.split("|") if q])
def test_people_find_the_notice_by(q: str) -> None:
    assert found(q), query_terms(q).to_tsquery()


@pytest.mark.parametrize("q", ["", "  ", *(q for line in NOT_FINDING.split("\n") for q in line.split("|"))])
def test_people_do_not_find_the_notice_by(q: str) -> None:
    assert not found(q), query_terms(q).to_tsquery()


def test_letter_spaced_and_broken_headings_are_found() -> None:
    assert found("通知公告", {"A": "通  知\n公 告"})


def test_the_last_latin_word_may_be_unfinished() -> None:
    assert found("weibo hea", {"D": "Weibo headline"})
    assert not found("wei headline", {"D": "Weibo headline"})


def test_pinyin_may_be_typed_with_its_two_dots() -> None:
    assert found("nüxing", {"A": "女性健康"}) and found("nvxing", {"A": "女性健康"})


def test_phone_numbers_are_found_with_and_without_dashes() -> None:
    for written in ("请拨0571-12345678。", "请拨057112345678。", "请拨0571 1234 5678。"):
        assert found("057112345678", {"D": written})
        assert found("0571-12345678", {"D": written})
        assert found("0571 12345678", {"D": written})


def test_a_number_is_found_with_its_unit_however_spaced() -> None:
    assert found("5月", {"D": "5 月起"}) and found("5 月", {"D": "5月起"})
    assert not found("5月", {"D": "5日起，15月"})


def test_a_phrase_does_not_run_from_title_into_body() -> None:
    assert not found('"甲乙 丙丁"', {"A": "甲乙", "D": "丙丁"})


def test_pinyin_of_a_body_covers_only_the_terms() -> None:
    terms = index_terms("市民热线和苹果树")
    assert "~shiminrexian" in terms and "~pingguo" not in terms
    assert "~pingguo" in index_terms("苹果", "A")


def test_long_texts_stay_within_the_bounds_of_postgresql() -> None:
    text = "".join(chr(0x4E00 + (n * 7919) % 20_000) for n in range(300_000))
    literal = to_tsvector_literal({"D": text})
    assert max(place for held in document(literal).values() for place in held) <= 16_383
    assert sum(len(term.encode()) + 2 * len(held) + 4 for term, held in document(literal).items()) < 1_000_000
    assert max(map(len, index_terms("a" * 5000))) <= 64
    assert found("a" * 5000, {"D": "a" * 5000})


@given(st.text(max_size=120))
@settings(deadline=None)
def test_no_query_breaks_out_of_its_quotes(q: str) -> None:
    spelled = query_terms(q).to_tsquery()
    bare = re.sub(r"'(?:[^'\\]|''|\\\\)*'(?::\*)?", "", spelled)
    assert re.fullmatch(r"[()&|! ]*(?:<\d+>[()&|! ]*)*", bare), spelled


@given(st.text(max_size=120))
def test_aligned_folding_leads_back_to_the_original(text: str) -> None:
    folded, places = fold.fold_aligned(text)
    assert len(places) == len(folded)
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)


@pytest.mark.parametrize("q", ["公积金", "公積金", "gongjijin", "gjj", "gong ji jin", "公鸡金", '"公积金"'])
@pytest.mark.parametrize("text", ["市民提取公积金。", "市民提取公積金。", "市民提取公 積金。"])
def test_what_was_found_is_marked_in_its_own_spelling(q: str, text: str) -> None:
    marked = [part for part, is_marked in highlight(text, query_terms(q)) if is_marked]
    assert marked == [text[4:-1]]


def test_a_snippet_is_cut_around_what_was_found() -> None:
    parts = highlight("序言" * 200 + "。公积金提取" + "尾声" * 200, query_terms("公积金"), length=60)
    text = "".join(part for part, _ in parts)
    assert text.startswith("…公积金") and text.endswith("…") and len(text) == 62


@given(
    st.text(alphabet="公积金提取ABｃ㎡é́ \n<>&", max_size=80),
    st.sampled_from(["公积金", "ab", "gjj", "m2", "公 -金"]),
)
@settings(deadline=None)
def test_parts_joined_are_a_stretch_of_the_text(text: str, q: str) -> None:
    assert "".join(part for part, _ in highlight(text, query_terms(q))) == text
