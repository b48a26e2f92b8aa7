"""The hall the journeys drive really runs: pages, worker and browser."""

import time

from playwright.sync_api import Page

from config.testing import Site


def test_site_answers_a_browser(site: Site, page: Page, problems: list[str]) -> None:
    page.goto(f"{site.url}/healthz")
    assert page.text_content("body") == "ok\n"
    # Which the browser asks for by itself here, as this page names no icon; `problems` would hold that it is missing.
    icon = page.request.get(f"{site.url}/favicon.ico")
    assert icon.ok and icon.headers["content-type"] == "image/svg+xml"


def test_site_has_a_worker(site: Site) -> None:
    deadline = time.monotonic() + 60
    while not site.query("SELECT 1 FROM procrastinate_workers"):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_site_runs_commands(site: Site) -> None:
    assert "[X] 0001_initial" in site.run("manage", "showmigrations", "units")
