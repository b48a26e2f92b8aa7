"""Texts are found in code and templates, and a gap in the translations is named."""

from pathlib import Path

import polib
import pytest

from config import messages


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(messages, "PACKAGE", tmp_path)
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    (tmp_path / "shop" / "templates" / "shop").mkdir(parents=True)
    (tmp_path / "shop" / "__init__.py").write_text("")
    (tmp_path / "shop" / "errors.py").write_text(
        "from django.utils.translation import gettext as _, ngettext\n"
        "A = _('Closed until %(day)s.')\nB = ngettext('%(n)d shop', '%(n)d shops', 2)\n"
    )
    (tmp_path / "shop" / "templates" / "shop" / "page.html").write_text(
        "{% load i18n %}\n  <p title=\"{% translate 'Open' context 'door' %}\">\n"
        "\t{% blocktranslate trimmed %}Dear {{ name }},\n   come in.{% endblocktranslate %}</p>\n"
    )
    return "shop"


def test_texts_of_code_and_templates_are_found(module: str) -> None:
    assert set(messages.texts(module)) == {
        (None, "Closed until %(day)s."),
        (None, "%(n)d shop"),
        ("door", "Open"),
        (None, "Dear %(name)s, come in."),
    }


def test_update_keeps_what_is_translated(module: str) -> None:
    messages.update(module)
    po = messages.read(messages.catalogue(module))
    po.find("Open", msgctxt="door").msgstr = "开着"
    po.save(str(messages.catalogue(module)))
    messages.update(module)
    assert messages.read(messages.catalogue(module)).find("Open", msgctxt="door").msgstr == "开着"


def test_every_gap_is_named(module: str) -> None:
    assert len(messages.faults(module)) == 4
    messages.update(module)
    po = messages.read(messages.catalogue(module))
    po.find("Closed until %(day)s.").msgstr = "关着。"
    po.find("Dear %(name)s, come in.").flags.append("fuzzy")
    po.append(polib.POEntry(msgid="Gone", msgstr="没了"))
    po.save(str(messages.catalogue(module)))
    assert messages.faults(module) == [
        "shop: lacks %(day)s: 'Closed until %(day)s.'",
        "shop: no longer used: 'Gone'",
        "shop: not translated: '%(n)d shop'",
        "shop: not translated: 'Open'",
        "shop: to be looked at again (fuzzy): 'Dear %(name)s, come in.'",
    ]


def test_traditional_catalogue_is_made_from_the_simplified_one(module: str) -> None:
    messages.update(module)
    po = messages.read(messages.catalogue(module))
    po.find("Open", msgctxt="door").msgstr = "为群众开着，在这里"
    po.save(str(messages.catalogue(module)))
    assert messages.stale() == ["shop"]
    messages.compile_all(["shop"])
    assert messages.stale() == []
    mo = polib.mofile(str(messages.catalogue(module, "zh_Hant").with_suffix(".mo")))
    assert mo.find("Open", msgctxt="door").msgstr == "為群眾開著，在這裡"


def test_two_modules_that_translate_one_text_differently_are_named(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = polib.POFile(), polib.POFile()
    first.append(polib.POEntry(msgid="Open", msgstr="开着"))
    second.append(polib.POEntry(msgid="Open", msgstr="打开"))
    monkeypatch.setattr(
        messages, "read", {messages.catalogue("a"): first, messages.catalogue("b"): second}.get
    )
    assert messages.clashes(["a", "b"]) == ["a and b differ: 'Open'"]
    second[0].msgstr = "开着"
    assert messages.clashes(["a", "b"]) == []
