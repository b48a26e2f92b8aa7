"""The seal is drawn from any short name, is readable on any colour and passes a strict policy."""

from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.utils import translation

from weiting.ui import seal

SVG = "{http://www.w3.org/2000/svg}"


def _rows(drawn: str) -> list[str]:
    return [str(node.text) for node in ElementTree.fromstring(drawn).iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("印", ["印"]),
        ("云溪", ["云溪"]),
        ("东园街", ["东园", "街"]),
        ("市医保局", ["市医", "保局"]),
        ("EPB", ["EPB"]),
    ],
)
def test_characters_stand_in_their_rows(name: str, rows: list[str]) -> None:
    assert _rows(seal.draw(name)) == rows


def test_long_names_keep_their_first_four_characters() -> None:
    assert _rows(seal.draw("云溪市 供水（集团）")) == ["云溪", "市供"]


def test_an_empty_name_still_gives_a_seal() -> None:
    assert _rows(seal.draw("")) == ["印"]


@pytest.mark.parametrize("colour", ["#ffff00", "#fff", "#b4322a", "blue", "no colour", None])
def test_white_can_be_read_on_any_colour(colour: str | None) -> None:
    assert seal.contrast(seal.background(colour), "#ffffff") >= 4.5


def test_a_dark_enough_colour_is_kept() -> None:
    assert seal.background("#2B4C7E") == "#2b4c7e"


def test_seal_has_a_double_border_and_no_style() -> None:
    drawn = seal.draw("云溪")
    assert drawn.count("<rect") == 3
    assert "style" not in drawn


def test_seal_says_its_name() -> None:
    with translation.override("en"):
        assert 'aria-label="Seal of 云溪"' in seal.draw("云溪")


def test_seal_beside_the_name_is_silent() -> None:
    assert 'aria-hidden="true"' in seal.draw("云溪", label="")


def test_names_cannot_bring_markup() -> None:
    assert "<a" not in seal.draw("<a>x", label="<script>")


def test_tag_takes_a_unit() -> None:
    unit = SimpleNamespace(seal_text="供水", short_name="云溪供水", color="#1a6d52")
    with translation.override("zh-hans"):
        drawn = Template("{% load ui %}{% seal unit size=30 %}").render(Context({"unit": unit}))
    assert _rows(drawn) == ["供水"]
    assert 'fill="#1a6d52"' in drawn
    assert "云溪供水" in drawn
    assert 'width="30"' in drawn
