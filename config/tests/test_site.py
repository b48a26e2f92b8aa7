"""The hall the journeys drive really runs: pages, worker and browser."""

import time

from playwright.sync_api import Page

from config.testing import Site


def test_site_answers_a_browser(site: Site, page: Page, problems: list[str]) -> None:
    page.goto(f"{site.url}/healthz")
    assert page.text_content("body") == "ok\n"
    problems.clear()  # The browser asks for /favicon.ico of a page that names no icon.


def test_site_has_a_worker(site: Site) -> None:
    deadline = time.monotonic() + 20
    while not site.query("SELECT 1 FROM procrastinate_workers"):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_site_runs_commands(site: Site) -> None:
    assert "[X] 0001_initial" in site.run("manage", "showmigrations", "units")
