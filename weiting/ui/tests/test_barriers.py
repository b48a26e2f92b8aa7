"""The check that every page is put to sees barriers where there are some."""

import pytest
from playwright.sync_api import Page

from weiting.ui.tests.barriers import barriers

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HEAD = '<!doctype html><html lang="zh"><head><title>页</title></head><body>'
BROKEN = (
    f'{HEAD}<main><img src="data:,"><p style="color:#ccc">看不清</p><div style="width:900px">宽</div></main>'
)
FINE = f"{HEAD}<main><h1>停水</h1><p>八点停水。</p></main>"


def test_a_picture_without_words_pale_letters_and_a_wide_page_are_seen(page: Page) -> None:
    page.set_content(BROKEN)
    found = barriers(page, 1280, 375)
    assert [each.split(":")[1].strip() for each in found if each.startswith("1280")] == [
        "color-contrast",
        "image-alt",
    ]
    assert "375: wider than the screen" in found and "1280: wider than the screen" not in found
    assert page.viewport_size == {"width": 1280, "height": 800}


def test_only_the_part_asked_for_is_looked_at_and_a_good_page_has_none(page: Page) -> None:
    page.set_content(BROKEN)
    assert barriers(page, of="h2, p") != [] and barriers(page, of="div") == []
    page.set_content(FINE)
    assert barriers(page, habits=True) == []
