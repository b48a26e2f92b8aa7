"""What every motif is drawn with: tones, sky, sun, ridges, water, houses, falling rain."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1280, 800)
SCALE = 2  # Drawn larger and scaled down, so that edges are smooth.
WIDTH, HEIGHT = SIZE[0] * SCALE, SIZE[1] * SCALE
Colour = tuple[int, int, int]


class Palette:
    """Three sky tones, an ink for shapes, and one warm accent."""

    def __init__(self, top: str, middle: str, low: str, ink: str, accent: str) -> None:
        self.top, self.middle, self.low = rgb(top), rgb(middle), rgb(low)
        self.ink, self.accent = rgb(ink), rgb(accent)


def rgb(code: str) -> Colour:
    """Read a colour written as six hexadecimal digits."""
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return the colour that lies so far between two."""
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))  # type: ignore[return-value]


PALETTES = (
    Palette("e9e4d6", "cfdcd2", "8fb3a6", "3d6358", "c7683f"),
    Palette("f1e6d4", "e3c9a4", "c09a6b", "6a4a2c", "b4322a"),
    Palette("e4e8ea", "c4d0da", "8fa6bd", "34506f", "d08a3e"),
    Palette("f0e7e1", "e0c6bd", "b98f8a", "6b3f48", "d9a441"),
    Palette("ecebdc", "d3dabd", "9db389", "48603a", "c9742f"),
    Palette("e6e3ea", "c9c3d6", "9488ad", "463b63", "dba24a"),
)
NIGHT = Palette("27324a", "4a5478", "a07f7c", "1b2236", "f0b75a")
SNOW = Palette("dfe6ec", "eef1f2", "f7f6f1", "5d6f80", "b4322a")


def sky(palette: Palette) -> Image.Image:
    """Return an empty picture under a sky."""
    strip = Image.new("RGB", (1, 256))
    for y in range(256):
        t = y / 255
        tone = (
            mix(palette.top, palette.middle, t * 2)
            if t < 0.5
            else mix(palette.middle, palette.low, t * 2 - 1)
        )
        strip.putpixel((0, y), tone)
    return strip.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)


def sun(
    image: Image.Image, x: float, y: float, radius: float, colour: Colour, glow: float = 0.35
) -> Image.Image:
    """Return the picture with a sun and its glow."""
    halo = Image.new("L", (WIDTH // 8, HEIGHT // 8), 0)
    draw = ImageDraw.Draw(halo)
    cx, cy, r = x * WIDTH / 8, y * HEIGHT / 8, radius * HEIGHT / 8
    draw.ellipse((cx - r * 2.6, cy - r * 2.6, cx + r * 2.6, cy + r * 2.6), fill=round(255 * glow))
    mask = halo.filter(ImageFilter.GaussianBlur(r * 0.9)).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    image = Image.composite(Image.new("RGB", image.size, colour), image, mask)
    ImageDraw.Draw(image).ellipse(box(x, y, radius, radius), fill=colour)
    return image


def box(x: float, y: float, rx: float, ry: float) -> tuple[float, float, float, float]:
    """Return the box around an ellipse."""
    return (
        x * WIDTH - rx * HEIGHT,
        y * HEIGHT - ry * HEIGHT,
        x * WIDTH + rx * HEIGHT,
        y * HEIGHT + ry * HEIGHT,
    )


def ridge(
    image: Image.Image, rng: random.Random, base: float, height: float, colour: Colour, rough: float = 1.0
) -> None:
    """Draw one line of hills across the picture."""
    waves = [
        (rng.uniform(0.6, 1.6) * (k + 1) * rough, rng.uniform(0, 6.3), height / (k + 1) ** 1.2)
        for k in range(4)
    ]
    points = [
        (0, HEIGHT),
        *(
            (x, (base + sum(a * math.sin(f * x / WIDTH * 6.3 + p) for f, p, a in waves)) * HEIGHT)
            for x in range(0, WIDTH + 20, 20)
        ),
        (WIDTH, HEIGHT),
    ]
    ImageDraw.Draw(image).polygon(points, fill=colour)


def hills(
    image: Image.Image, rng: random.Random, palette: Palette, start: float = 0.5, count: int = 4
) -> None:
    """Draw lines of hills, each darker than the one behind."""
    for i in range(count):
        share = (i + 1) / count
        ridge(
            image,
            rng,
            start + 0.42 * (i / count),
            0.06 - 0.008 * i,
            mix(palette.low, palette.ink, share * 0.72),
        )


def water(image: Image.Image, rng: random.Random, palette: Palette, level: float) -> None:
    """Draw water from a level down."""
    draw = ImageDraw.Draw(image)
    for y in range(int(level * HEIGHT), HEIGHT, 4):
        share = (y / HEIGHT - level) / (1 - level)
        draw.rectangle(
            (0, y, WIDTH, y + 4),
            fill=mix(mix(palette.middle, palette.low, 0.4), mix(palette.low, palette.ink, 0.55), share),
        )
    for _ in range(90):
        depth = rng.uniform(level + 0.02, 0.99)
        x, long = rng.random() * WIDTH, rng.uniform(30, 240) * (depth - level + 0.25)
        draw.line(
            (x, depth * HEIGHT, x + long, depth * HEIGHT),
            fill=mix(palette.top, palette.low, rng.uniform(0.1, 0.5)),
            width=3,
        )


def house(
    draw: ImageDraw.ImageDraw,
    x: float,
    ground: float,
    w: float,
    h: float,
    tone: Colour,
    lit: Colour,
    rng: random.Random,
) -> None:
    """Draw one house with lit windows."""
    draw.rectangle((x, ground - h, x + w, ground), fill=tone)
    eave, roof = w * 0.14, h * rng.uniform(0.22, 0.34)
    draw.polygon(
        (
            (x - eave, ground - h),
            (x + w * 0.2, ground - h - roof),
            (x + w * 0.8, ground - h - roof),
            (x + w + eave, ground - h),
        ),
        fill=mix(tone, (0, 0, 0), 0.25),
    )
    cols = max(2, int(w // 90))
    for row in range(max(1, int(h // 150))):
        for col in range(cols):
            if rng.random() < 0.62:
                wx, wy = x + w * (col + 0.5) / cols, ground - h + 46 + row * 130
                draw.rectangle(
                    (wx - 20, wy, wx + 20, wy + 58),
                    fill=lit if rng.random() < 0.45 else mix(tone, lit, 0.25),
                )


def rainfall(image: Image.Image, rng: random.Random, palette: Palette, count: int = 260) -> Image.Image:
    """Return the picture in falling rain."""
    layer = image.copy()
    draw = ImageDraw.Draw(layer)
    for _ in range(count):
        x, y, long = rng.random() * WIDTH * 1.1, rng.random() * HEIGHT, rng.uniform(40, 130)
        draw.line((x, y, x - long * 0.22, y + long), fill=mix(palette.top, (255, 255, 255), 0.4), width=3)
    return Image.blend(image, layer, 0.55)
