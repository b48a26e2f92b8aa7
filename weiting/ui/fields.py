"""Writes form fields so that label, help and error belong together for the eye, the keyboard and a screen reader."""

from typing import Any

from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.forms.forms import BaseForm
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_noop

# Django says this of every empty field; a translation here comes before its own.
EMPTY = gettext_noop("This field is required.")


def _notes(bound: BoundField, base: str) -> tuple[SafeString, SafeString, str]:
    """Return help, errors and the ids that describe the control."""
    described, help_text, error = [], SafeString(""), SafeString("")
    if bound.help_text:
        help_text = format_html('<p class="help" id="{}-help">{}</p>', base, bound.help_text)
        described.append(f"{base}-help")
    if bound.errors:
        sentences = format_html_join(SafeString("<br>"), "{}", ((sentence,) for sentence in bound.errors))
        error = format_html(
            '<p class="error" id="{}-error"><span class="sr">{}</span> {}</p>', base, _("Error:"), sentences
        )
        described.append(f"{base}-error")
    return help_text, error, " ".join(described)


def draw(bound: BoundField, attrs: dict[str, Any]) -> SafeString:
    """Return one field; groups of choices become a fieldset, a single box a line to tick."""
    named = str(attrs.get("id") or bound.id_for_label or bound.auto_id)
    help_text, error, described = _notes(bound, named or bound.html_name)
    if bound.is_hidden:
        return bound.as_widget()
    extra = {**attrs, **({"aria-describedby": described} if described else {})}
    if bound.errors:
        extra["aria-invalid"] = "true"
    mark = SafeString("")
    if bound.field.required and not isinstance(bound.field.widget, CheckboxInput):
        mark = format_html(' <span class="mark">{}</span>', _("required"))
    css = "field wrong" if bound.errors else "field"
    widget = bound.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return _group(bound, css, mark, (help_text, error), extra)
    control = bound.as_widget(attrs=extra)
    if isinstance(widget, CheckboxInput):
        return format_html(
            '<div class="{}">{}<div class="tick">{}<label for="{}">{}</label></div>{}</div>',
            css, error, control, named, bound.label, help_text,
        )  # fmt: skip
    return format_html(
        '<div class="{}"><label for="{}">{}{}</label>{}{}{}</div>',
        css, named, bound.label, mark, help_text, error, control,
    )  # fmt: skip


def _group(
    bound: BoundField, css: str, mark: SafeString, notes: tuple[SafeString, SafeString], extra: dict[str, Any]
) -> SafeString:
    boxes = format_html_join(
        "", "<label>{}<span>{}</span></label>", ((box.tag(), box.choice_label) for box in bound)
    )
    described = extra.get("aria-describedby", "")
    return format_html(
        '<fieldset class="{}" id="{}"{}><legend>{}{}</legend>{}{}<div class="choices{}">{}</div></fieldset>',
        css,
        bound.auto_id,
        format_html(' aria-describedby="{}"', described) if described else "",
        bound.label,
        mark,
        *notes,
        f" {extra['class']}" if extra.get("class") else "",
        boxes,
    )


def errors(form: BaseForm) -> list[dict[str, str]]:
    """List a form's errors in the order of its fields, each with the place it leads to."""
    found = [{"text": str(text), "to": ""} for text in form.non_field_errors()]
    for bound in form:
        where = (
            bound.auto_id
            if isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple)
            else bound.id_for_label
        )
        found += [
            {"text": _("%(field)s: %(what)s") % {"field": bound.label, "what": text}, "to": str(where)}
            for text in bound.errors
        ]
    return found
