"""Everything around the content of a hall page: the chrome, the crumbs, the addresses of the same page elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, translate_url
from django.utils.translation import get_language, gettext as _, ngettext, override, pgettext

from weiting.audit import chain
from weiting.core import clock
from weiting.hall import queries
from weiting.hall.copies import copy_of
from weiting.hall.shown import shows
from weiting.ui import shell
from weiting.ui.convert import for_reader
from weiting.ui.shell import Chrome, Link
from weiting.units.models import Hall

# What stands in the address and changes what is shown; anything else after “?” is not part of a page's name.
PARAMETERS = ("k", "cursor", "q", "unit", "column", "year", "sort", "page", "state", "platform", "kind", "d")
FORMATS = (("atom", "atom+xml"), ("rss", "rss+xml"), ("json", "feed+json"))


@dataclass(frozen=True)
class Head:
    """What a page says of itself to browsers, search engines and readers."""

    title: str
    description: str = ""
    kind: str = "website"
    image: str = ""
    data: Sequence[dict[str, Any]] = ()
    # The address (without language) under which the feeds of this list lie, and the filter they keep.
    feed_base: str = ""
    feed_query: str = ""
    is_kept_out: bool = False


@dataclass
class Frame:
    """The hall a page belongs to and the way to the page."""

    request: HttpRequest
    current: str = ""
    slug: str = ""
    crumbs: list[Link] = field(default_factory=list)
    search_query: str = ""

    def __post_init__(self) -> None:
        copy = copy_of(self.request)
        self.hall = copy.hall(self.slug) if copy else queries.hall_with_facts(self.slug)
        shows(self.request, "units", "heads")

    @property
    def name(self) -> str:
        """Return the hall's name, also before there is one."""
        return self.hall.name if self.hall else _("Publishing hall")

    def chrome(self) -> Chrome:
        """Return what the base template shows around the content."""
        hall = self.hall
        return Chrome(
            hall_name=self.name,
            hall_slogan=_slogan(hall),
            seal=hall.unit.seal_text if hall else "",
            seal_color=hall.color if hall else "seal",
            home_url=self.home_url(),
            search_url=reverse("hall:search"),
            search_query=self.search_query,
            primary=Link(_("I have something to say"), reverse("hall:speak")),
            register_url=reverse("hall:register"),
            nav=self._nav(),
            languages=_languages(self.request),
            # The switches are a cookie's: a copy in a folder has none.
            modes=() if exported_at(self.request) else shell.mode_links(self.request),
            organiser=hall.host if hall else "",
            contact=hall.phone if hall else "",
            filing=_filing(hall),
            foot_links=_foot_links(),
            chain_head=chain.short(bytes(hall.head)) if hall and hall.head else "",  # type: ignore[attr-defined]
            chain_url=reverse("hall:heads"),
        )

    def home_url(self) -> str:
        """Return where the hall's name leads."""
        if self.hall and not self.hall.is_main:
            return reverse("hall:hall", args=[self.hall.slug])
        return reverse("hall:home")

    def _nav(self) -> list[Link]:
        names = (
            ("home", pgettext("hall", "Home")),
            ("units", pgettext("hall", "Units")),
            ("columns", pgettext("hall", "Columns")),
            ("topics", pgettext("hall", "Topics")),
            ("issues", pgettext("hall", "Issues")),
            ("promises", pgettext("hall", "Promises")),
            ("corrections", pgettext("hall", "Corrections")),
            ("register", _("Official accounts")),
            ("archive", pgettext("hall", "Archive")),
        )
        return [Link(label, reverse(f"hall:{key}"), current=key == self.current) for key, label in names]


def _slogan(hall: Hall | None) -> str:
    if hall is None:
        return ""
    total = hall.units_total  # type: ignore[attr-defined]
    counted = (
        ngettext("%(n)s unit speaks here", "%(n)s units speak here", total) % {"n": total} if total else ""
    )
    return " · ".join(filter(None, [for_reader(hall.slogan or hall.host), counted]))


def _filing(hall: Hall | None) -> list[Link | str]:
    if hall is None:
        return []
    lines: list[Link | str] = []
    if hall.filing:
        lines.append(Link(hall.filing, "https://beian.miit.gov.cn/"))
    if hall.police_filing:
        lines.append(hall.police_filing)
    if hall.site_code:
        lines.append(_("Site code %(code)s") % {"code": hall.site_code})
    return lines


def _foot_links() -> list[Link]:
    return [
        Link(_("Report a fault of this site"), reverse("hall:fault")),
        Link(_("Accessibility"), reverse("hall:accessibility")),
        Link(_("About this hall"), reverse("hall:about")),
        Link(_("Feeds and widgets"), reverse("hall:widgets")),
    ]


def exported_at(request: HttpRequest) -> datetime | None:
    """Return the moment of the export this page is made for; None for a page of the living hall."""
    copy = copy_of(request)
    return copy.at if copy else None


def typed(request: HttpRequest, name: str, most: int = 60) -> str:
    """Return what the address says under a name, without what no database can hold."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:most]


def kept_query(request: HttpRequest) -> str:
    """Return the part after “?” that is part of the page's name, in one order."""
    pairs = [(name, value) for name in PARAMETERS for value in request.GET.getlist(name)[:1] if value]
    return urlencode(pairs)


def _languages(request: HttpRequest) -> list[shell.Language]:
    copy = copy_of(request)
    return [
        shell.Language(
            shell.tag(code), shell.SHORT.get(code, label), address(request, code), code == get_language()
        )
        for code, label in settings.LANGUAGES
        if copy is None or code in copy.languages
    ]


def address(request: HttpRequest, language: str) -> str:
    """Return the address of the same page in another language."""
    query = kept_query(request)
    return translate_url(request.path, language) + (f"?{query}" if query else "")


def absolute(url: str) -> str:
    """Return an address as people outside need it."""
    return url if url.startswith("http") else f"{settings.PUBLIC_URL.rstrip('/')}{url}"


def permanent(name: str, *args: Any) -> str:
    """Return the absolute address in the hall's first language: one name for one thing, whoever asks."""
    with override(settings.LANGUAGE_CODE):
        return absolute(reverse(f"hall:{name}", args=args))


def show(
    frame: Frame, template: str, head: Head, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Render a page inside the hall's frame."""
    request = frame.request
    crumbs = [Link(pgettext("crumb", "Home"), frame.home_url()), *frame.crumbs] if frame.crumbs else []
    given = {
        "frame": frame,
        "now": clock.now(),
        "exported_at": exported_at(request),
        "living": absolute(reverse("hall:home")),
        "chrome": frame.chrome(),
        "head": head,
        "crumbs": crumbs,
        "canonical": absolute(address(request, get_language() or settings.LANGUAGE_CODE)),
        "alternates": [
            (shell.tag(code), absolute(address(request, code))) for code, _label in settings.LANGUAGES
        ],
        "alternate_default": absolute(address(request, settings.LANGUAGE_CODE)),
        "feeds": _feeds(frame, head),
        "data": [*head.data, *_crumb_data(crumbs)],
        **(context or {}),
    }
    return render(request, template, given, status=status)


def _feeds(frame: Frame, head: Head) -> list[dict[str, str]]:
    if not head.feed_base:
        return []
    query = f"?{head.feed_query}" if head.feed_query else ""
    labels = {"atom": "Atom", "rss": "RSS", "json": "JSON Feed"}
    return [
        {
            "url": f"{head.feed_base}feed.{name}{query}",
            "type": f"application/{mime}",
            "label": labels[name],
            "title": f"{head.title or frame.name} · {labels[name]}",
        }
        for name, mime in FORMATS
    ]


def _crumb_data(crumbs: Sequence[Link]) -> list[dict[str, Any]]:
    if not crumbs:
        return []
    items = [
        {"@type": "ListItem", "position": place, "name": link.label, "item": absolute(link.url)}
        for place, link in enumerate(crumbs, 1)
        if link.url
    ]
    return [{"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}]
