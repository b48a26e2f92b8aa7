"""Every pair of colours people read must be readable, in each set of tokens.css."""

import re

import pytest

from weiting.ui.bundles import CSS
from weiting.ui.seal import contrast

SETS = {
    "light": [":root"],
    "dark": [":root", "dark :root"],
    "high": [":root", ':root[data-contrast="high"]'],
    "dark high": [":root", "dark :root", ':root[data-contrast="high"]', 'dark :root[data-contrast="high"]'],
}
GROUNDS = ("paper", "surface", "tint")
PAIRS = [
    *((ink, ground) for ink in ("ink", "muted", "link", "seal", "ok", "soon", "late") for ground in GROUNDS),
    *((tone, f"{tone}-wash") for tone in ("link", "seal", "ok", "soon", "late")),
    *(("ink", f"{tone}-wash") for tone in ("link", "seal", "ok", "soon", "late")),
    *(("muted", f"{tone}-wash") for tone in ("link", "soon", "late", "ok")),
    ("on-seal", "seal"),
    ("on-seal", "seal-deep"),
    *(("on-status", tone) for tone in ("ok", "soon", "late", "muted")),
    ("rail-ink", "rail"),
    ("rail-strong", "rail"),
    ("rail-strong", "rail-tint"),
    ("paper", "ink"),
]
BOUNDARIES = [("edge", ground) for ground in GROUNDS] + [("link", "paper"), ("seal", "paper")]


def _blocks() -> dict[str, dict[str, str]]:
    """Read the colours of each rule; a rule inside the dark media query is named `dark …`."""
    text = re.sub(r"/\*.*?\*/", "", (CSS / "tokens.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    found: dict[str, dict[str, str]] = {}
    for match in re.finditer(r"(@media \(prefers-color-scheme: dark\) \{)?\s*(:root[^{,]*)\{([^}]*)\}", text):
        name = ("dark " if match[1] else "") + match[2].strip()
        found.setdefault(name, {}).update(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", match[3]))
    return found


def _colours(name: str) -> dict[str, str]:
    blocks = _blocks()
    return {key: value for block in SETS[name] for key, value in blocks[block].items()}


def test_every_set_is_found_in_the_file() -> None:
    blocks = _blocks()
    names = set(blocks[":root"])
    assert len(names) >= 22
    for name in ("dark :root", ':root[data-contrast="high"]', 'dark :root[data-contrast="high"]'):
        assert set(blocks[name]) == names, name


@pytest.mark.parametrize("name", SETS)
def test_text_is_readable_in_every_set(name: str) -> None:
    colours = _colours(name)
    least = 7.0 if "high" in name else 4.5
    weak = {
        (text, ground): round(found, 2)
        for text, ground in PAIRS
        if (found := contrast(colours[text], colours[ground])) < least
    }
    assert not weak


@pytest.mark.parametrize("name", SETS)
def test_edges_of_controls_can_be_seen(name: str) -> None:
    colours = _colours(name)
    weak = {pair for pair in BOUNDARIES if contrast(colours[pair[0]], colours[pair[1]]) < 3}
    assert not weak
