"""The base pages keep the strict policy by construction, and each drawing is sound."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from weiting.ui import icons

HERE = Path(__file__).parents[1]
# Mail programs know no style sheets; their attributes are HTML's own.
PAGES = sorted((HERE / "templates").rglob("*.html"))
MODULES = sorted((HERE / "static/ui/js").glob("*.js"))
SHEETS = sorted((HERE / "static/ui/css").rglob("*.css"))


def test_pages_have_no_inline_style_or_script() -> None:
    forbidden = re.compile(r"\sstyle=|<style|<script(?![^>]*\bsrc=)|\son[a-z]+=|javascript:", re.IGNORECASE)
    assert not {page.name: found[0] for page in PAGES if (found := forbidden.search(page.read_text()))}


def test_pages_fetch_nothing_from_outside() -> None:
    outside = re.compile(r"""(?:src|href)=["'](?:https?:)?//""")
    assert not [page.name for page in PAGES if outside.search(page.read_text())]
    assert not [sheet.name for sheet in SHEETS if re.search(r"url\(|@import", sheet.read_text())]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_modules_are_small_and_evaluate_nothing(module: Path) -> None:
    text = module.read_text()
    assert text.startswith("// ")
    assert len(text.splitlines()) <= 80
    assert not re.search(r"\beval\(|new Function|innerHTML|\.style\b", text)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.stem)
def test_sheets_are_layered_and_short(sheet: Path) -> None:
    text = sheet.read_text()
    assert text.startswith("/*")
    assert "@layer" in text
    assert len(text.splitlines()) <= 250


@pytest.mark.parametrize("name", icons.PATHS)
def test_icons_are_sound(name: str) -> None:
    ElementTree.fromstring(icons.draw(name, label="x"))
