"""What the two shells show, as plain objects: the faces fill them, the base templates read them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.translation import get_language, gettext as _

from weiting.ui.look import look_of


@dataclass(frozen=True)
class Link:
    """A named address; `count` stands beside it, `post` makes it a button that sends a form."""

    label: str
    url: str
    current: bool = False
    count: int | None = None
    icon: str = ""
    post: bool = False
    kind: str = ""


@dataclass(frozen=True)
class Language:
    """One language the same page can be read in."""

    code: str
    label: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class RailItem:
    """One verb of the desk's rail with the number of things that wait there."""

    key: str
    label: str
    url: str
    count: int = 0
    current: bool = False


@dataclass(frozen=True)
class Chrome:
    """Everything around a hall page."""

    hall_name: str
    hall_slogan: str = ""
    seal: str = ""
    seal_color: str = "seal"
    home_url: str = "/"
    search_url: str = ""
    search_query: str = ""
    search_hint: str = ""
    primary: Link | None = None
    register_url: str = ""
    nav: Sequence[Link] = ()
    languages: Sequence[Language] = ()
    modes: Sequence[Link] = ()
    organiser: str = ""
    contact: str = ""
    filing: Sequence[Link | str] = ()
    foot_links: Sequence[Link] = ()
    chain_head: str = ""
    chain_url: str = ""
    feeds: Sequence[Link] = field(default_factory=tuple)


# People look for the short word; the settings carry the full one.
SHORT = {"zh-hans": "简体", "zh-hant": "繁體"}


def language_links(request: HttpRequest) -> list[Language]:
    """List the languages; a page with translated addresses is linked, another one goes through a cookie."""
    here = request.get_full_path()
    active = get_language()
    links = []
    for code, label in settings.LANGUAGES:
        url = translate_url(here, code)
        if url == here and code != active:
            url = f"{reverse('ui:language')}?{urlencode({'to': code, 'next': here})}"
        links.append(Language(tag(code), SHORT.get(code, label), url, code == active))
    return links


def tag(code: str) -> str:
    """Return a language code as HTML writes it: zh-Hans."""
    head, _dash, tail = code.partition("-")
    return f"{head}-{tail.title()}" if tail else head


def mode_links(request: HttpRequest) -> list[Link]:
    """List the switches of the look, each leading back to the same page."""
    look = look_of(request)
    here = request.get_full_path()
    switches = (("elder", _("Large text"), "text-size"), ("contrast", _("High contrast"), "contrast"))
    return [
        Link(
            label,
            f"{reverse('ui:look')}?{urlencode({name: int(not getattr(look, name)), 'next': here})}",
            current=getattr(look, name),
            icon=icon,
        )
        for name, label, icon in switches
    ]
