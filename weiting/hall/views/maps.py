"""What search engines read first: robots.txt and the map of the site, in pages of bounded size."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from weiting.core import clock
from weiting.core.errors import NotFound
from weiting.hall import queries
from weiting.hall.frame import permanent
from weiting.hall.shown import hall_page, shows
from weiting.posts import queries as posts
from weiting.units import queries as units

# Posts by id: page 7 is always the same stretch, however many come after.
PER_PAGE = 5000
XML = "application/xml; charset=utf-8"
NAMES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
FIXED = ("home", "units", "columns", "topics", "issues", "corrections", "promises", "register", "archive",
         "about", "accessibility")  # fmt: skip
Row = tuple[str, datetime | None]


@hall_page
def robots(request: HttpRequest) -> HttpResponse:
    """Say what robots may read: the hall, not its search or the desk."""
    shows(request, "units")
    closed = [
        "/desk/",
        "/account/",
        "/ui/",
        *(f"{prefix}/search/" for prefix in ("", "/zh-hant", "/en")),
    ]
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        "",
        f"Sitemap: {permanent('sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@hall_page
def index(request: HttpRequest) -> HttpResponse:
    """List the pages of the map."""
    shows(request, "posts")
    last = queries.newest_post_id()
    numbers = range(1, (last + PER_PAGE - 1) // PER_PAGE + 1)
    addresses = [permanent("sitemap_pages"), *(permanent("sitemap_posts", number) for number in numbers)]
    body = "".join(f"<sitemap><loc>{escape(address)}</loc></sitemap>\n" for address in addresses)
    return HttpResponse(_document("sitemapindex", body), content_type=XML)


@hall_page
def pages(request: HttpRequest) -> HttpResponse:
    """Map everything that is not a post."""
    shows(request, "posts", "units", "columns", "topics", "issues")
    return HttpResponse(_urls(_pages()), content_type=XML)


def _pages() -> Iterator[Row]:
    for name in FIXED:
        yield permanent(name), None
    for unit in units.open_units():
        yield permanent("unit", unit.slug), unit.last_spoke_at
    for column in queries.columns():
        yield permanent("column", column.slug), column.last_post_at
    for topic in queries.topics():
        yield permanent("topic", topic.slug), topic.last_at  # type: ignore[attr-defined]
    for issue in posts.public_issues(size=1000):
        yield permanent("issue", issue.public_id), issue.published_at


@hall_page
def posts_page(request: HttpRequest, number: int) -> HttpResponse:
    """Map one stretch of the posts."""
    if not 1 <= number <= 100_000:
        raise NotFound(_("There is no such page of the map."))
    shows(request, "posts")
    first = (number - 1) * PER_PAGE + 1
    prefix = permanent("post", "x").removesuffix("x/")
    rows = queries.posts_between(first, first + PER_PAGE - 1)
    return HttpResponse(_urls((f"{prefix}{row.key}/", row.changed_at) for row in rows), content_type=XML)


def _urls(rows: Iterable[Row]) -> str:
    body = "".join(
        f"<url><loc>{escape(address)}</loc>"
        + (f"<lastmod>{clock.local(at).isoformat(timespec='seconds')}</lastmod>" if at else "")
        + "</url>\n"
        for address, at in rows
    )
    return _document("urlset", body)


def _document(name: str, body: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} {NAMES}>\n{body}</{name}>\n'
