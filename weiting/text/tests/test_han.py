"""Conversions of Chinese text keep what is promised of them."""

from hypothesis import given, strategies as st

from weiting.text import han, segment


def test_scripts_convert_both_ways() -> None:
    assert han.to_hans("發佈廳與公積金") == "发布厅与公积金"
    assert han.to_hant("为了里面的群众") == "為了裏面的羣眾"


def test_pinyin_knows_words_with_several_readings() -> None:
    assert han.pinyin("重庆行长 2021") == "chong qing hang zhang 2021"
    assert han.initials("公积金") == "gjj"


def test_slugs_are_plain_and_stable() -> None:
    assert (
        han.slug("關於 2021 年公积金的通知（第3号）") == "guan-yu-2021-nian-gong-ji-jin-de-tong-zhi-di-3-hao"
    )
    assert han.slug("！？") == ""
    assert han.slug("绿") == "lv"


@given(st.text(max_size=200))
def test_a_slug_fits_an_address(text: str) -> None:
    slug = han.slug(text, length=20)
    assert slug.isascii() and len(slug) <= 20
    assert not slug.startswith("-") and not slug.endswith("-")


@given(st.text(alphabet="住房公积金微信公众号街道办a1 ，", max_size=40))
def test_cut_words_joined_are_the_text(text: str) -> None:
    assert "".join(segment.cut(text)) == text


def test_the_words_of_government_stay_whole() -> None:
    assert segment.cut("微信公众号和街道办接诉即办") == ["微信", "公众号", "和", "街道办", "接诉即办"]
    assert {"公积金", "住房公积金"} <= set(segment.search_tokens("住房公积金"))
    assert len(segment.terms()) > 400
