"""The text of a post as HTML: what editors may write, and what nobody may."""

import pytest

from weiting.posts.prose import plain, prose_html


def test_paragraphs_line_breaks_lists_and_bold_are_kept() -> None:
    html = prose_html("一行\n两行\n\n## 怎么办\n\n- **带**身份证\n- 去窗口")
    assert "<p>一行<br" in html and "<h2>怎么办</h2>" in html and "<li><strong>带</strong>身份证</li>" in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "<javascript:alert(1)>",
        "![x](https://example.com/track.gif)",
    ],
)
def test_nothing_typed_becomes_live(text: str) -> None:
    html = prose_html(text)
    assert "<script" not in html and "<img" not in html and 'href="javascript' not in html


def test_bare_address_becomes_a_link_without_the_full_stop() -> None:
    assert '<a href="https://a.gov.cn/b?c=1"' in prose_html("见 https://a.gov.cn/b?c=1。")


def test_plain_text_has_no_marks() -> None:
    assert plain("## 怎么办\n**带**[身份证](https://a.cn)") == "怎么办\n带身份证"
