"""The components as template tags: `{% load ui %}` and use them; the README shows each with an example."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import BoundField
from django.forms.forms import BaseForm
from django.forms.utils import flatatt
from django.http import QueryDict
from django.template.context import RequestContext
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi, gettext as _, pgettext

from weiting.ui import bundles, convert, fields, icons, seal as seals, shell, when as moments

register = template.Library()

# Words for states that faces pass as they are; anything else is taken as a tone of its own.
TONES = {
    **dict.fromkeys(
        ("answered", "approved", "published", "public", "delivered", "done", "passed", "active"), "ok"
    ),
    **dict.fromkeys(("returned", "due", "corrected", "waiting", "in_doubt", "paused", "warning"), "soon"),
    **dict.fromkeys(("overdue", "refused", "withdrawn", "gave_up", "error", "closed", "failed"), "late"),
    **dict.fromkeys(("in_review", "scheduled", "sending", "queued", "running", "accepted"), "info"),
}


def _attributes(given: Mapping[str, Any]) -> SafeString:
    named = {
        key.rstrip("_").replace("_", "-"): value
        for key, value in given.items()
        if value not in (None, "", False)
    }
    return mark_safe(flatatt(named))  # noqa: S308 - flatatt escapes


@register.simple_tag
def html_lang() -> str:
    """Return the language for the html element: zh-Hans, zh-Hant, en."""
    return shell.tag(get_language() or "zh-hans")


@register.simple_tag
def html_dir() -> str:
    """Return the direction of the active language's script."""
    return "rtl" if get_language_bidi() else "ltr"


@register.simple_tag
def styles(face: str) -> SafeString:
    """Link the joined style sheet of a face."""
    url = reverse("ui:styles", args=[face, bundles.bundle(face).digest])
    return format_html('<link rel="stylesheet" href="{}">', url)


@register.simple_tag
def scripts(*names: str) -> SafeString:
    """Load behaviours (static/ui/js/<name>.js) as modules."""
    return format_html_join(
        "\n", '<script type="module" src="{}"></script>', ((static(f"ui/js/{name}.js"),) for name in names)
    )


@register.simple_tag
def favicon(text: str = "", colour: str = "") -> str:
    """Return the address of a seal as the tab's icon."""
    return f"{reverse('ui:favicon')}?{urlencode({'text': text or '微厅', 'color': colour or 'seal'})}"


@register.simple_tag
def seal(of: Any, color: str | None = None, size: int = 44, label: str | None = None) -> SafeString:
    """Draw the seal of a unit or of a short name; label="" hides it where the name stands beside it."""
    text = getattr(of, "seal_text", None) or getattr(of, "short_name", None) or str(of or "")
    name = getattr(of, "short_name", None) or str(of or "")
    text = convert.for_reader(str(text))
    drawn_label = _("Seal of %(name)s") % {"name": name} if label is None and name != text else label
    return seals.draw(text, color or getattr(of, "color", None), size, drawn_label)


@register.simple_tag
def icon(name: str, label: str = "", large: bool = False) -> SafeString:
    """Draw an icon; without a label it is decoration."""
    return icons.draw(name, label, large)


@register.filter
def zh(text: Any) -> Any:
    """Turn text into Traditional when the page is read in it; keeps what is safe safe."""
    if not text:
        return text
    said = convert.for_reader(str(text))
    return mark_safe(said) if isinstance(text, SafeString) else said  # noqa: S308 - only characters change


@register.simple_tag
def when(moment: datetime | date | None, time: bool | None = None) -> SafeString | str:
    """Write a moment as people say it, in a time element with the full date behind it."""
    if not moment:
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moments.machine(moment),
        moments.full(moment),
        moments.phrase(moment, time=time),
    )


@register.simple_tag
def count(number: int | None) -> SafeString | str:
    """Write a count shortly (12,345 as 1.2万), with the exact value behind it."""
    if number is None:
        return "—"
    if (get_language() or "zh").startswith("zh") and abs(number) >= 10_000:
        short = f"{number / 10_000:.1f}".removesuffix(".0") + convert.for_reader("万")
        return format_html('<data value="{}" title="{}">{}</data>', number, f"{number:,}", short)
    return f"{number:,}"


@register.simple_tag
def badge(state: str, label: str, solid: bool = False) -> SafeString:
    """Write a state's label in its tone: ok, soon, late, info or plain."""
    tone = TONES.get(str(state), str(state) if str(state) in {"ok", "soon", "late", "info"} else "")
    return format_html(
        '<span class="badge{}{}">{}</span>', f" {tone}" if tone else "", " solid" if solid else "", label
    )


@register.simple_tag
def button(
    label: str, variant: str = "", href: str = "", icon: str = "", type: str = "submit", **attrs: Any
) -> SafeString:
    """Write a button, or a link that looks like one; underscores in attribute names become dashes."""
    classes = f"button {variant}".strip()
    picture = icons.draw(icon) if icon else ""
    if href:
        return format_html(
            '<a class="{}" href="{}"{}>{}{}</a>', classes, href, _attributes(attrs), picture, label
        )
    return format_html(
        '<button class="{}" type="{}"{}>{}{}</button>', classes, type, _attributes(attrs), picture, label
    )


@register.simple_tag
def field(bound: BoundField, **attrs: Any) -> SafeString:
    """Write a form field with its label, help and error tied together."""
    return fields.draw(bound, {key.rstrip("_").replace("_", "-"): value for key, value in attrs.items()})


@register.inclusion_tag("ui/components/summary.html")
def summary_errors(form: BaseForm) -> dict[str, Any]:
    """List every error of a form at its top, each leading to its field."""
    return {"items": fields.errors(form)}


@register.simple_block_tag
def card(content: str, title: str = "", aside: str = "", tag: str = "section", css: str = "") -> SafeString:
    """Put content on a card with a title and a word at its right."""
    head = (
        format_html('<header><h3>{}</h3><span class="aside">{}</span></header>', title, aside)
        if title
        else ""
    )
    return format_html('<{0} class="card{1}">{2}{3}</{0}>', tag, f" {css}" if css else "", head, content)


@register.simple_block_tag
def table(content: str, caption: str, folds: bool = False) -> SafeString:
    """Put rows into a table that can be scrolled by keyboard and, if it folds, becomes cards on a phone."""
    return format_html(
        '<div class="table{0}" role="region" aria-label="{1}" tabindex="0"><table><caption class="sr">{1}</caption>{2}'
        "</table></div>",
        " folds" if folds else "",
        caption,
        content,
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:
    """Put content into a native dialog; open it with `data-dialog="id"` on a link to the page that does the same."""
    return format_html(
        '<dialog id="{0}" aria-labelledby="{0}-title"><h2 id="{0}-title">{1}</h2>{2}'
        '<button class="close" type="button" data-close aria-label="{3}">{4}</button></dialog>',
        id,
        title,
        content,
        _("Close"),
        icons.draw("cross"),
    )


@register.simple_block_tag
def notice(content: str, tone: str = "info", icon: str = "") -> SafeString:
    """Put a sentence people must notice into a box of its tone: info, ok, soon, late."""
    picture = icons.draw(icon or {"ok": "check", "soon": "warning", "late": "warning"}.get(tone, "info"))
    return format_html('<div class="notice {}">{}<div>{}</div></div>', tone, picture, content)


@register.inclusion_tag("ui/components/messages.html", takes_context=True)
def show_messages(context: RequestContext) -> dict[str, Any]:
    """Show what the last act had to say; refusals inside the page land here too."""
    return {"messages": context.get("messages", ())}


@register.inclusion_tag("ui/components/empty.html")
def empty(title: str, text: str = "", icon: str = "inbox", action: str = "", url: str = "") -> dict[str, Any]:
    """Say that there is nothing and what to do next."""
    return {"title": title, "text": text, "icon": icon, "action": action, "url": url}


@register.inclusion_tag("ui/components/steps.html")
def steps(path: Iterable[Any], note: str = "", label: str = "") -> dict[str, Any]:
    """Draw a path of steps; each has label, state (done, now, late or nothing) and perhaps a note."""
    return {"path": path, "note": note, "label": label or _("Steps")}


@register.inclusion_tag("ui/components/tabs.html")
def tabs(links: Iterable[Any], label: str = "", ruled: bool = False) -> dict[str, Any]:
    """Draw tabs that are links: label, url, current, perhaps count."""
    return {"links": links, "label": label or pgettext("tabs", "Show"), "ruled": ruled}


@register.inclusion_tag("ui/components/crumbs.html")
def crumbs(links: Iterable[Any]) -> dict[str, Any]:
    """Draw the way from the first page to here; the last link is the present page."""
    return {"links": links}


@register.inclusion_tag("ui/components/pager.html", takes_context=True)
def pager(context: RequestContext, page: Any, parameter: str = "cursor") -> dict[str, Any]:
    """Lead to the next page of a keyset list, and back to its beginning, keeping the filters of the address."""
    request = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    query.pop(parameter, None)
    kept = query.urlencode()
    cursor = getattr(page, "next_cursor", "")
    more = f"?{kept + '&' if kept else ''}{urlencode({parameter: cursor})}" if cursor else ""
    return {"more": more, "first": "" if getattr(page, "is_first", True) else f"?{kept}"}


@register.simple_tag
def progress(value: float, most: float, label: str) -> SafeString:
    """Draw how far something has come, with the numbers beside it."""
    return format_html(
        '<div class="meter"><progress value="{0}" max="{1}" aria-label="{2}"></progress><span>{0} / {1}</span></div>',
        value,
        most,
        label,
    )


@register.inclusion_tag("ui/components/figure.html")
def figure(
    src: str, alt: str, caption: str = "", renditions: Any = (), sizes: str = "", **more: Any
) -> dict[str, Any]:
    """Show a picture with its words; renditions are (address, width) pairs; more: width, height, eager."""
    srcset = ", ".join(f"{url} {width}w" for url, width in renditions or ())
    return {"src": src, "alt": alt, "caption": caption, "srcset": srcset, "sizes": sizes or "100vw", **more}


@register.simple_tag(takes_context=True)
def language_links(context: RequestContext) -> list[shell.Language]:
    """List the languages of this page; nothing when there is no request."""
    request = context.get("request")
    return shell.language_links(request) if request else []


@register.simple_tag(takes_context=True)
def look_links(context: RequestContext) -> list[shell.Link]:
    """List the switches of the look; nothing when there is no request."""
    request = context.get("request")
    return shell.mode_links(request) if request else []


@register.simple_tag(takes_context=True)
def error_home(context: RequestContext) -> str:
    """Return where the way out of an error page leads: the desk for its own pages, else the hall in its language."""
    request = context.get("request")
    path = request.path if request else ""
    if path.startswith(("/desk/", "/account/")):
        return "/desk/"
    language = (get_language() or "zh-hans").lower()
    return "/" if language == "zh-hans" else f"/{language}/"
