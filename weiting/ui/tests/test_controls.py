"""Controls are written to the letter as Django's templates write them: escaped, grouped, chosen, closed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from weiting.ui.controls import WRITTEN, Renderer

ODD = "<b>\"供水\" & '排水'</b>"
CHOICES: list[Any] = [
    ("", "—"),
    (1, "一"),
    (1234567, 1234567),
    (Decimal("1.50"), Decimal("1.50")),
    (ODD, ODD),
    ("safe", mark_safe("<i>安全</i>")),
    ("lazy", gettext_lazy("Yes")),
    (ODD, [("inner", "里面"), ("two", ODD)]),
    ("empty group", []),
]


class Closed(forms.Select):
    """A select in which one option cannot be chosen and another carries a note."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        made = super().create_option(name, value, *args, **kwargs)
        if value == "inner":
            made["attrs"] |= {"disabled": True, "title": ODD, "hidden": False}
        return made


def both(widget: forms.Widget, value: Any, **attrs: Any) -> tuple[str, str]:
    """Write a control both ways."""
    given = {"id": "id_x", **attrs}
    return (
        widget.render(f"x{ODD}", value, given, renderer=Renderer()),
        widget.render(f"x{ODD}", value, given, renderer=DjangoTemplates()),
    )


@pytest.mark.parametrize("value", [None, "", 1, "1", ODD, "two", "inner", Decimal("1.50"), "nowhere"])
def test_a_select_is_as_django_writes_it(value: Any) -> None:
    ours, theirs = both(Closed(choices=CHOICES), value, **{"aria-describedby": ODD, "required": True})
    assert ours == theirs
    assert "<b>" not in ours and "&lt;b&gt;&quot;供水&quot; &amp; &#x27;排水&#x27;&lt;/b&gt;" in ours


def test_what_is_chosen_and_closed_and_grouped_is_in_it() -> None:
    ours, _theirs = both(Closed(choices=CHOICES), "two")
    assert '<option value="two" selected>' in ours and ours.count(" selected") == 1
    assert ' disabled title="' in ours and "hidden" not in ours
    assert ours.count("<optgroup") == ours.count("</optgroup>") == 2
    assert "<i>安全</i>" in ours


def test_several_may_be_chosen() -> None:
    ours, theirs = both(forms.SelectMultiple(choices=CHOICES), ["1", "two"], size=5)
    assert ours == theirs and " multiple" in ours and ours.count(" selected") == 2


@pytest.mark.parametrize("shown", [forms.RadioSelect, forms.CheckboxSelectMultiple])
def test_boxes_to_tick_are_as_django_writes_them(shown: Any) -> None:
    ours, theirs = both(shown(choices=CHOICES), ["1"])
    assert ours == theirs
    for box in shown(choices=CHOICES).subwidgets("x", ["two"], {"id": "id_x"}):
        for wraps in (True, False):
            context = {"widget": {**box, "wrap_label": wraps}}
            assert Renderer().render(box["template_name"], context) == DjangoTemplates().render(
                box["template_name"], context
            )


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.TextInput(attrs={"class": "wide", "data-on": True, "data-off": False, "data-n": 3}), ODD),
        (forms.TextInput(), None),
        (forms.TextInput(), mark_safe("&amp;")),
        (forms.NumberInput(), 1234567),
        (forms.NumberInput(), Decimal("0.10")),
        (forms.NumberInput(), 0),
        (forms.PasswordInput(), "geheim"),
        (forms.HiddenInput(), ODD),
        (forms.EmailInput(), "a@b.cn"),
        (forms.URLInput(), "https://a.cn/?b=1&c=2"),
        (forms.DateInput(), date(2026, 11, 22)),
        (forms.TimeInput(), "08:00"),
        (forms.CheckboxInput(), True),
        (forms.CheckboxInput(), False),
        (forms.CheckboxInput(), "yes"),
        (forms.Textarea(attrs={"rows": 3}), ODD),
        (forms.Textarea(), None),
        (forms.Textarea(), "</textarea><script>"),
        (forms.FileInput(), None),
        (forms.SplitDateTimeWidget(), None),
        (forms.NullBooleanSelect(), True),
    ],
)
def test_every_other_control_is_as_django_writes_it(widget: forms.Widget, value: Any) -> None:
    ours, theirs = both(widget, value, **{"aria-invalid": "true"})
    assert ours == theirs


@pytest.mark.parametrize("language", ["zh-hans", "en", "de"])
def test_numbers_are_written_as_a_template_writes_them_in_every_language(language: str, settings) -> None:
    settings.USE_THOUSAND_SEPARATOR = True
    with override(language):
        for widget in (forms.Select(choices=CHOICES), forms.RadioSelect(choices=CHOICES)):
            ours, theirs = both(widget, 1)
            assert ours == theirs


def test_every_form_is_written_this_way() -> None:
    assert isinstance(get_default_renderer(), Renderer)
    assert "django/forms/widgets/select.html" in WRITTEN


def test_a_long_list_asks_no_template(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any) -> None:
        raise AssertionError("a template was asked for")

    monkeypatch.setattr(Renderer, "get_template", refuse)
    shown = forms.Select(choices=[(n, str(n)) for n in range(300)]).render("x", 3, renderer=Renderer())
    assert shown.count("<option") == 300
