"""The exported hall: opens from a folder, every link leads somewhere, searches without a server, twice the same."""

import re
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page

from weiting.hall.exporting import Export
from weiting.hall.folders import replaced
from weiting.hall.tests.make import Scene
from weiting.posts.tests import make as posts

LINK = re.compile(r'(?:href|src|action)="([^"]*)"')


@pytest.fixture
def folder(s: Scene, tmp_path: Path) -> Path:
    """The small city in a folder."""
    call_command("export_hall", str(tmp_path / "hall"), stdout=(tmp_path / "said").open("w"))
    return tmp_path / "hall"


def again(folder: Path, tmp_path: Path) -> None:
    """Write a copy."""
    call_command("export_hall", str(folder), stdout=(tmp_path / "said").open("w"))


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
    again(tmp_path / "again", tmp_path)
    assert files(folder) == files(tmp_path / "again")


def test_times_are_written_as_dates(folder: Path) -> None:
    html = (folder / "index.html").read_text()
    assert ">2026-11-21 08:30</time>" in html and "今天" not in re.sub(
        r"<(title|meta|a |h\d|p)[^>]*>[^<]*", "", html
    )


def test_other_languages_stand_beside(s: Scene, tmp_path: Path) -> None:
    folder = tmp_path / "hall"
    call_command("export_hall", str(folder), lang=["en", "zh-hant"], stdout=(tmp_path / "said").open("w"))
    html = (folder / f"zh-hant/p/{s.plain.public_id}/index.html").read_text()
    assert "東園社區" in html and 'href="../../../en/p/' in html


def test_unchanged_posts_are_taken_over_with_all_that_belongs_to_them(
    s: Scene, folder: Path, tmp_path: Path
) -> None:
    names = set(files(folder))
    page = folder / f"p/{s.plain.public_id}/index.html"
    page.write_text("as it was")
    call_command("export_hall", str(folder), since=date(2026, 11, 22), stdout=(tmp_path / "said").open("w"))
    assert page.read_text() == "as it was"
    assert set(files(folder)) == names


def test_a_second_copy_takes_the_place_of_the_first(s: Scene, folder: Path, tmp_path: Path) -> None:
    (folder / "p/gone").mkdir()
    (folder / "p/gone/index.html").write_text("a post that is no longer there")
    again(folder, tmp_path)
    assert not (folder / "p/gone").exists() and (folder / "index.html").exists()
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["hall"]


def test_an_interrupted_copy_leaves_the_one_before_and_nothing_that_looks_whole(
    s: Scene, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(folder)

    def stop(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Export, "_write_search_data", stop)
    for where in (folder, tmp_path / "new"):
        with pytest.raises(KeyboardInterrupt):
            again(where, tmp_path)
    assert files(folder) == before
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["hall"]


def test_what_a_kill_left_is_cleared_away(s: Scene, folder: Path, tmp_path: Path) -> None:
    folder.rename(tmp_path / "hall.old")
    (tmp_path / "hall.unfinished/p").mkdir(parents=True)
    (tmp_path / "hall.unfinished/p/half.html").write_text("half")
    again(folder, tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["hall"]
    assert not (folder / "p/half.html").exists()


def test_asking_for_mail_leads_to_the_hall_itself(folder: Path, settings: Any) -> None:
    page = (folder / "u/gongshui/index.html").read_text()
    assert f'href="{settings.PUBLIC_URL}/subscribe/?unit=gongshui"' in page
    assert not (folder / "subscribe").exists() and not (folder / "mail").exists()


def test_a_folder_of_somebody_else_is_refused(s: Scene, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/to-mother.txt").write_text("dear mother")
    with pytest.raises(CommandError, match="别的"):
        again(tmp_path / "letters", tmp_path)
    assert (tmp_path / "letters/to-mother.txt").read_text() == "dear mother"


def test_two_do_not_write_one_copy(s: Scene, tmp_path: Path) -> None:
    with replaced(tmp_path / "hall"), pytest.raises(CommandError, match="正在写"):
        again(tmp_path / "hall", tmp_path)


def test_posts_are_read_together(s: Scene, tmp_path: Path) -> None:
    def queries(name: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            again(tmp_path / name, tmp_path)
        return len(caught)

    before = queries("few")
    for number in range(10):
        posts.published(s.city, f"第 {number} 条，停水")
    assert queries("more") - before < 10


@pytest.mark.browser
def test_it_is_searched_from_the_folder(s: Scene, folder: Path, page: Page) -> None:
    for typed, wanted in {
        "停水": s.plain,
        "東園": s.plain,
        "tingshui": s.plain,
        "ts": s.plain,
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
