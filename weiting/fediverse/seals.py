"""Draws a unit's seal as a PNG: other servers show no SVG. Without a Chinese font on the machine it has no letters."""

from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from weiting.ui import seal
from weiting.units.models import Unit

SIZE = 400
# Where the systems a hall runs on keep a font with Chinese letters.
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Medium.ttc",
    "C:/Windows/Fonts/msyhbd.ttc",
)


@cache
def _font_path() -> str:
    return next((each for each in FONTS if Path(each).is_file()), "")


def icon_png(unit: Unit) -> bytes:
    """Return a unit's seal as a square picture."""
    return _drawn(seal.letters(unit.seal_text or unit.short_name), seal.background(unit.color))


@lru_cache(maxsize=500)
def _drawn(letters: str, colour: str) -> bytes:
    image = Image.new("RGB", (SIZE, SIZE), colour)
    draw = ImageDraw.Draw(image)
    for inset, width in ((18, 9), (36, 3)):
        draw.rectangle((inset, inset, SIZE - inset, SIZE - inset), outline="#ffffff", width=width)
    path = _font_path()
    if path:
        counts, size = seal.ROWS[len(letters)]
        font = ImageFont.truetype(path, int(size * SIZE / 48))
        rows, at = [], 0
        for count in counts:
            rows.append(letters[at : at + count])
            at += count
        draw.multiline_text(
            (SIZE / 2, SIZE / 2), "\n".join(rows), "#ffffff", font, anchor="mm", align="center", spacing=8
        )
    found = BytesIO()
    image.save(found, "PNG", optimize=True)
    return found.getvalue()
