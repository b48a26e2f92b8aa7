"""Draws the demo's illustrations: calm landscapes on paper tones, decided entirely by motif and seed; no letters in them."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

from PIL import Image

from weiting.demo.content.pictures.canvas import PALETTES, SIZE, Palette, sky
from weiting.demo.content.pictures.land import boat, bridge, field, mountain, river, sky_only, snow
from weiting.demo.content.pictures.things import bowl, chart, fish, fruit, leaf, osmanthus
from weiting.demo.content.pictures.town import lamp, lantern, market, rain, street, umbrella
from weiting.demo.content.shapes import Picture

Painter = Callable[[Image.Image, random.Random, Palette], Image.Image]

MOTIFS: dict[str, Painter] = {
    "mountain": mountain, "river": river, "bridge": bridge, "boat": boat, "fish": fish, "street": street, "market": market,
    "rain": rain, "umbrella": umbrella, "sky": sky_only, "chart": chart, "osmanthus": osmanthus, "field": field,
    "lantern": lantern, "lamp": lamp, "bowl": bowl, "leaf": leaf, "fruit": fruit, "snow": snow,
}  # fmt: skip


def draw(spec: Picture, quality: int = 82) -> bytes:
    """Render a picture as a JPEG of 1280×800; raises KeyError for an unknown motif."""
    rng = random.Random(f"{spec.motif}:{spec.seed}")  # noqa: S311  (nothing secret)
    palette = rng.choice(PALETTES)
    image = MOTIFS[spec.motif](sky(palette), rng, palette).resize(SIZE, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()
