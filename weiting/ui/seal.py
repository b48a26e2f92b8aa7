"""Draws a unit's square seal as SVG from one to four characters: white on the section's colour, double border."""

import re

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

PALETTE = {
    "seal": "#b4322a",
    "blue": "#2b4c7e",
    "green": "#1a6d52",
    "purple": "#7a4b8c",
    "amber": "#8a5407",
    "slate": "#4b5563",
    "silent": "#6b6f77",
}
FONT = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','WenQuanYi Micro Hei',sans-serif"
LEAST_CONTRAST = 4.5

# How many characters stand in each row, and how large they are on the 48-unit square.
ROWS = {1: ([1], 27.0), 2: ([2], 17.5), 3: ([2, 1], 15.5), 4: ([2, 2], 15.5)}


def luminance(colour: str) -> float:
    """Return the relative luminance of a #rrggbb colour as WCAG defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two #rrggbb colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def background(colour: str | None) -> str:
    """Return a colour on which white can be read: a palette name or #rrggbb, darkened as far as it must be."""
    value = PALETTE.get(colour or "seal", colour or "").lower()
    if re.fullmatch(r"#[0-9a-f]{3}", value):
        value = "#" + "".join(c * 2 for c in value[1:])
    if not re.fullmatch(r"#[0-9a-f]{6}", value):
        value = PALETTE["seal"]
    while contrast(value, "#ffffff") < LEAST_CONTRAST:
        value = "#" + "".join(f"{int(int(value[i : i + 2], 16) * 0.94):02x}" for i in (1, 3, 5))
    return value


def letters(name: str) -> str:
    """Return the one to four characters that stand in the seal."""
    compact = re.sub(r"[\s·・,，.。()（）]", "", name)
    return compact[:4] or "印"


def _text(rows: list[str], size: float) -> SafeString:
    step = size * 1.12
    top = 24 - step * (len(rows) - 1) / 2
    spans = [
        format_html(
            '<text x="24" y="{}" dy=".36em" font-size="{}">{}</text>', round(top + i * step, 2), size, row
        )
        for i, row in enumerate(rows)
    ]
    return SafeString("".join(spans))


def draw(name: str, colour: str | None = None, size: int = 44, label: str | None = None) -> SafeString:
    """Return the seal as inline SVG; `label` is what a screen reader says, and "" hides it from one."""
    text = letters(name)
    cut, font_size = ROWS[len(text)]
    rows, start = [], 0
    for width in cut:
        rows.append(text[start : start + width])
        start += width
    if text.isascii():
        rows, font_size = [text], {1: 27.0, 2: 20.0, 3: 16.0, 4: 13.0}[len(text)]
    said = _("Seal of %(name)s") % {"name": name} if label is None else label
    spoken = format_html(' role="img" aria-label="{}"', said) if said else SafeString(' aria-hidden="true"')
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="seal" width="{0}" height="{0}" viewBox="0 0 48 48"{1}>'
        '<rect width="48" height="48" rx="5" fill="{2}"/>'
        '<rect x="1.75" y="1.75" width="44.5" height="44.5" rx="3.6" fill="none" stroke="#ffffff" stroke-opacity=".6" '
        'stroke-width="1.5"/>'
        '<rect x="4.4" y="4.4" width="39.2" height="39.2" rx="1.8" fill="none" stroke="#ffffff" stroke-opacity=".32" '
        'stroke-width=".7"/>'
        '<g fill="#ffffff" font-family="{3}" font-weight="600" text-anchor="middle">{4}</g></svg>',
        size,
        spoken,
        background(colour),
        FONT,
        _text(rows, font_size),
    )
