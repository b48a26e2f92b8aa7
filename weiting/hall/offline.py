"""The index by which an exported hall is searched without a server: scripts of plain data, sharded by first letter."""

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from weiting.core import clock
from weiting.posts.models import Post
from weiting.posts.prose import plain
from weiting.text.han import simplified_characters
from weiting.text.search import index_terms

SHARDS = 64
DOCS_PER_FILE = 400
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Doc:
    """What a hit shows."""

    url: str
    title: str
    unit: str
    on: str
    text: str


def shard_of(term: str) -> int:
    """Return the shard of a term: by its first letter, so that one letter alone needs one shard only."""
    return ord(term[0]) % SHARDS


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
        if not number:
            return digits


class Index:
    """Gathers posts, newest first, and writes them as scripts that a page from a folder may load."""

    def __init__(self) -> None:
        self._docs: list[Doc] = []
        self._places: defaultdict[str, list[int]] = defaultdict(list)

    def add(self, post: Post, url: str) -> None:
        """Take in one public post."""
        live = post.live
        if live is None or post.published_at is None:
            return
        number, text = len(self._docs), plain(live.body)
        words = " ".join(filter(None, [live.summary, text, post.unit.short_name, str(post.column or "")]))
        for term in dict.fromkeys([*index_terms(live.title, "A"), *index_terms(words)]):
            self._places[term].append(number)
        on = clock.local(post.published_at).date().isoformat()
        self._docs.append(Doc(url, live.title, post.unit.short_name, on, (live.summary or text)[:90]))

    def write(self, folder: Path) -> int:
        """Write every script into a folder; return the number of posts."""
        folder.mkdir(parents=True, exist_ok=True)
        shards: defaultdict[int, dict[str, str]] = defaultdict(dict)
        for term in sorted(self._places):
            shards[shard_of(term)][term] = self._packed(self._places[term])
        for number in range(SHARDS):
            self._write(folder / f"terms-{number}.js", "terms", number, shards[number])
        for first in range(0, len(self._docs), DOCS_PER_FILE):
            rows = [[d.url, d.title, d.unit, d.on, d.text] for d in self._docs[first : first + DOCS_PER_FILE]]
            number = first // DOCS_PER_FILE
            self._write(folder / f"docs-{number}.js", "docs", number, rows)
        pairs = {chr(point): to for point, to in simplified_characters().items() if point < 0xA000}
        given = {"fold": ["".join(pairs), "".join(pairs.values())], "size": DOCS_PER_FILE, "shards": SHARDS}
        self._write(folder / "about.js", "about", 0, {**given, "total": len(self._docs)})
        return len(self._docs)

    @staticmethod
    def _packed(numbers: list[int]) -> str:
        steps, last = [], 0
        for number in numbers:
            steps.append(_base36(number - last))
            last = number
        return " ".join(steps)

    @staticmethod
    def _write(path: Path, kind: str, number: int, data: object) -> None:
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        path.write_text(f'weiting("{kind}",{number},{text});\n', encoding="utf-8")
