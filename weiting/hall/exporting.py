"""Writes the whole hall as files that open from a folder: the same views, links made relative, media beside them.

What the folder does not hold leads to the hall itself; what a page says about time is written as a date, so
that it is still right when the folder is opened years later.
"""

import hashlib
import html
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponseBase
from django.test import RequestFactory
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _, override

from weiting.core import clock
from weiting.core.errors import NotFound
from weiting.hall import queries
from weiting.hall.frame import absolute
from weiting.hall.offline import Index
from weiting.media import storage
from weiting.posts import queries as posts
from weiting.ui.look import Look

# Pages that need somebody to answer, or that are lists of what stands elsewhere in the folder.
LEFT_OUT = {"speak", "widgets", "widget_hall", "widget_unit", "widget_column", "robots", "sitemap", "sitemap_pages",
            "sitemap_posts"}  # fmt: skip
# The only queries that name a page of the folder, and on which pages.
QUERIES = {
    "home": {"k"},
    "units": {"state"},
    "promises": {"state", "cursor"},
    "month": {"cursor"},
    "corrections": {"cursor"},
    "issues": {"cursor"},
    "register": {"platform", "page"},
    "heads": {"year"},
}
LINK = re.compile(r'(\s(?:href|src|action|poster))="([^"]*)"')
SRCSET = re.compile(r'(\ssrcset)="([^"]*)"')
TIME = re.compile(r'(<time datetime="(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d))?[^"]*"[^>]*>)[^<]*(</time>)')
OLD_VERSION = re.compile(r"/v/2/$")
Say = Callable[[str], None]


@dataclass
class Done:
    """What was written."""

    pages: int = 0
    files: int = 0
    kept: int = 0
    searchable: int = 0


@dataclass
class Export:
    """One export into one folder."""

    folder: Path
    languages: list[str]
    since: datetime | None = None
    say: Say = lambda _line: None
    done: Done = field(default_factory=Done)

    def __post_init__(self) -> None:
        self._seen: set[str] = set()
        self._waiting: dict[str, deque[str]] = {language: deque() for language in self.languages}
        self._assets: dict[str, str] = {}
        self._factory = RequestFactory()
        self._at = clock.now()
        self._unchanged: set[str] = set()

    def run(self) -> Done:
        """Write everything; return what was written. Raises NotFound when there is no hall yet."""
        if queries.hall_with_facts() is None:
            raise NotFound(_("There is no hall yet: nothing was written."))
        self._unchanged = set(self._posts_before()) if self.since else set()
        for language in self.languages:
            with override(language):
                self._write_language(language)
        # A language may have met a page of another one that this one had not led to itself.
        for language in self.languages:
            with override(language):
                self._empty(language)
        self._write_search_data()
        return self.done

    def _posts_before(self) -> Iterator[str]:
        assert self.since is not None
        for row in queries.posts_between(1, queries.newest_post_id()):
            if row.changed_at < self.since:
                yield row.key

    def _write_language(self, language: str) -> None:
        self._queue(reverse("hall:home"))
        for row in queries.posts_between(1, queries.newest_post_id()):
            self._queue(reverse("hall:post", args=[row.key]))
        self._empty(language)
        self._write_search_page()

    def _empty(self, language: str) -> None:
        waiting = self._waiting[language]
        while waiting:
            self._write_page(waiting.popleft())
            if self.done.pages % 200 == 0:
                self.say(f"{language}: {self.done.pages} pages, {len(waiting)} waiting")

    def _language_of(self, path: str) -> str:
        first = path.split("/", 2)[1]
        return first if first in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE

    # --- pages ----------------------------------------------------------------------------------------------

    def _queue(self, address: str) -> None:
        if address not in self._seen:
            self._seen.add(address)
            self._waiting[self._language_of(address)].append(address)

    def _ask(self, address: str) -> tuple[HttpRequest, HttpResponseBase] | None:
        request = self._factory.get(address)
        request.look = Look()  # type: ignore[attr-defined]
        request.exported_at = self._at  # type: ignore[attr-defined]
        request.exported_languages = self.languages  # type: ignore[attr-defined]
        match = resolve(request.path_info)
        try:
            return request, match.func(request, *match.args, **match.kwargs)
        except NotFound:
            return None

    def _write_page(self, address: str) -> None:
        target = self.folder / self.file_of(address)
        key = address.rstrip("/").rpartition("/p/")[2]
        if key in self._unchanged and target.exists():
            self.done.kept += 1
            return
        answered = self._ask(address)
        if answered is None or answered[1].status_code != 200:
            return
        text = answered[1].content.decode()  # type: ignore[attr-defined]
        self._put(target, self.rewritten(text, address))
        self.done.pages += 1

    def rewritten(self, text: str, address: str) -> str:
        """Return a page with its links made relative and its times written out."""
        here = self.file_of(address).parent
        has_old_versions = any(OLD_VERSION.search(found[2]) for found in LINK.finditer(text))

        def link(found: re.Match[str]) -> str:
            to = self._target(html.unescape(found[2]), here, has_old_versions)
            return f'{found[1]}="{html.escape(to)}"'

        def srcset(found: re.Match[str]) -> str:
            parts = [part.strip().partition(" ") for part in html.unescape(found[2]).split(", ")]
            sizes = [f"{self._target(url, here, False)} {size}".strip() for url, _space, size in parts if url]
            return f'{found[1]}="{", ".join(sizes)}"'

        text = TIME.sub(
            lambda m: f"{m[1]}{m[2]}{f' {m[3]}' if m[3] and m[3] in m[0][len(m[1]) :] else ''}{m[4]}", text
        )
        return SRCSET.sub(srcset, LINK.sub(link, text))

    def file_of(self, address: str) -> Path:
        """Return the file of an address inside the folder."""
        parts = urlsplit(address)
        path = PurePosixPath(unquote(parts.path).lstrip("/"))
        mark = f"-{hashlib.sha256(parts.query.encode()).hexdigest()[:8]}" if parts.query else ""
        return Path(path, f"index{mark}.html") if parts.path.endswith("/") else Path(path)

    def _target(self, url: str, here: Path, has_old_versions: bool) -> str:
        """Return what a link becomes: a file of the folder, or the same thing in the hall itself."""
        if url.startswith("?") or not url.startswith("/") or url.startswith("//"):
            return self._query_target(url, here, has_old_versions) if url.startswith("?") else url
        parts = urlsplit(url)
        asset = self._asset(url)
        if asset is not None:
            return _relative(asset, here)
        name = self._name(parts.path)
        if name == "search":
            return _relative(str(self._search_file(parts.path)), here) if not parts.query else absolute(url)
        if name is None or not self._is_taken(name, parts.query, parts.path, has_old_versions):
            if "cursor=" in parts.query:
                # Older ones stand in the archive, month by month.
                return _relative(str(self.file_of(reverse("hall:archive"))), here)
            return absolute(url)
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        self._queue(address)
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        return _relative(self.file_of(address).as_posix(), here) + fragment

    def _query_target(self, url: str, here: Path, has_old_versions: bool) -> str:
        path = f"/{here.as_posix()}/" if here.as_posix() != "." else "/"
        return (
            self._target(path + url, here, has_old_versions)
            if url != "?"
            else self._target(path, here, False)
        )

    def _name(self, path: str) -> str | None:
        language = next(
            (code for code in self.languages if path.startswith(f"/{code}/")), settings.LANGUAGE_CODE
        )
        if language not in self.languages:
            return None
        with override(language):
            try:
                match = resolve(path)
            except Resolver404:
                return None
        return match.url_name if match.app_name == "hall" else None

    def _is_taken(self, name: str, query: str, path: str, has_old_versions: bool) -> bool:
        if name in LEFT_OUT or name.startswith("feed_"):
            return False
        if name == "version" and not has_old_versions:
            return False
        return {key for key, _value in parse_qsl(query)} <= QUERIES.get(name, set())

    # --- what pages are made of -----------------------------------------------------------------------------

    def _asset(self, url: str) -> str | None:
        if url not in self._assets:
            found = self._read_asset(urlsplit(url).path, url)
            if found is None:
                return None
            name, body = found
            self._put_bytes(self.folder / name, body)
            self._assets[url] = name
            self.done.files += 1
        return self._assets[url]

    def _read_asset(self, path: str, url: str) -> tuple[str, bytes] | None:
        if path.startswith(settings.STATIC_URL):
            relative = path.removeprefix(settings.STATIC_URL)
            source = finders.find(relative) or finders.find(re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", relative))
            return (f"assets/{Path(str(source)).name}", Path(str(source)).read_bytes()) if source else None
        if path.startswith(settings.MEDIA_URL):
            file = storage.find(path.removeprefix(settings.MEDIA_URL))
            if file is not None:
                return path.lstrip("/"), file.read_bytes()
            return self._drawn(path, path.lstrip("/")) if path.endswith(".vtt") else None
        if path.startswith("/ui/") and path.endswith((".css", ".svg")):
            mark = hashlib.sha256(url.encode()).hexdigest()[:8]
            return self._drawn(url, f"assets/{Path(path).stem.split('-')[0]}-{mark}{Path(path).suffix}")
        return None

    def _drawn(self, url: str, name: str) -> tuple[str, bytes] | None:
        answered = self._ask(url)
        return (name, answered[1].content) if answered else None  # type: ignore[attr-defined]

    # --- search ---------------------------------------------------------------------------------------------

    def _search_file(self, path: str) -> Path:
        return Path(path.strip("/"), "index.html")

    def _write_search_page(self) -> None:
        address = reverse("hall:search")
        answered = self._ask(address)
        assert answered is not None
        text = answered[1].content.decode()  # type: ignore[attr-defined]
        self._put(self.folder / self._search_file(address), self.rewritten(text, address))
        self.done.pages += 1

    def _write_search_data(self) -> None:
        index = Index()
        page = posts.timeline(with_expired=True, size=200)
        while True:
            for post in page:
                index.add(post, f"p/{post.public_id}/index.html")
            if not page.next_cursor:
                break
            page = posts.timeline(with_expired=True, size=200, cursor=page.next_cursor)
        self.done.searchable = index.write(self.folder / "assets" / "search")

    # --- files ----------------------------------------------------------------------------------------------

    def _put(self, path: Path, text: str) -> None:
        self._put_bytes(path, text.encode())

    def _put_bytes(self, path: Path, body: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)


def _relative(to: str, here: Path) -> str:
    """Return the way from a folder to a file, both inside the export."""
    up = [] if here.as_posix() == "." else [".."] * len(here.parts)
    return quote("/".join([*up, to]), safe="/#?=&-._~")
