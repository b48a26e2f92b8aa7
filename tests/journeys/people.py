"""What people do at the desk and in the hall, step by step, by the words they see on the page."""

import io
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, override, pgettext
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from config.testing import Site
from weiting.core import clock
from weiting.demo.signins import PASSWORD

__all__ = ["PASSWORD", "Desk", "Draft", "Windows", "picture", "zh"]


expect.set_options(timeout=30_000)


def zh(words: str, context: str = "") -> str:
    """Return what a page in simplified Chinese says for these words."""
    with override("zh-hans"):
        return pgettext(context, words) if context else gettext(words)


@dataclass
class Windows:
    """Opens browser windows, and holds what the browser complained about in them."""

    open: Callable[..., Page]
    complaints: list[str]


def picture(seed: int = 1) -> bytes:
    """Return a small photograph-like PNG; another seed gives another picture."""
    dice = random.Random(seed)
    small = Image.new("RGB", (8, 6))
    small.putdata([(dice.randrange(256), dice.randrange(256), dice.randrange(256)) for _ in range(48)])
    kept = io.BytesIO()
    small.resize((640, 480), Image.Resampling.BICUBIC).save(kept, "PNG")
    return kept.getvalue()


@dataclass
class Draft:
    """What an editor writes."""

    title: str
    body: str
    klass: str = "service"


class Desk:
    """One person at the desk. Every step says what the page answered."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.site = site

    def open(self, path: str) -> None:
        """Open a page of the desk that must be there."""
        answer = self.page.goto(path)
        assert answer is not None and answer.status == 200, f"{path}: {answer and answer.status}"

    def press(self, words: str, *, within: Locator | None = None) -> None:
        """Press the button with these words."""
        (within or self.page.locator("body")).get_by_role("button", name=zh(words), exact=True).first.click()

    def fill(self, words: str, text: str) -> None:
        """Fill the field with this label."""
        self.page.get_by_label(zh(words), exact=True).first.fill(text)

    def is_told(self, words: str) -> None:
        """Wait until the page says this."""
        expect(
            self.page.locator(".messages, [role=status], main").filter(has_text=zh(words)).first
        ).to_be_visible()

    # --- writing ---

    def begins(self, draft: Draft) -> str:
        """Begin a text at 写 → 新写一条, and return its number."""
        self.open("/desk/write/")
        self.page.get_by_role("link", name=zh("New text")).first.click()
        self.page.fill("[name=title]", draft.title)
        self.page.select_option("[name=klass]", draft.klass)
        self.press("Begin")
        self.page.wait_for_url(re.compile(r"/desk/write/[a-z0-9]{6,}/$"))
        self.page.fill("[name=body]", draft.body)
        return self.page.url.rstrip("/").rsplit("/", 1)[1]

    def puts_in_a_picture(self, alt: str, content: bytes | None = None) -> None:
        """Upload a picture from the composer and come back to it."""
        self.press("Add a picture, film or sound")
        self.page.wait_for_url("**/media/")
        self.page.set_input_files(
            "[name=file]", {"name": "hefu.png", "mimeType": "image/png", "buffer": content or picture()}
        )
        form = self.page.locator("form[data-upload]")
        form.locator("[name=alt]").fill(alt)
        form.locator("[name=rights]").select_option("own")
        if form.locator("[name=faces_checked]").count():
            form.locator("[name=faces_checked]").check()
        self.press("Upload and put in", within=form)
        self.page.wait_for_url(re.compile(r"/desk/write/\w+/(#media)?$"))

    def submits(self, release: str = "approved") -> None:
        """Submit what the composer holds, to go out as soon as it is approved, or `later`."""
        self.page.check(f"[name=release][value={release}]")
        self.page.check("[name=no_secrets]")
        self.press("Submit", within=self.page.locator("section.send"))

    def plans(self, at: datetime) -> None:
        """Plan the approved text on the page for a moment on the clock of Shanghai."""
        form = self.page.locator("form.wish")
        # The picker offers whole minutes; the form takes seconds too, which saves a minute of waiting.
        form.evaluate("form => { form.noValidate = true; }")
        form.locator("[name=release][value=at]").check()
        form.locator("[name=at]").fill(clock.local(at).strftime("%Y-%m-%dT%H:%M:%S"))
        self.press("Plan the release", within=form)

    # --- reviewing ---

    def finds_to_review(self, title: str) -> None:
        """Open a text from the list of what waits."""
        self.open("/desk/review/")
        self.page.get_by_role("link", name=title).first.click()
        expect(self.page.locator("h1")).to_contain_text(title)

    def remarks(self, passage: str, words: str) -> None:
        """Leave a remark at a passage of the open text by selecting it."""
        self.page.evaluate(
            """(words) => {
                const walker = document.createTreeWalker(document.querySelector("[data-text]"), NodeFilter.SHOW_TEXT);
                for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                    const at = node.data.indexOf(words);
                    if (at < 0) continue;
                    document.getSelection().setBaseAndExtent(node, at, node, at + words.length);
                    return;
                }
            }""",
            passage,
        )
        expect(self.page.locator("[data-quote]")).to_have_value(passage)
        self.page.locator("#remarks [name=text]").fill(words)
        self.press("Comment", within=self.page.locator("#remarks"))
        expect(self.page.locator("#remarks")).to_contain_text(words)

    def approves(self) -> None:
        """Tick what is to be checked and approve the open text."""
        form = self.page.locator("section.verdict form")
        for box in form.locator("[name=checked], [name=no_secrets]").all():
            box.check()
        self.press("Approve", within=form)

    def sends_back(self, kind: str, reason: str) -> None:
        """Send the open text back with a reason."""
        form = self.page.locator("section.verdict form")
        form.locator("summary").click()
        form.locator("[name=reason_kind]").select_option(kind)
        form.locator("[name=reason]").fill(reason)
        self.press("Send back with this reason", within=form)

    def forges(self, path: str, fields: dict[str, str]) -> int:
        """Send a form nobody offered, with this person's own cookies; return the answer's status."""
        token = self.page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value") or ""
        answer = self.page.request.post(
            path,
            form={"csrfmiddlewaretoken": token, **fields},
            headers={"Referer": self.page.url},
            max_redirects=0,
        )
        return answer.status
