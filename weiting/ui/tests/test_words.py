"""The small tags: Traditional text, counts, badges, buttons, fields and the error summary."""

from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe


def _render(text: str, **context: Any) -> str:
    return Template("{% load ui %}" + text).render(Context(context))


@pytest.mark.parametrize(
    ("language", "said"), [("zh-hans", "云溪发布"), ("zh-hant", "雲溪發佈"), ("en", "云溪发布")]
)
def test_text_follows_the_language(language: str, said: str) -> None:
    with translation.override(language):
        assert _render("{{ t|zh }}", t="云溪发布") == said


def test_conversion_still_escapes() -> None:
    with translation.override("zh-hant"):
        assert _render("{{ t|zh }}", t="<b>发") == "&lt;b&gt;發"
        assert _render("{{ t|zh }}", t=mark_safe("<b>发</b>")) == "<b>發</b>"


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("en", 12345, "12,345"),
        ("zh-hans", 9999, "9,999"),
        ("zh-hans", 12345, "1.2万"),
        ("zh-hant", 20000, "2萬"),
    ],
)
def test_counts_are_short(language: str, number: int, said: str) -> None:
    with translation.override(language):
        assert said in _render("{% count n %}", n=number)


def test_badge_takes_its_tone_from_the_state() -> None:
    assert _render('{% badge "overdue" "超期" %}') == '<span class="badge late">超期</span>'
    assert _render('{% badge "draft" "草稿" %}') == '<span class="badge">草稿</span>'


def test_button_turns_names_into_attributes() -> None:
    html = _render('{% button t name="go" hx_post="/x" disabled=True %}', t="<发>")
    assert html == '<button class="button" type="submit" hx-post="/x" name="go" disabled>&lt;发&gt;</button>'


def test_button_with_an_address_is_a_link() -> None:
    assert (
        _render('{% button "看" href="/a" variant="primary" %}')
        == '<a class="button primary" href="/a">看</a>'
    )


class Sample(forms.Form):
    """A text and a choice."""

    title = forms.CharField(label="标题", help_text="短一点")
    way = forms.ChoiceField(label="怎么审", choices=[("1", "一审"), ("2", "两审")], widget=forms.RadioSelect)


def test_field_ties_help_and_error_to_the_control() -> None:
    html = _render("{% field form.title %}", form=Sample({}))
    assert 'aria-describedby="id_title-help id_title-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_title-help"' in html
    assert 'id="id_title-error"' in html
    assert '<label for="id_title">' in html


def test_choices_are_a_group_with_a_name() -> None:
    html = _render("{% field form.way %}", form=Sample())
    assert html.startswith('<fieldset class="field" id="id_way"')
    assert "<legend>怎么审" in html
    assert html.count('type="radio"') == 2


def test_summary_leads_to_each_wrong_field() -> None:
    html = _render("{% summary_errors form %}", form=Sample({}))
    assert 'href="#id_title"' in html
    assert 'href="#id_way"' in html
    assert 'role="alert"' in html


def test_a_right_form_has_no_summary() -> None:
    assert _render("{% summary_errors form %}", form=Sample({"title": "a", "way": "1"})).strip() == ""


def test_content_of_blocks_is_kept() -> None:
    html = _render("{% card title=t %}<p>{{ x }}</p>{% endcard %}", t="<i>", x="&")
    assert "&lt;i&gt;" in html
    assert "<p>&amp;</p>" in html
    assert isinstance(html, SafeString)


def test_label_follows_an_id_of_ones_own() -> None:
    html = _render('{% field form.title id="mine" %}', form=Sample())
    assert '<label for="mine">' in html
    assert 'id="mine"' in html
    assert 'aria-describedby="mine-help"' in html
