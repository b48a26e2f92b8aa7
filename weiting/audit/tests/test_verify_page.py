"""verify.html in a real browser: from a file without a network, and under its own strict policy."""

import hashlib
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import hashes
from django.test import RequestFactory
from opencc import OpenCC

from weiting.audit import chain, export, views
from weiting.audit.tests.test_chain import a_chain, a_content, a_file
from weiting.ui.tests.barriers import barriers

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


pytestmark = pytest.mark.browser


def _answer() -> Any:
    return views.verify_page(RequestFactory().get("/verify.html"))


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    """The page opened from the disk, offline, in Chinese; anything it complains about fails the test."""
    context = browser.new_context(locale="zh-CN", offline=True)
    opened = context.new_page()
    said: list[str] = []
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("console", lambda message: said.append(message.text))
    opened.goto(views.PAGE.as_uri())
    yield opened
    assert said == []
    context.close()


def _verdict(page: "Page", lines: list[bytes], folder: Path) -> str:
    path = folder / "stretch.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    page.set_input_files("#file", path)
    page.wait_for_selector(".verdict")
    return page.inner_text(".verdict")


def _changed(number: int, old: bytes, new: bytes) -> list[bytes]:
    lines = a_file()
    assert old in lines[number]
    lines[number] = lines[number].replace(old, new, 1)
    return lines


def test_it_speaks_traditional_chinese_as_the_hall_does(page: "Page", tmp_path: Path) -> None:
    simplified = page.inner_text("body")
    page.click("[data-language='zh-Hant']")
    wanted = OpenCC("s2tw").convert(simplified.replace("简体", "@"))
    assert page.inner_text("body").replace("简体", "@") == wanted
    assert page.get_attribute("html", "lang") == "zh-Hant"
    assert "核對通過" in _verdict(page, a_file(), tmp_path)
    page.click("[data-language='zh-Hans']")
    assert "核对通过" in page.inner_text(".verdict") and "核對" not in page.inner_text("main")


def test_every_sentence_it_may_say_is_in_its_table_of_traditional_characters() -> None:
    text = views.PAGE.read_text(encoding="utf-8")
    simplified = re.search(r'const simplified = "(.+)"', text)
    traditional = re.search(r'const traditional = "(.+)"', text)
    assert simplified and traditional
    table = str.maketrans(simplified[1], traditional[1])
    body = re.sub(r'const (simplified|traditional) = ".+";|<!--.*?-->|/\*.*?\*/', "", text, flags=re.DOTALL)
    runs = re.findall(
        "[\u4e00-\u9fff][\u3000-\u9fff\uff00-\uffef“”]*", body.replace("简体", "").replace("繁體", "")
    )
    to_traditional = OpenCC("s2tw").convert
    unlike = {run for run in runs if run.translate(table) != to_traditional(run)}
    assert len(runs) > 50 and unlike == set()


def test_its_hash_functions_are_those_of_the_standards(page: "Page") -> None:
    texts = [bytes(range(256))[:n] for n in (0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 200)] + [b"\xff" * 1000]
    found = page.evaluate(
        "texts => texts.map(text => [sm3(Uint8Array.from(text)), sha256(Uint8Array.from(text))])",
        [list(text) for text in texts],
    )
    for text, (sm3, sha256) in zip(texts, found, strict=True):
        real = hashes.Hash(hashes.SM3())
        real.update(text)
        assert sm3 == real.finalize().hex()
        assert sha256 == hashlib.sha256(text).hexdigest()


def test_its_canonical_bytes_are_ours(page: "Page") -> None:
    odd = {
        "facts": {
            "\x1f": '\x7f\u2028 \b\f"\\/',
            "é": [],
            "z": {},
            "10": 1,
            "9": -1,
            "__proto__": None,
            "\uffff": "😀",
        }
    }
    text = chain.canonical(a_content(1, **odd)).decode()
    assert page.evaluate("text => canonical(JSON.parse(text))", text) == text


def test_an_honest_export_holds(page: "Page", tmp_path: Path) -> None:
    said = _verdict(page, a_file(), tmp_path)
    assert "核对通过：第 1 条到第 5 条" in said
    assert chain.short(a_chain(5)[-1].own.sm3) in said
    assert "2026-11-20" in page.inner_text("#heads")
    assert "posts.post.submit" in page.inner_text("#acts")


def test_a_long_export_holds(page: "Page", tmp_path: Path) -> None:
    links = a_chain(3000)
    assert "3000" in _verdict(page, list(export.lines(links, chain.check(links))), tmp_path)


def test_it_shows_what_a_changed_entry_says_now(page: "Page", tmp_path: Path) -> None:
    said = _verdict(page, _changed(4, b'"n":3', b'"n":4'), tmp_path)
    assert "前面 2 条都对" in said
    assert "这一条现在写的是" in said
    assert '"n": 4' in said


def test_it_says_when_the_beginning_is_not_in_the_file(page: "Page", tmp_path: Path) -> None:
    links = a_chain(5)[2:]
    said = _verdict(page, list(export.lines(links, chain.check(links))), tmp_path)
    assert "它前面的记录不在文件里" in said


def test_it_speaks_english_too(page: "Page", tmp_path: Path) -> None:
    _verdict(page, a_file(), tmp_path)
    page.click("[data-language=en]")
    assert "It holds: entries 1 to 5" in page.inner_text(".verdict")
    assert page.locator("h1").inner_text() == "Check the record yourself"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (_changed(4, b'"n":3', b'"n":4'), "第 3 条被改过"),
        (_changed(4, "林晓".encode(), "林小".encode()), "第 3 条被改过"),
        (
            _changed(4, b'"kind":"entry",', b'"kind": "entry",'),
            "第 5 行在导出以后被动过",
        ),
        (_changed(4, b'"verb":', b'"verb":"x.y","verb":'), "第 5 行在导出以后被动过"),
        (_changed(1, b'"seq":3', b'"seq":4'), "链首对不上"),
        ([*a_file()[:4], *a_file()[5:]], "缺第 3 条：这里接下来是第 4 条"),
        ([*a_file()[:3], a_file()[4], a_file()[3], *a_file()[5:]], "缺第 2 条"),
        (a_file()[:-1], "末尾被剪掉了"),
        (a_file()[1:], "文件开头不是审计导出的样子"),
        ([b"\xff\xfe"], "不是 UTF-8"),
        ([], "文件开头不是审计导出的样子"),
    ],
)
def test_a_changed_export_is_found(page: "Page", tmp_path: Path, lines: list[bytes], sentence: str) -> None:
    said = _verdict(page, lines, tmp_path)
    assert sentence in said
    assert "=>" not in said
    assert "undefined" not in said
    assert page.locator("#compare").is_hidden()


@pytest.mark.parametrize("field", ["sm3", "sha256", "prev_sm3", "prev_sha256"])
def test_a_changed_digest_is_found(page: "Page", tmp_path: Path, field: str) -> None:
    lines = a_file()
    start = lines[4].index(f'"{field}":"'.encode()) + len(field) + 4
    digit = b"1" if lines[4][start : start + 1] != b"1" else b"2"
    lines[4] = lines[4][:start] + digit + lines[4][start + 1 :]
    assert "第 3 条" in _verdict(page, lines, tmp_path)


def test_a_printed_head_is_compared(page: "Page", tmp_path: Path) -> None:
    _verdict(page, a_file(), tmp_path)
    page.fill("#printed", chain.short(a_chain(5)[2].own.sm3).upper())
    assert "对上了：这是 2026-11-20 的链首" in page.inner_text("#compared")
    page.fill("#printed", "7f3a 91c0 5be2 d418")
    assert "没对上" in page.inner_text("#compared")
    page.fill("#printed", "hello")
    assert "16 个字符" in page.inner_text("#compared")


def test_a_file_can_be_dropped(page: "Page") -> None:
    page.evaluate(
        """text => {
            const carried = new DataTransfer();
            carried.items.add(new File([text], "stretch.jsonl"));
            const drop = new DragEvent("drop", {dataTransfer: carried, bubbles: true});
            document.getElementById("drop").dispatchEvent(drop);
        }""",
        b"".join(line + b"\n" for line in a_file()).decode(),
    )
    page.wait_for_selector(".verdict.ok")


@pytest.mark.parametrize("width", [1280, 375])
def test_nothing_runs_over_the_edge(page: "Page", tmp_path: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    _verdict(page, a_file(), tmp_path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lines", [a_file(), a_file()[:-1]], ids=["whole", "cut"])
def test_it_is_accessible(page: "Page", tmp_path: Path, lines: list[bytes], scheme: Any, width: int) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    _verdict(page, lines, tmp_path)
    assert barriers(page) == []


class _Hall(BaseHTTPRequestHandler):
    """Hands out verify.html exactly as the view answers."""

    def do_GET(self) -> None:
        answer = _answer()
        self.send_response(answer.status_code)
        for name, value in answer.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *args: object) -> None:
        """Keep quiet."""


def test_it_works_under_its_own_policy(browser: "Browser", tmp_path: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), _Hall)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    opened = browser.new_page(locale="zh-CN")
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.goto(f"http://127.0.0.1:{server.server_port}/verify.html")
    assert "核对通过" in _verdict(opened, a_file(), tmp_path)
    assert opened.evaluate("getComputedStyle(document.querySelector('.verdict')).borderLeftWidth") == "5px"
    assert said == []
    opened.close()
    server.shutdown()
    server.server_close()


def test_the_policy_allows_its_own_blocks_only() -> None:
    policy = _answer()["Content-Security-Policy"]
    assert policy == views.verify_csp()
    assert policy.count("'sha256-") == 2
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    text = views.PAGE.read_text(encoding="utf-8")
    assert " style=" not in text
    assert "http://" not in text
    assert "https://" not in text


def test_the_page_is_read_only() -> None:
    assert views.verify_page(RequestFactory().post("/verify.html")).status_code == 405
