"""The exported hall: opens from a folder, every link leads somewhere, searches without a server, twice the same."""

import re
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.management import call_command
from playwright.sync_api import Page

from weiting.hall.tests.make import Scene

LINK = re.compile(r'(?:href|src|action)="([^"]*)"')


@pytest.fixture
def folder(s: Scene, tmp_path: Path) -> Path:
    """The small city in a folder."""
    call_command("export_hall", str(tmp_path / "hall"), stdout=(tmp_path / "said").open("w"))
    return tmp_path / "hall"


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_every_link_leads_to_a_file_or_to_the_hall_itself(folder: Path) -> None:
    broken = []
    for path in folder.rglob("*.html"):
        for link in LINK.findall(path.read_text()):
            to = unquote(link.partition("#")[0].partition("?")[0])
            if to and not to.startswith(("http", "mailto:")) and not (path.parent / to).is_file():
                broken.append((str(path.relative_to(folder)), link))
    assert broken == []


def test_what_is_not_public_is_not_in_it(folder: Path) -> None:
    assert [name for name, body in files(folder).items() if "绝密的草稿".encode() in body] == []
    assert [name for name, body in files(folder).items() if "这段话不该在这里".encode() in body] == []


def test_same_hall_gives_the_same_bytes(s: Scene, folder: Path, tmp_path: Path) -> None:
    call_command("export_hall", str(tmp_path / "again"), stdout=(tmp_path / "said").open("w"))
    assert files(folder) == files(tmp_path / "again")


def test_times_are_written_as_dates(folder: Path) -> None:
    html = (folder / "index.html").read_text()
    assert ">2026-11-21 08:30</time>" in html and "今天" not in re.sub(
        r"<(title|meta|a |h\d|p)[^>]*>[^<]*", "", html
    )


def test_other_languages_stand_beside(s: Scene, tmp_path: Path) -> None:
    call_command("export_hall", str(tmp_path), lang=["en", "zh-hant"], stdout=(tmp_path / "said").open("w"))
    assert "東園社區" in (tmp_path / f"zh-hant/p/{s.plain.public_id}/index.html").read_text()
    assert 'href="../../../en/p/' in (tmp_path / f"zh-hant/p/{s.plain.public_id}/index.html").read_text()


def test_unchanged_posts_are_left_alone(s: Scene, folder: Path, tmp_path: Path) -> None:
    page = folder / f"p/{s.plain.public_id}/index.html"
    page.write_text("as it was")
    call_command("export_hall", str(folder), since=date(2026, 11, 22), stdout=(tmp_path / "said").open("w"))
    assert page.read_text() == "as it was"


@pytest.mark.browser
def test_it_is_searched_from_the_folder(s: Scene, folder: Path, page: Page) -> None:
    for typed, wanted in {
        "停水": s.plain,
        "東園": s.plain,
        "tingshui": s.plain,
        "停": s.plain,
        "水表": s.corrected,
    }.items():
        page.goto(f"file://{folder}/index.html")
        page.fill('.mast input[name="q"]', typed)
        page.press('.mast input[name="q"]', "Enter")
        page.wait_for_selector("html[data-searched]", state="attached")
        page.click(f'[data-offline-hits] a[href*="{wanted.public_id}"]')
        assert (wanted.live.title if wanted.live else "") in (page.text_content("h1") or ""), typed
    page.goto(f"file://{folder}/search/index.html?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%BA%8B<script>")
    page.wait_for_selector("html[data-searched='0']", state="attached")
    assert "没有找到" in (page.text_content("[data-offline-said]") or "")
