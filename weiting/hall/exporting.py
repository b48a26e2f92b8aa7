"""Writes the whole hall as files that open from a folder: the same views, links made relative, media beside them.

Posts are read by the hundred, and where a link leads is worked out once: asking for each page as a visitor does
would take most of the time.

What the folder does not hold leads to the hall itself; what a page says about time is written as a date, so
that it is still right when the folder is opened years later.
"""

import hashlib
import html
import json
import os
import re
import shutil
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
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
from weiting.hall.copies import Copy
from weiting.hall.folders import MARK, take_over
from weiting.hall.frame import absolute
from weiting.hall.offline import Index
from weiting.media import storage
from weiting.posts import queries as posts
from weiting.ui.look import Look

# Pages that need somebody to answer, or that are lists of what stands elsewhere in the folder.
LEFT_OUT = {"speak", "subscribe", "subscribed", "widgets", "widget_hall", "widget_unit", "widget_column", "robots",
            "websub", "sitemap", "sitemap_pages", "sitemap_posts"}  # fmt: skip
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
OLD_VERSION = re.compile(r'/v/2/"')
# What only a post's own page leads to.
TAKEN_ALONG = re.compile(r"/media/|/v/\d+/index\.html$")
TOGETHER = 200
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
    """One export into one folder; `before` is an earlier copy, whose pages and pictures may be taken over."""

    folder: Path
    languages: list[str]
    since: datetime | None = None
    before: Path | None = None
    say: Say = lambda _line: None
    done: Done = field(default_factory=Done)

    def __post_init__(self) -> None:
        self._seen: set[str] = set()
        self._finished: set[str] = set()
        self._made: set[Path] = set()
        self._names: dict[str, str | None] = {}
        self._leads: dict[tuple[str, bool], tuple[str, bool]] = {}
        self._waiting: dict[str, deque[str]] = {language: deque() for language in self.languages}
        self._assets: dict[str, str] = {}
        self._factory = RequestFactory()
        self._copy = Copy(clock.now(), self.languages)
        self._unchanged: set[str] = set()

    def run(self) -> Done:
        """Write everything; return what was written. Raises NotFound when there is no hall yet."""
        if queries.hall_with_facts() is None:
            raise NotFound(_("There is no hall yet: nothing was written."))
        self._unchanged = set(self._posts_before()) if self.since and self.before else set()
        for language in self.languages:
            with override(language):
                self._write_language(language)
        # A language may have met a page of another one that this one had not led to itself.
        for language in self.languages:
            with override(language):
                self._empty(language)
        self._write_search_data()
        self._put(self.folder / MARK, self._mark())
        return self.done

    def _mark(self) -> str:
        facts = {
            "made_at": clock.local(self._copy.at).isoformat(timespec="seconds"),
            "from": absolute("/"),
            "languages": self.languages,
            "posts": self.done.searchable,
        }
        return json.dumps(facts, indent=1) + "\n"

    def _posts_before(self) -> Iterator[str]:
        assert self.since is not None
        for row in queries.posts_between(1, queries.newest_post_id()):
            if row.changed_at < self.since:
                yield row.key

    def _write_language(self, language: str) -> None:
        self._queue(reverse("hall:home"))
        rows = queries.posts_between(1, queries.newest_post_id())
        for first in range(0, len(rows), TOGETHER):
            keys = [row.key for row in rows[first : first + TOGETHER]]
            self._copy.read([key for key in keys if key not in self._unchanged])
            for key in keys:
                self._write_page(reverse("hall:post", args=[key]))
            self.say(f"{language}: {min(first + TOGETHER, len(rows))} / {len(rows)} posts")
        self._copy.read([])
        self._empty(language)
        self._write_search_page()

    def _empty(self, language: str) -> None:
        waiting, before = self._waiting[language], self.done.pages
        while waiting:
            self._write_page(waiting.popleft())
        if self.done.pages > before:
            self.say(f"{language}: {self.done.pages - before} other pages")

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
        request.copy = self._copy  # type: ignore[attr-defined]
        match = resolve(request.path_info)
        try:
            return request, match.func(request, *match.args, **match.kwargs)
        except NotFound:
            return None

    def _write_page(self, address: str) -> None:
        if address in self._finished:
            return
        self._seen.add(address)
        self._finished.add(address)
        name = self.file_of(address)
        target = self.folder / name
        key = address.rstrip("/").rpartition("/p/")[2]
        if key in self._unchanged and self.before and (self.before / name).exists():
            self._keep(self.before / name, target)
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
        has_old_versions = OLD_VERSION.search(text) is not None

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
        if url.startswith("?"):
            return self._query_target(url, here, has_old_versions)
        if not url.startswith("/") or url.startswith("//"):
            return url
        key = (url, has_old_versions)
        if key not in self._leads:
            self._leads[key] = self._lead(url, has_old_versions)
        to, is_file = self._leads[key]
        return _way_up(here) + to if is_file else to

    def _lead(self, url: str, has_old_versions: bool) -> tuple[str, bool]:
        """Return where a link leads, and whether that is a file of the folder."""
        parts = urlsplit(url)
        asset = self._asset(url)
        if asset is not None:
            return _quoted(asset), True
        name = self._name(parts.path)
        if name == "search":
            return (absolute(url), False) if parts.query else (_quoted(self._search_file(parts.path)), True)
        if name is None or not self._is_taken(name, parts.query, parts.path, has_old_versions):
            if "cursor=" in parts.query:
                # Older ones stand in the archive, month by month.
                return _quoted(self.file_of(reverse("hall:archive"))), True
            return absolute(url), False
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        self._queue(address)
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        return _quoted(self.file_of(address)) + fragment, True

    def _query_target(self, url: str, here: Path, has_old_versions: bool) -> str:
        path = f"/{here.as_posix()}/" if here.as_posix() != "." else "/"
        return (
            self._target(path + url, here, has_old_versions)
            if url != "?"
            else self._target(path, here, False)
        )

    def _name(self, path: str) -> str | None:
        """Return the name of the hall's page at an address; None for others and for languages left out."""
        if path not in self._names:
            self._names[path] = self._resolved(path)
        return self._names[path]

    def _resolved(self, path: str) -> str | None:
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
            name = self._write_asset(urlsplit(url).path, url)
            if name is None:
                return None
            self._assets[url] = name
            self.done.files += 1
        return self._assets[url]

    def _write_asset(self, path: str, url: str) -> str | None:
        if path.startswith(settings.STATIC_URL):
            relative = path.removeprefix(settings.STATIC_URL)
            source = finders.find(relative) or finders.find(re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", relative))
            return (
                self._drawn(f"assets/{Path(str(source)).name}", Path(str(source)).read_bytes())
                if source
                else None
            )
        if path.startswith(settings.MEDIA_URL):
            file, name = storage.find(path.removeprefix(settings.MEDIA_URL)), path.lstrip("/")
            if file is None:
                return self._drawn(name, self._answer(path)) if path.endswith(".vtt") else None
            old = self.before / name if self.before else None
            # What lies under a name of the media's never changes; its length tells a file cut short.
            if old and old.is_file() and old.stat().st_size == file.stat().st_size:
                take_over(old, self.folder / name)
            else:
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, self.folder / name)
            return name
        if path.startswith("/ui/") and path.endswith((".css", ".svg")):
            mark = hashlib.sha256(url.encode()).hexdigest()[:8]
            name = f"assets/{Path(path).stem.split('-')[0]}-{mark}{Path(path).suffix}"
            return self._drawn(name, self._answer(url))
        return None

    def _answer(self, url: str) -> bytes | None:
        answered = self._ask(url)
        return answered[1].content if answered else None  # type: ignore[attr-defined]

    def _drawn(self, name: str, body: bytes | None) -> str | None:
        if body is None:
            return None
        self._put_bytes(self.folder / name, body)
        return name

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
        if path.parent not in self._made:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(path.parent)
        path.write_bytes(body)

    def _keep(self, old: Path, new: Path) -> None:
        """Take a page over from the earlier copy, with the pictures it shows and its older versions."""
        take_over(old, new)
        self.done.kept += 1
        text = old.read_text(encoding="utf-8")
        links = [html.unescape(found[2]) for found in LINK.finditer(text)]
        links += [
            part.strip().split(" ")[0] for found in SRCSET.finditer(text) for part in found[2].split(", ")
        ]
        for link in dict.fromkeys(links):
            if not link.startswith("http") and TAKEN_ALONG.search(link):
                there = Path(os.path.normpath(old.parent / unquote(link)))
                if self.before and there.is_relative_to(self.before) and there.is_file():
                    target = self.folder / there.relative_to(self.before)
                    if not target.exists():
                        take_over(there, target)


@lru_cache(maxsize=4096)
def _way_up(here: Path) -> str:
    """Return the way from a folder of the copy to its top."""
    return "" if here.as_posix() == "." else "../" * len(here.parts)


def _quoted(file: Path | str) -> str:
    return quote(file if isinstance(file, str) else file.as_posix(), safe="/#?=&-._~")
