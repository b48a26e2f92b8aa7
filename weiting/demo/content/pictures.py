"""Draws the demo's illustrations: calm landscapes on paper tones, decided entirely by motif and seed; no letters in them."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFilter

from weiting.demo.content.shapes import Picture

SIZE = (1280, 800)
_SCALE = 2  # Drawn larger and scaled down, so that edges are smooth.
_W, _H = SIZE[0] * _SCALE, SIZE[1] * _SCALE
Colour = tuple[int, int, int]
Painter = Callable[[Image.Image, random.Random, "Palette"], Image.Image]


class Palette:
    """Three sky tones, an ink for shapes, and one warm accent."""

    def __init__(self, top: str, middle: str, low: str, ink: str, accent: str) -> None:
        self.top, self.middle, self.low = _rgb(top), _rgb(middle), _rgb(low)
        self.ink, self.accent = _rgb(ink), _rgb(accent)


def _rgb(code: str) -> Colour:
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))  # type: ignore[return-value]


_PALETTES = (
    Palette("e9e4d6", "cfdcd2", "8fb3a6", "3d6358", "c7683f"),
    Palette("f1e6d4", "e3c9a4", "c09a6b", "6a4a2c", "b4322a"),
    Palette("e4e8ea", "c4d0da", "8fa6bd", "34506f", "d08a3e"),
    Palette("f0e7e1", "e0c6bd", "b98f8a", "6b3f48", "d9a441"),
    Palette("ecebdc", "d3dabd", "9db389", "48603a", "c9742f"),
    Palette("e6e3ea", "c9c3d6", "9488ad", "463b63", "dba24a"),
)
_NIGHT = Palette("27324a", "4a5478", "a07f7c", "1b2236", "f0b75a")
_SNOW = Palette("dfe6ec", "eef1f2", "f7f6f1", "5d6f80", "b4322a")


def _sky(palette: Palette) -> Image.Image:
    strip = Image.new("RGB", (1, 256))
    for y in range(256):
        t = y / 255
        tone = (
            _mix(palette.top, palette.middle, t * 2)
            if t < 0.5
            else _mix(palette.middle, palette.low, t * 2 - 1)
        )
        strip.putpixel((0, y), tone)
    return strip.resize((_W, _H), Image.Resampling.BICUBIC)


def _sun(
    image: Image.Image, x: float, y: float, radius: float, colour: Colour, glow: float = 0.35
) -> Image.Image:
    halo = Image.new("L", (_W // 8, _H // 8), 0)
    draw = ImageDraw.Draw(halo)
    cx, cy, r = x * _W / 8, y * _H / 8, radius * _H / 8
    draw.ellipse((cx - r * 2.6, cy - r * 2.6, cx + r * 2.6, cy + r * 2.6), fill=round(255 * glow))
    mask = halo.filter(ImageFilter.GaussianBlur(r * 0.9)).resize((_W, _H), Image.Resampling.BICUBIC)
    image = Image.composite(Image.new("RGB", image.size, colour), image, mask)
    ImageDraw.Draw(image).ellipse(_box(x, y, radius, radius), fill=colour)
    return image


def _box(x: float, y: float, rx: float, ry: float) -> tuple[float, float, float, float]:
    return x * _W - rx * _H, y * _H - ry * _H, x * _W + rx * _H, y * _H + ry * _H


def _ridge(
    image: Image.Image, rng: random.Random, base: float, height: float, colour: Colour, rough: float = 1.0
) -> None:
    waves = [
        (rng.uniform(0.6, 1.6) * (k + 1) * rough, rng.uniform(0, 6.3), height / (k + 1) ** 1.2)
        for k in range(4)
    ]
    points = [
        (0, _H),
        *(
            (x, (base + sum(a * math.sin(f * x / _W * 6.3 + p) for f, p, a in waves)) * _H)
            for x in range(0, _W + 20, 20)
        ),
        (_W, _H),
    ]
    ImageDraw.Draw(image).polygon(points, fill=colour)


def _hills(
    image: Image.Image, rng: random.Random, palette: Palette, start: float = 0.5, count: int = 4
) -> None:
    for i in range(count):
        share = (i + 1) / count
        _ridge(
            image,
            rng,
            start + 0.42 * (i / count),
            0.06 - 0.008 * i,
            _mix(palette.low, palette.ink, share * 0.72),
        )


def _mountain(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    image = _sun(
        image,
        rng.uniform(0.2, 0.8),
        rng.uniform(0.2, 0.34),
        0.055,
        _mix(palette.accent, (255, 255, 255), 0.25),
    )
    _hills(image, rng, palette, 0.42, 6)
    return image


def _river(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    image = _sun(image, rng.uniform(0.3, 0.7), 0.22, 0.05, _mix(palette.accent, (255, 255, 255), 0.35))
    _hills(image, rng, palette, 0.42, 4)
    draw = ImageDraw.Draw(image)
    light = _mix(palette.top, (255, 255, 255), 0.35)
    bend, phase = rng.uniform(0.08, 0.16), rng.uniform(0, 3)
    left, right = [], []
    for step in range(101):
        t = step / 100
        middle = 0.5 + bend * math.sin(phase + t * 5.2) * (0.35 + t)
        width = 0.004 + 0.24 * t**2.2
        left.append(((middle - width) * _W, (0.56 + 0.44 * t) * _H))
        right.append(((middle + width) * _W, (0.56 + 0.44 * t) * _H))
    draw.polygon(left + right[::-1], fill=light)
    for _ in range(26):
        t = rng.uniform(0.25, 1)
        at = 0.5 + bend * math.sin(phase + t * 5.2) * (0.35 + t) + rng.uniform(-0.12, 0.12) * t**2
        draw.line(
            (at * _W, (0.56 + 0.44 * t) * _H, (at + 0.05 * t) * _W, (0.56 + 0.44 * t) * _H),
            fill=_mix(light, palette.low, 0.5),
            width=4,
        )
    return image


def _water(image: Image.Image, rng: random.Random, palette: Palette, level: float) -> None:
    draw = ImageDraw.Draw(image)
    for y in range(int(level * _H), _H, 4):
        share = (y / _H - level) / (1 - level)
        draw.rectangle(
            (0, y, _W, y + 4),
            fill=_mix(_mix(palette.middle, palette.low, 0.4), _mix(palette.low, palette.ink, 0.55), share),
        )
    for _ in range(90):
        y = rng.uniform(level + 0.02, 0.99)
        x, long = rng.random() * _W, rng.uniform(30, 240) * (y - level + 0.25)
        draw.line(
            (x, y * _H, x + long, y * _H), fill=_mix(palette.top, palette.low, rng.uniform(0.1, 0.5)), width=3
        )


def _bridge(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    image = _sun(image, rng.uniform(0.15, 0.85), 0.24, 0.05, _mix(palette.accent, (255, 255, 255), 0.2))
    _ridge(image, rng, 0.55, 0.05, _mix(palette.low, palette.ink, 0.18))
    _ridge(image, rng, 0.6, 0.03, _mix(palette.low, palette.ink, 0.32))
    _water(image, rng, palette, 0.66)
    arches = rng.choice((1, 3, 5))
    for mirror, tone in ((True, _mix(palette.low, palette.ink, 0.45)), (False, palette.ink)):
        layer, mask = Image.new("RGB", image.size, tone), Image.new("L", image.size, 0)
        draw = ImageDraw.Draw(mask)
        top = [
            (x, (0.66 - 0.17 * math.sin(math.pi * min(1, max(0, (x / _W - 0.04) / 0.92))) - 0.025) * _H)
            for x in range(0, _W + 16, 16)
        ]
        draw.polygon([(0, 0.68 * _H), *top, (_W, 0.68 * _H)], fill=170 if mirror else 255)
        for k in range(arches):
            cx = (k + 1) / (arches + 1)
            rise = 0.66 - 0.17 * math.sin(math.pi * (cx - 0.04) / 0.92) + 0.012
            rx = 0.38 / (arches + 0.7) * 0.8
            ry = min(0.68 - rise, rx * 1.2)
            draw.ellipse((cx * _W - rx * _W, (0.682 - ry) * _H, cx * _W + rx * _W, (0.682 + ry) * _H), fill=0)
        if mirror:
            part = (
                mask.crop((0, 0, _W, int(0.68 * _H)))
                .transpose(Image.Transpose.FLIP_TOP_BOTTOM)
                .crop((0, 0, _W, _H - int(0.68 * _H)))
            )
            mask = Image.new("L", image.size, 0)
            mask.paste(part.point(lambda v: v // 2), (0, int(0.68 * _H)))
        image = Image.composite(layer, image, mask)
    return image


def _boat(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    image = _sun(image, rng.uniform(0.3, 0.75), 0.3, 0.07, _mix(palette.accent, (255, 255, 255), 0.25))
    _ridge(image, rng, 0.5, 0.05, _mix(palette.low, palette.ink, 0.2))
    _water(image, rng, palette, 0.56)
    draw = ImageDraw.Draw(image)
    for _ in range(rng.choice((1, 2, 2, 3))):
        x, y, s = rng.uniform(0.18, 0.8) * _W, rng.uniform(0.63, 0.84) * _H, rng.uniform(0.7, 1.3) * 190
        draw.polygon(
            (
                (x - s, y - s * 0.14),
                (x + s, y - s * 0.2),
                (x + s * 0.72, y + s * 0.16),
                (x - s * 0.68, y + s * 0.16),
            ),
            fill=palette.ink,
        )
        draw.pieslice(
            (x - s * 0.48, y - s * 0.5, x + s * 0.42, y + s * 0.3),
            180,
            360,
            fill=_mix(palette.ink, palette.low, 0.25),
        )
        draw.ellipse(
            (x - s * 0.6, y + s * 0.2, x + s * 0.6, y + s * 0.27), fill=_mix(palette.low, palette.ink, 0.55)
        )
    return image


def _fish(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    for _ in range(9):
        _ridge(
            image, rng, rng.uniform(0.1, 0.9), 0.03, _mix(palette.middle, palette.low, rng.uniform(0.2, 0.8))
        )
    draw = ImageDraw.Draw(image)
    for _ in range(60):
        x, y, r = rng.random() * _W, rng.random() * _H, rng.uniform(4, 16)
        draw.ellipse((x - r, y - r, x + r, y + r), outline=_mix(palette.top, palette.low, 0.3), width=3)
    for i in range(rng.randint(9, 15)):
        x, y, s = rng.uniform(0.06, 0.92) * _W, rng.uniform(0.1, 0.9) * _H, rng.uniform(0.7, 1.5) * 110
        tone = palette.accent if i == 3 else _mix(palette.ink, palette.low, rng.uniform(0, 0.45))
        body = [
            (x + s * 1.6 * math.cos(a), y + s * 0.36 * math.sin(a) * (1 + 0.35 * math.cos(a)))
            for a in (k * 0.12 for k in range(53))
        ]
        draw.polygon(body, fill=tone)
        draw.polygon(
            (
                (x - s * 1.45, y),
                (x - s * 2.15, y - s * 0.42),
                (x - s * 1.95, y),
                (x - s * 2.15, y + s * 0.42),
            ),
            fill=tone,
        )
        draw.polygon(
            ((x + s * 0.1, y - s * 0.3), (x - s * 0.6, y - s * 0.62), (x - s * 0.7, y - s * 0.2)), fill=tone
        )
        draw.ellipse((x + s * 1.14, y - s * 0.16, x + s * 1.28, y - s * 0.02), fill=palette.top)
        draw.arc(
            (x + s * 0.4, y - s * 0.34, x + s * 0.95, y + s * 0.34),
            300,
            60,
            fill=_mix(tone, palette.top, 0.5),
            width=5,
        )
    return image


def _house(
    draw: ImageDraw.ImageDraw,
    x: float,
    ground: float,
    w: float,
    h: float,
    tone: Colour,
    lit: Colour,
    rng: random.Random,
) -> None:
    draw.rectangle((x, ground - h, x + w, ground), fill=tone)
    eave, roof = w * 0.14, h * rng.uniform(0.22, 0.34)
    draw.polygon(
        (
            (x - eave, ground - h),
            (x + w * 0.2, ground - h - roof),
            (x + w * 0.8, ground - h - roof),
            (x + w + eave, ground - h),
        ),
        fill=_mix(tone, (0, 0, 0), 0.25),
    )
    cols = max(2, int(w // 90))
    for row in range(max(1, int(h // 150))):
        for col in range(cols):
            if rng.random() < 0.62:
                wx, wy = x + w * (col + 0.5) / cols, ground - h + 46 + row * 130
                draw.rectangle(
                    (wx - 20, wy, wx + 20, wy + 58),
                    fill=lit if rng.random() < 0.45 else _mix(tone, lit, 0.25),
                )


def _street(image: Image.Image, rng: random.Random, palette: Palette, sunny: bool = True) -> Image.Image:
    if sunny:
        image = _sun(image, rng.uniform(0.2, 0.8), 0.2, 0.045, _mix(palette.accent, (255, 255, 255), 0.3))
    _ridge(image, rng, 0.5, 0.05, _mix(palette.low, palette.ink, 0.12))
    draw = ImageDraw.Draw(image)
    for layer in range(3):
        ground, x = (0.74 + 0.08 * layer) * _H, -120.0
        tone = _mix(palette.low, palette.ink, 0.3 + 0.3 * layer)
        while x < _W:
            w, h = rng.uniform(210, 420), rng.uniform(220, 480) * (1.15 - 0.2 * layer)
            _house(draw, x, ground + 20, w, h, tone, _mix(palette.accent, (255, 240, 200), 0.55), rng)
            x += w + rng.uniform(30, 110)
    draw.rectangle((0, 0.9 * _H, _W, _H), fill=_mix(palette.low, palette.ink, 0.75))
    for i in range(14):
        draw.line(
            (i * 200 - 60, 0.95 * _H, i * 200 + 40, 0.95 * _H),
            fill=_mix(palette.low, palette.ink, 0.4),
            width=8,
        )
    return image


def _market(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    image = _street(image, rng, palette)
    draw = ImageDraw.Draw(image)
    stripes = (_mix(palette.accent, (255, 255, 255), 0.15), palette.top)
    for k in range(5):
        x, y, w = (k * 0.21 - 0.02) * _W, (0.66 + 0.02 * (k % 2)) * _H, 0.18 * _W
        draw.line((x + 12, y, x + 12, y + 480), fill=palette.ink, width=12)
        draw.line((x + w - 12, y, x + w - 12, y + 480), fill=palette.ink, width=12)
        for s in range(8):
            a, b = x + w * s / 8, x + w * (s + 1) / 8
            draw.polygon(
                ((a, y), (b, y), (b + (s - 3) * 5, y + 110), (a + (s - 4) * 5, y + 110)), fill=stripes[s % 2]
            )
        draw.rectangle((x + 20, y + 290, x + w - 20, y + 440), fill=_mix(palette.ink, palette.low, 0.3))
        for _ in range(16):
            cx, cy, r = x + rng.uniform(0.14, 0.86) * w, y + rng.uniform(250, 292), rng.uniform(18, 32)
            draw.ellipse(
                (cx - r, cy - r, cx + r, cy + r),
                fill=rng.choice(
                    (
                        palette.accent,
                        _mix(palette.low, (90, 130, 60), 0.6),
                        _mix(palette.accent, (240, 200, 90), 0.6),
                    )
                ),
            )
    return image


def _rainfall(image: Image.Image, rng: random.Random, palette: Palette, count: int = 260) -> Image.Image:
    layer = image.copy()
    draw = ImageDraw.Draw(layer)
    for _ in range(count):
        x, y, long = rng.random() * _W * 1.1, rng.random() * _H, rng.uniform(40, 130)
        draw.line((x, y, x - long * 0.22, y + long), fill=_mix(palette.top, (255, 255, 255), 0.4), width=3)
    return Image.blend(image, layer, 0.55)


def _rain(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    image = _street(image, rng, palette, sunny=False)
    draw = ImageDraw.Draw(image)
    for _ in range(30):
        x, y, r = rng.random() * _W, rng.uniform(0.91, 0.99) * _H, rng.uniform(40, 130)
        draw.ellipse(
            (x - r, y - r * 0.16, x + r, y + r * 0.16), outline=_mix(palette.top, palette.low, 0.4), width=5
        )
    return _rainfall(image, rng, palette)


def _umbrella(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    _hills(image, rng, palette, 0.6, 3)
    image = _rainfall(image, rng, palette, 200)
    draw = ImageDraw.Draw(image)
    tones = (
        palette.accent,
        palette.ink,
        _mix(palette.ink, palette.low, 0.45),
        _mix(palette.accent, (255, 230, 190), 0.5),
    )
    spots = sorted((rng.uniform(0.42, 0.72), 0.12 + k * 0.19 + rng.uniform(-0.03, 0.03)) for k in range(5))
    for k, (y, x) in enumerate(spots):
        cx, cy, r, tone = x * _W, y * _H, (170 + 190 * (y - 0.4) * 2), tones[k % 4]
        draw.line((cx, cy, cx, cy + r * 1.15), fill=_mix(palette.ink, (0, 0, 0), 0.2), width=10)
        draw.arc(
            (cx - 36, cy + r * 1.05, cx, cy + r * 1.25),
            0,
            180,
            fill=_mix(palette.ink, (0, 0, 0), 0.2),
            width=10,
        )
        draw.pieslice((cx - r, cy - r * 0.82, cx + r, cy + r * 0.82), 180, 360, fill=tone)
        for s in range(4):
            a, half = cx - r + r * (2 * s + 1) / 4, r / 4
            draw.pieslice(
                (a - half, cy - half * 0.42, a + half, cy + half * 0.42),
                180,
                360,
                fill=_mix(tone, (0, 0, 0), 0.14),
            )
        for s in (-0.5, 0, 0.5):
            draw.line((cx, cy - r * 0.82, cx + s * r, cy), fill=_mix(tone, (255, 255, 255), 0.25), width=4)
        draw.line((cx, cy - r * 0.82, cx, cy - r * 0.94), fill=tone, width=10)
    return image


def _sky_only(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    image = _sun(
        image,
        rng.uniform(0.2, 0.8),
        rng.uniform(0.22, 0.4),
        0.075,
        _mix(palette.accent, (255, 244, 220), 0.35),
        0.5,
    )
    clouds = Image.new("L", (_W // 4, _H // 4), 0)
    draw = ImageDraw.Draw(clouds)
    for _ in range(7):
        x, y = rng.random() * _W / 4, rng.uniform(0.12, 0.6) * _H / 4
        for _ in range(9):
            dx, dy, r = rng.uniform(-90, 90), rng.uniform(-8, 8), rng.uniform(14, 34)
            draw.ellipse(
                (x + dx - r * 1.9, y + dy - r * 0.6, x + dx + r * 1.9, y + dy + r * 0.6),
                fill=rng.randint(90, 190),
            )
    mask = clouds.filter(ImageFilter.GaussianBlur(9)).resize((_W, _H), Image.Resampling.BICUBIC)
    image = Image.composite(
        Image.new("RGB", image.size, _mix(palette.top, (255, 255, 255), 0.55)), image, mask
    )
    _hills(image, rng, palette, 0.72, 3)
    return image


def _chart(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    draw = ImageDraw.Draw(image)
    for k in range(5):
        draw.line(
            (0.1 * _W, (0.22 + k * 0.15) * _H, 0.9 * _W, (0.22 + k * 0.15) * _H),
            fill=_mix(palette.middle, palette.ink, 0.12),
            width=4,
        )
    count, level, line = rng.randint(8, 12), rng.uniform(0.25, 0.45), []
    high = rng.randrange(count)
    for k in range(count):
        level = min(0.56, max(0.12, level + rng.uniform(-0.12, 0.13)))
        x, w = (0.12 + 0.76 * k / count) * _W, 0.76 / count * _W * 0.62
        draw.rounded_rectangle(
            (x, (0.82 - level) * _H, x + w, 0.82 * _H),
            14,
            fill=palette.accent if k == high else _mix(palette.low, palette.ink, 0.4),
        )
        line.append((x + w / 2, (0.82 - level - 0.07 + rng.uniform(-0.02, 0.02)) * _H))
    draw.line(line, fill=palette.ink, width=10, joint="curve")
    for x, y in line:
        draw.ellipse((x - 16, y - 16, x + 16, y + 16), fill=palette.top, outline=palette.ink, width=8)
    draw.line((0.1 * _W, 0.82 * _H, 0.9 * _W, 0.82 * _H), fill=palette.ink, width=8)
    return image


def _branch(
    draw: ImageDraw.ImageDraw,
    rng: random.Random,
    x: float,
    y: float,
    angle: float,
    long: float,
    width: float,
    tone: Colour,
    tips: list[tuple[float, float]],
) -> None:
    if long < 60:
        tips.append((x, y))
        return
    ex, ey = x + long * math.cos(angle), y + long * math.sin(angle)
    draw.line((x, y, ex, ey), fill=tone, width=max(5, round(width)))
    tips.append((ex, ey))
    for turn in (rng.uniform(-0.6, -0.2), rng.uniform(0.15, 0.6)):
        _branch(draw, rng, ex, ey, angle + turn, long * rng.uniform(0.62, 0.8), width * 0.66, tone, tips)


def _osmanthus(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    image = _sun(image, rng.uniform(0.6, 0.85), 0.3, 0.09, _mix(palette.top, (255, 246, 220), 0.7), 0.4)
    draw = ImageDraw.Draw(image)
    tips: list[tuple[float, float]] = []
    _branch(draw, rng, -30, 0.72 * _H, -0.32, 520, 44, palette.ink, tips)
    _branch(draw, rng, 0.35 * _W, -20, 1.05, 300, 22, palette.ink, tips)
    gold = _rgb("d9a441")
    for x, y in tips:
        for _ in range(3):
            a, s = rng.uniform(0, 6.3), rng.uniform(60, 110)
            lx, ly = x + s * math.cos(a), y + s * math.sin(a)
            nx, ny = -math.sin(a) * s * 0.26, math.cos(a) * s * 0.26
            draw.polygon(
                (
                    (x, y),
                    ((x + lx) / 2 + nx, (y + ly) / 2 + ny),
                    (lx, ly),
                    ((x + lx) / 2 - nx, (y + ly) / 2 - ny),
                ),
                fill=_mix(_rgb("48603a"), palette.low, rng.uniform(0, 0.45)),
            )
        for _ in range(11):
            fx, fy, r = x + rng.gauss(0, 42), y + rng.gauss(0, 42), rng.uniform(8, 15)
            for p in range(4):
                ax, ay = fx + r * math.cos(p * 1.57), fy + r * math.sin(p * 1.57)
                draw.ellipse(
                    (ax - r * 0.8, ay - r * 0.8, ax + r * 0.8, ay + r * 0.8),
                    fill=_mix(gold, (255, 236, 170), rng.random() * 0.6),
                )
    return image


def _field(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    image = _sun(image, rng.uniform(0.2, 0.8), 0.2, 0.05, _mix(palette.accent, (255, 255, 255), 0.3))
    _ridge(image, rng, 0.44, 0.04, _mix(palette.low, palette.ink, 0.3))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0.52 * _H, _W, _H), fill=_mix(palette.low, palette.ink, 0.18))
    vanish, rows = rng.uniform(0.35, 0.65) * _W, 26
    for k in range(-rows, rows):
        a, b = vanish + k * 210, vanish + (k + 0.5) * 210
        draw.polygon(
            (
                (vanish + k * 22, 0.52 * _H),
                (vanish + (k + 0.5) * 22, 0.52 * _H),
                (b + k * 60, _H),
                (a + k * 60, _H),
            ),
            fill=_mix(palette.low, palette.ink, 0.42 if k % 4 else 0.56),
        )
    for k in range(22):
        x, y = rng.random() * _W, 0.52 * _H
        r = rng.uniform(18, 44)
        draw.ellipse(
            (x - r, y - r * 1.5, x + r, y + r * 0.3), fill=_mix(palette.low, palette.ink, 0.6 + 0.2 * (k % 2))
        )
    return image


def _lantern(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    image = _sky(_NIGHT)
    _ridge(image, rng, 0.72, 0.05, _mix(_NIGHT.middle, _NIGHT.ink, 0.5))
    draw = ImageDraw.Draw(image)
    for layer in range(2):
        x, ground = -60.0, (0.86 + 0.1 * layer) * _H
        while x < _W:
            w, h = rng.uniform(220, 400), rng.uniform(160, 330)
            _house(
                draw, x, ground, w, h, _mix(_NIGHT.middle, _NIGHT.ink, 0.6 + 0.3 * layer), _NIGHT.accent, rng
            )
            x += w + rng.uniform(20, 80)
    for row in range(2):
        sag, base = rng.uniform(0.1, 0.18), 0.08 + row * 0.16
        rope = [(x, (base + sag * math.sin(math.pi * x / _W)) * _H) for x in range(0, _W + 20, 20)]
        draw.line(rope, fill=_mix(_NIGHT.ink, (0, 0, 0), 0.2), width=6)
        for k in range(6):
            x = (k + 0.6 + row * 0.3) / 6.5
            y = base + sag * math.sin(math.pi * x) + 0.07
            image = _sun(image, x, y, 0.03, _rgb("f3c069"), 0.3)
            draw = ImageDraw.Draw(image)
            draw.ellipse(_box(x, y, 0.044, 0.052), fill=_rgb("c9493a") if (k + row) % 2 else _rgb("e0a347"))
            draw.ellipse(_box(x, y, 0.018, 0.052), outline=_rgb("f6d9a0"), width=4)
            draw.line((x * _W, (y + 0.052) * _H, x * _W, (y + 0.09) * _H), fill=_rgb("f3c069"), width=6)
    return image


def _lamp(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    image = _sky(_NIGHT)
    _ridge(image, rng, 0.74, 0.04, _mix(_NIGHT.middle, _NIGHT.ink, 0.55))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0.88 * _H, _W, _H), fill=_NIGHT.ink)
    for k in range(4):
        x, top = 0.14 + k * 0.25 + rng.uniform(-0.02, 0.02), 0.3 + 0.03 * k
        image = _sun(image, x + 0.03, top + 0.02, 0.035, _rgb("f6cf86"), 0.42)
        draw = ImageDraw.Draw(image)
        draw.line((x * _W, top * _H, x * _W, 0.9 * _H), fill=_mix(_NIGHT.ink, (0, 0, 0), 0.3), width=16)
        draw.arc(
            ((x - 0.0) * _W, (top - 0.03) * _H, (x + 0.06) * _W, (top + 0.05) * _H),
            180,
            290,
            fill=_mix(_NIGHT.ink, (0, 0, 0), 0.3),
            width=14,
        )
        draw.ellipse(_box(x + 0.03, 0.9, 0.1, 0.012), fill=_mix(_NIGHT.ink, _rgb("f6cf86"), 0.3))
    return image


def _bowl(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0.7 * _H, _W, _H), fill=_mix(palette.low, palette.ink, 0.25))
    for k in range(2 if rng.random() < 0.5 else 3):
        cx, cy, r = (0.28 + k * 0.25) * _W, 0.66 * _H, rng.uniform(230, 300)
        tone = (palette.accent, palette.ink, _mix(palette.ink, palette.low, 0.45))[k]
        draw.ellipse(
            (cx - r * 1.1, cy + r * 0.68, cx + r * 1.1, cy + r * 0.86),
            fill=_mix(palette.low, palette.ink, 0.45),
        )
        draw.ellipse(
            (cx - r * 0.86, cy - r * 0.5, cx + r * 0.86, cy + r * 0.4),
            fill=_mix(palette.top, (255, 255, 255), 0.5),
        )
        draw.pieslice((cx - r, cy - r * 0.8, cx + r, cy + r * 0.8), 0, 180, fill=tone)
        draw.rectangle(
            (cx - r * 0.36, cy + r * 0.72, cx + r * 0.36, cy + r * 0.84), fill=_mix(tone, (0, 0, 0), 0.2)
        )
        draw.line(
            (cx - r * 0.8, cy + r * 0.16, cx + r * 0.8, cy + r * 0.16),
            fill=_mix(tone, (255, 255, 255), 0.3),
            width=8,
        )
        for s in (-0.4, 0, 0.4):
            steam = [(cx + s * r + 26 * math.sin(t / 5 + s * 9), cy - r * 0.55 - t * 11) for t in range(26)]
            draw.line(steam, fill=_mix(palette.top, (255, 255, 255), 0.6), width=10, joint="curve")
    return image


def _leaf(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    draw = ImageDraw.Draw(image)
    tones = (
        palette.ink,
        _mix(palette.ink, palette.low, 0.45),
        palette.accent,
        _mix(palette.accent, (255, 225, 170), 0.45),
    )
    for k in range(rng.randint(11, 17)):
        x, y, a, s = rng.random() * _W, rng.random() * _H, rng.uniform(0, 6.3), rng.uniform(130, 300)
        side = [(t / 20, 0.3 * math.sin(math.pi * t / 20) ** 0.9) for t in range(21)]
        outline = side + [(u, -v) for u, v in reversed(side)]
        points = [
            (x + s * (u * math.cos(a) - v * math.sin(a)), y + s * (u * math.sin(a) + v * math.cos(a)))
            for u, v in outline
        ]
        draw.polygon(points, fill=tones[k % 4])
        draw.line(
            (x, y, x + s * math.cos(a), y + s * math.sin(a)),
            fill=_mix(tones[k % 4], palette.top, 0.45),
            width=6,
        )
    return image


def _fruit(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    image = _osmanthus_less(image, rng, palette)
    draw = ImageDraw.Draw(image)
    for _ in range(24):
        x, y, r = rng.uniform(0.1, 0.92) * _W, rng.uniform(0.16, 0.86) * _H, rng.uniform(46, 78)
        tone = _mix(_rgb("7a2036"), _rgb("b4433f"), rng.random())
        draw.ellipse((x - r, y - r, x + r, y + r), fill=tone)
        for _ in range(26):
            a, d = rng.uniform(0, 6.3), rng.uniform(0, 0.86) * r
            draw.ellipse(
                (
                    x + d * math.cos(a) - 7,
                    y + d * math.sin(a) - 7,
                    x + d * math.cos(a) + 7,
                    y + d * math.sin(a) + 7,
                ),
                fill=_mix(tone, (255, 190, 170), 0.22),
            )
        draw.line((x, y - r, x + 16, y - r - 40), fill=_rgb("48603a"), width=8)
    return image


def _osmanthus_less(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    draw = ImageDraw.Draw(image)
    for _ in range(70):
        x, y, a, s = rng.random() * _W, rng.random() * _H, rng.uniform(0, 6.3), rng.uniform(120, 220)
        nx, ny = -math.sin(a) * s * 0.17, math.cos(a) * s * 0.17
        ex, ey = x + s * math.cos(a), y + s * math.sin(a)
        draw.polygon(
            (
                (x, y),
                ((x + ex) / 2 + nx, (y + ey) / 2 + ny),
                (ex, ey),
                ((x + ex) / 2 - nx, (y + ey) / 2 - ny),
            ),
            fill=_mix(_rgb("48603a"), palette.low, rng.uniform(0.1, 0.75)),
        )
    return image


def _snow(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    image = _sky(_SNOW)
    for k in range(4):
        _ridge(image, rng, 0.46 + 0.13 * k, 0.05, _mix(_rgb("c3d0da"), _rgb("fbfaf7"), k / 3.4))
    draw = ImageDraw.Draw(image)
    for _ in range(16):
        x, y, s = rng.random() * _W, rng.uniform(0.55, 0.92) * _H, rng.uniform(80, 190)
        for t in range(3):
            w, top = s * (0.62 - 0.14 * t), y - s * (0.45 + 0.5 * t)
            draw.polygon(
                ((x - w, top + s * 0.5), (x + w, top + s * 0.5), (x, top - s * 0.25)),
                fill=_mix(_SNOW.ink, _SNOW.low, 0.1 + 0.16 * t),
            )
            draw.polygon(
                ((x - w * 0.4, top + s * 0.06), (x + w * 0.4, top + s * 0.06), (x, top - s * 0.25)),
                fill=_SNOW.low,
            )
    for _ in range(240):
        x, y, r = rng.random() * _W, rng.random() * _H, rng.uniform(3, 11)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(255, 255, 255))
    return image


MOTIFS: dict[str, Painter] = {
    "mountain": _mountain, "river": _river, "bridge": _bridge, "boat": _boat, "fish": _fish, "street": _street, "market": _market,
    "rain": _rain, "umbrella": _umbrella, "sky": _sky_only, "chart": _chart, "osmanthus": _osmanthus, "field": _field,
    "lantern": _lantern, "lamp": _lamp, "bowl": _bowl, "leaf": _leaf, "fruit": _fruit, "snow": _snow,
}  # fmt: skip


def draw(spec: Picture, quality: int = 82) -> bytes:
    """Render a picture as a JPEG of 1280×800; raises KeyError for an unknown motif."""
    rng = random.Random(f"{spec.motif}:{spec.seed}")  # noqa: S311  (nothing secret)
    palette = rng.choice(_PALETTES)
    image = MOTIFS[spec.motif](_sky(palette), rng, palette).resize(SIZE, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()
