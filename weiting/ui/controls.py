"""Writes the controls of forms as HTML, as Django's own templates do, in a tenth of the time.

Django asks three templates for every option of a choice: a list of a hundred units took longer than all else
on its page. What Django puts into a control is taken from it as it is, with what is chosen and what is closed;
only the writing is done here. Whatever has no function below goes through its template as before.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.html import conditional_escape

Widget = Mapping[str, Any]


def _said(value: Any) -> str:
    """Write a value safe for HTML; what is marked as safe stays as it is, as in a template."""
    return conditional_escape(value if isinstance(value, str) else localize(value))


def _as_text(value: Any) -> str:
    """Write a value as the form gets it back: numbers and days as they are, in no language."""
    return conditional_escape(value if isinstance(value, str) else str(value))


def _attrs(attrs: Mapping[str, Any]) -> str:
    return "".join(
        f" {conditional_escape(name)}"
        if value is True
        else f' {conditional_escape(name)}="{_as_text(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def _select(widget: Widget) -> str:
    parts = [f'<select name="{_said(widget["name"])}"{_attrs(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(f'\n  <optgroup label="{_said(group)}">')
        parts += [f"\n  {_option(option)}" for option in options]
        if group:
            parts.append("\n  </optgroup>")
    return "".join([*parts, "\n</select>"])


def _option(option: Widget) -> str:
    return f'<option value="{_as_text(option["value"])}"{_attrs(option["attrs"])}>{_said(option["label"])}</option>\n'


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{_as_text(widget["value"])}"'
    name = _said(widget["name"])
    return f'<input type="{_said(widget["type"])}" name="{name}"{value}{_attrs(widget["attrs"])}>'


def _box(option: Widget) -> str:
    written = _input(option)
    if not option["wrap_label"]:
        return written
    named = option["attrs"].get("id")
    led = f' for="{_said(named)}"' if named else ""
    return f"<label{led}>{written}\n {_said(option['label'])}</label>"


def _textarea(widget: Widget) -> str:
    value = _said(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{_said(widget["name"])}"{_attrs(widget["attrs"])}>\n{value}</textarea>'


_FOLDER = "django/forms/widgets"
_INPUTS = (
    "checkbox", "color", "date", "datetime", "email", "hidden", "input", "number", "password", "search", "tel",
    "text", "time", "url",
)  # fmt: skip
WRITTEN: dict[str, Callable[[Widget], str]] = {
    **{f"{_FOLDER}/{name}.html": _input for name in _INPUTS},
    f"{_FOLDER}/select.html": _select,
    f"{_FOLDER}/textarea.html": _textarea,
    f"{_FOLDER}/checkbox_option.html": _box,
    f"{_FOLDER}/radio_option.html": _box,
}


class Renderer(DjangoTemplates):
    """The renderer of all forms: what is written above, and templates for the rest."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """Return a control, a form or a list of errors as HTML."""
        write = WRITTEN.get(template_name)
        return write(context["widget"]).strip() if write else super().render(template_name, context, request)
