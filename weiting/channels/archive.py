"""Reads the export of an account on a platform that has closed: CSV, XLSX, JSON, JSON Lines or a saved web page.

Every row is either a text with its time, or is named with the reason why it cannot be taken.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

from django.utils.translation import gettext as _

from weiting.channels.wire import UNSTORABLE
from weiting.core import clock
from weiting.core.errors import Invalid
from weiting.core.tables import RowError, read_rows

LONGEST = 20_000
# Elements that have no end.
VOID = frozenset({"br", "img", "hr", "input", "meta", "link", "col", "source", "wbr"})
FIGURES = ("reposts", "comments", "likes", "reads")
ALIASES = {
    "key": ("key", "id", "mid", "tweetid", "编号", "微博编号", "微博id"),
    "time": ("time", "at", "date", "created_at", "timestamp", "published", "时间", "发布时间", "发表时间", "日期"),
    "text": ("text", "content", "body", "origtext", "内容", "正文", "微博内容", "微博正文"),
    "url": ("url", "link", "address", "链接", "网址", "地址", "微博链接"),
    "reposts": ("reposts", "count", "转发", "转发数", "转播"),
    "comments": ("comments", "mcount", "评论", "评论数"),
    "likes": ("likes", "likecount", "点赞", "点赞数", "赞"),
    "reads": ("reads", "views", "阅读", "阅读数"),
}  # fmt: skip
NAMES = {name.lower(): key for key, names in ALIASES.items() for name in names}
FORMS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M", "%Y年%m月%d日", "%Y-%m-%d", "%Y/%m/%d", "%a %b %d %H:%M:%S %z %Y",
)  # fmt: skip
EPOCH = re.compile(r"\d{9,10}(\d{3})?")
FIRST_YEAR = 2006


@dataclass(frozen=True)
class Row:
    """One text of the export."""

    key: str
    at: datetime
    text: str
    url: str = ""
    figures: Mapping[str, int] = field(default_factory=dict)


def read_archive(path: Path) -> Iterator[Row | RowError]:
    """Yield what an export holds, row by row; raise Invalid when the file as a whole cannot be read."""
    kind, errors = path.suffix.lower(), list[RowError]()
    if kind in {".html", ".htm"}:
        table: Iterable[tuple[int, Mapping[str, str]]] = enumerate(_of_page(path), 2)
    elif kind == ".json":
        table = enumerate(_of_json(path), 1)
    else:
        read = read_rows(path, name=path.name, aliases=ALIASES, required=("time", "text"))
        table, errors = read.rows, read.errors
    for number, said in table:
        yield _row(number, said)
    yield from errors


def _of_json(path: Path) -> Iterator[dict[str, str]]:
    """Yield the objects of a list, or of the first list that stands in an object, under the names we know."""
    try:
        said = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise Invalid(
            _("This file is no JSON. Export it once more, or save it as CSV."), code="no_json"
        ) from None
    if isinstance(said, dict):
        said = next((each for each in said.values() if isinstance(each, list)), [])
    rows = [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []
    if not rows:
        raise Invalid(_("No list of texts was found in this file. Save it as CSV."), code="no_json")
    for each in rows:
        yield {NAMES[name.lower()]: str(value) for name, value in each.items() if name.lower() in NAMES}


def _row(number: int, said: Mapping[str, str]) -> Row | RowError:
    said = {name: UNSTORABLE.sub("", value) for name, value in said.items()}
    text = "\n".join(" ".join(line.split()) for line in said.get("text", "").splitlines()).strip()
    if not text:
        return RowError(number, "text", _("There is no text."))
    at = moment(said.get("time", ""))
    if at is None:
        return RowError(
            number, "time", _("The time “%(time)s” cannot be read.") % {"time": said.get("time", "")[:40]}
        )
    if at > clock.now() or at.year < FIRST_YEAR:
        return RowError(
            number, "time", _("The time “%(time)s” cannot be right.") % {"time": said.get("time", "")[:40]}
        )
    url = said.get("url", "").strip()
    key = said.get("key", "").strip()[:64] or sha256(f"{at.isoformat()}\n{text}".encode()).hexdigest()
    counted = {name: said.get(name, "").strip() for name in FIGURES}
    figures = {name: int(each) for name, each in counted.items() if each.isdecimal() and len(each) < 16}
    return Row(key, at, text[:LONGEST], url[:500] if url.startswith(("http://", "https://")) else "", figures)


def moment(said: str) -> datetime | None:
    """Return a time as exports write it, on the clock of Shanghai where they name none; None for what is no time."""
    said = said.strip()
    if found := EPOCH.fullmatch(said):
        return datetime.fromtimestamp(int(said) / (1000 if found[1] else 1), UTC)
    for form in FORMS:
        try:
            found_at = datetime.strptime(said, form)
        except ValueError:
            continue
        return found_at if found_at.tzinfo else found_at.replace(tzinfo=clock.SHANGHAI)
    try:
        iso = datetime.fromisoformat(said)
    except ValueError:
        return None
    return iso if iso.tzinfo else iso.replace(tzinfo=clock.SHANGHAI)


def _of_page(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a saved page: of its tables with a header we know, and of its h-entries."""
    reader = _Page()
    with path.open(encoding="utf-8", errors="replace") as file:
        while piece := file.read(65_536):
            reader.feed(piece)
            yield from reader.taken()
    reader.close()
    yield from reader.taken()
    if not reader.is_known:
        raise Invalid(
            _("No table with times and texts was found in this page. Save it as CSV, or export JSON."),
            code="no_table",
        )


class _Page(HTMLParser):
    """Collects rows of tables and entries of microformats; nothing is run, nothing is fetched."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.is_known = False
        self._done: list[dict[str, str]] = []
        self._head: list[str] = []
        self._cells: list[str] | None = None
        self._entry: dict[str, str] | None = None
        self._into = ""
        self._depth = self._hidden = 0

    def taken(self) -> list[dict[str, str]]:
        """Return the rows that are complete, and forget them."""
        done, self._done = self._done, []
        return done

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        if tag in {"script", "style"}:
            self._hidden += 1
        elif tag == "table":
            self._head = []
        elif tag == "tr":
            self._cells = []
        elif tag in {"td", "th"} and self._cells is not None:
            self._cells.append("")
        elif "h-entry" in classes:
            self._entry, self._depth, self.is_known = {}, 0, True
        elif tag == "br":
            self.handle_data("\n")
        if self._entry is not None:
            self._depth += tag not in VOID
            self._note(tag, given, classes)

    def _note(self, tag: str, given: dict[str, str], classes: list[str]) -> None:
        entry = self._entry
        if entry is None:
            return
        if "dt-published" in classes and given.get("datetime"):
            entry["time"] = given["datetime"]
        if "u-url" in classes and given.get("href"):
            entry["url"] = given["href"]
        if "e-content" in classes or "p-content" in classes:
            self._into = "text"
            entry.setdefault("text", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._hidden = max(0, self._hidden - 1)
        elif tag == "tr" and self._cells is not None:
            self._end_row()
        if self._entry is not None and tag not in VOID:
            self._depth -= 1
            if self._depth <= 0:
                self._done.append(self._entry)
                self._entry, self._into = None, ""

    def _end_row(self) -> None:
        cells, self._cells = [each.strip() for each in self._cells or []], None
        if not self._head:
            found = [NAMES.get("".join(each.lower().split()), "") for each in cells]
            if {"time", "text"} <= set(found):
                self._head, self.is_known = found, True
            return
        self._done.append({name: cell for name, cell in zip(self._head, cells, strict=False) if name})

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if self._cells:
            self._cells[-1] = (self._cells[-1] + data)[:LONGEST]
        if self._entry is not None and self._into:
            self._entry[self._into] = (self._entry[self._into] + data)[:LONGEST]
