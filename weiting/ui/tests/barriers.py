"""What is asked of every page in a browser: no barrier of WCAG 2.2 AA, nothing wider than the screen."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

HEIGHT = 800
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Not of the standard, and kept all the same where people without an account read.
HABITS = "best-practice"


@cache
def _axe() -> str:
    # Ends in a value of its own: the browser would hand the whole of axe back.
    return (Path(__file__).parents[3] / "tests/vendor/axe.min.js").read_text(encoding="utf-8") + ";0"


def barriers(page: Page, *widths: int, of: str = "document", habits: bool = False) -> list[str]:
    """List what axe finds on the page that is open, or in `of` (a selector), and whether it is wider than the screen.

    At each of the `widths` (px), in their order, and at the first again in the end; without any as the page stands.
    """
    page.evaluate(_axe())
    asked = {"runOnly": [*RULES, HABITS] if habits else RULES, "resultTypes": ["violations"]}
    found = []
    for width in widths or (0,):
        if width:
            page.set_viewport_size({"width": width, "height": HEIGHT})
        at = f"{width}: " if width else ""
        result = page.evaluate(
            "([of, asked]) => axe.run(of === 'document' ? document : of, asked)", [of, asked]
        )
        found += [f"{at}{each['id']}: {each['nodes'][0]['html'][:160]}" for each in result["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{at}wider than the screen")
    if len(widths) > 1:
        page.set_viewport_size({"width": widths[0], "height": HEIGHT})
    return found
