"""Streets, markets, rain on the street, umbrellas, lanterns and lamps."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw

from weiting.demo.content.pictures.canvas import (
    HEIGHT,
    NIGHT,
    WIDTH,
    Palette,
    box,
    hills,
    house,
    mix,
    rainfall,
    rgb,
    ridge,
    sky,
    sun,
)


def street(image: Image.Image, rng: random.Random, palette: Palette, sunny: bool = True) -> Image.Image:
    """Draw an old street."""
    if sunny:
        image = sun(image, rng.uniform(0.2, 0.8), 0.2, 0.045, mix(palette.accent, (255, 255, 255), 0.3))
    ridge(image, rng, 0.5, 0.05, mix(palette.low, palette.ink, 0.12))
    draw = ImageDraw.Draw(image)
    for layer in range(3):
        ground, x = (0.74 + 0.08 * layer) * HEIGHT, -120.0
        tone = mix(palette.low, palette.ink, 0.3 + 0.3 * layer)
        while x < WIDTH:
            w, h = rng.uniform(210, 420), rng.uniform(220, 480) * (1.15 - 0.2 * layer)
            house(draw, x, ground + 20, w, h, tone, mix(palette.accent, (255, 240, 200), 0.55), rng)
            x += w + rng.uniform(30, 110)
    draw.rectangle((0, 0.9 * HEIGHT, WIDTH, HEIGHT), fill=mix(palette.low, palette.ink, 0.75))
    for i in range(14):
        draw.line(
            (i * 200 - 60, 0.95 * HEIGHT, i * 200 + 40, 0.95 * HEIGHT),
            fill=mix(palette.low, palette.ink, 0.4),
            width=8,
        )
    return image


def market(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    """Draw a morning market."""
    image = street(image, rng, palette)
    draw = ImageDraw.Draw(image)
    stripes = (mix(palette.accent, (255, 255, 255), 0.15), palette.top)
    for k in range(5):
        x, y, w = (k * 0.21 - 0.02) * WIDTH, (0.66 + 0.02 * (k % 2)) * HEIGHT, 0.18 * WIDTH
        draw.line((x + 12, y, x + 12, y + 480), fill=palette.ink, width=12)
        draw.line((x + w - 12, y, x + w - 12, y + 480), fill=palette.ink, width=12)
        for s in range(8):
            a, b = x + w * s / 8, x + w * (s + 1) / 8
            draw.polygon(
                ((a, y), (b, y), (b + (s - 3) * 5, y + 110), (a + (s - 4) * 5, y + 110)), fill=stripes[s % 2]
            )
        draw.rectangle((x + 20, y + 290, x + w - 20, y + 440), fill=mix(palette.ink, palette.low, 0.3))
        for _ in range(16):
            cx, cy, r = x + rng.uniform(0.14, 0.86) * w, y + rng.uniform(250, 292), rng.uniform(18, 32)
            draw.ellipse(
                (cx - r, cy - r, cx + r, cy + r),
                fill=rng.choice(
                    (
                        palette.accent,
                        mix(palette.low, (90, 130, 60), 0.6),
                        mix(palette.accent, (240, 200, 90), 0.6),
                    )
                ),
            )
    return image


def rain(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    """Draw a street in the rain."""
    image = street(image, rng, palette, sunny=False)
    draw = ImageDraw.Draw(image)
    for _ in range(30):
        x, y, r = rng.random() * WIDTH, rng.uniform(0.91, 0.99) * HEIGHT, rng.uniform(40, 130)
        draw.ellipse(
            (x - r, y - r * 0.16, x + r, y + r * 0.16), outline=mix(palette.top, palette.low, 0.4), width=5
        )
    return rainfall(image, rng, palette)


def umbrella(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    """Draw umbrellas in the rain."""
    hills(image, rng, palette, 0.6, 3)
    image = rainfall(image, rng, palette, 200)
    draw = ImageDraw.Draw(image)
    tones = (
        palette.accent,
        palette.ink,
        mix(palette.ink, palette.low, 0.45),
        mix(palette.accent, (255, 230, 190), 0.5),
    )
    spots = sorted((rng.uniform(0.42, 0.72), 0.12 + k * 0.19 + rng.uniform(-0.03, 0.03)) for k in range(5))
    for k, (y, x) in enumerate(spots):
        cx, cy, r, tone = x * WIDTH, y * HEIGHT, (170 + 190 * (y - 0.4) * 2), tones[k % 4]
        draw.line((cx, cy, cx, cy + r * 1.15), fill=mix(palette.ink, (0, 0, 0), 0.2), width=10)
        draw.arc(
            (cx - 36, cy + r * 1.05, cx, cy + r * 1.25),
            0,
            180,
            fill=mix(palette.ink, (0, 0, 0), 0.2),
            width=10,
        )
        draw.pieslice((cx - r, cy - r * 0.82, cx + r, cy + r * 0.82), 180, 360, fill=tone)
        for s in range(4):
            a, half = cx - r + r * (2 * s + 1) / 4, r / 4
            draw.pieslice(
                (a - half, cy - half * 0.42, a + half, cy + half * 0.42),
                180,
                360,
                fill=mix(tone, (0, 0, 0), 0.14),
            )
        for rib in (-0.5, 0.0, 0.5):
            draw.line((cx, cy - r * 0.82, cx + rib * r, cy), fill=mix(tone, (255, 255, 255), 0.25), width=4)
        draw.line((cx, cy - r * 0.82, cx, cy - r * 0.94), fill=tone, width=10)
    return image


def lantern(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    """Draw strings of lanterns at night."""
    image = sky(NIGHT)
    ridge(image, rng, 0.72, 0.05, mix(NIGHT.middle, NIGHT.ink, 0.5))
    draw = ImageDraw.Draw(image)
    for layer in range(2):
        x, ground = -60.0, (0.86 + 0.1 * layer) * HEIGHT
        while x < WIDTH:
            w, h = rng.uniform(220, 400), rng.uniform(160, 330)
            house(draw, x, ground, w, h, mix(NIGHT.middle, NIGHT.ink, 0.6 + 0.3 * layer), NIGHT.accent, rng)
            x += w + rng.uniform(20, 80)
    for row in range(2):
        sag, base = rng.uniform(0.1, 0.18), 0.08 + row * 0.16
        rope = [(x, (base + sag * math.sin(math.pi * x / WIDTH)) * HEIGHT) for x in range(0, WIDTH + 20, 20)]
        draw.line(rope, fill=mix(NIGHT.ink, (0, 0, 0), 0.2), width=6)
        for k in range(6):
            x = (k + 0.6 + row * 0.3) / 6.5
            y = base + sag * math.sin(math.pi * x) + 0.07
            image = sun(image, x, y, 0.03, rgb("f3c069"), 0.3)
            draw = ImageDraw.Draw(image)
            draw.ellipse(box(x, y, 0.044, 0.052), fill=rgb("c9493a") if (k + row) % 2 else rgb("e0a347"))
            draw.ellipse(box(x, y, 0.018, 0.052), outline=rgb("f6d9a0"), width=4)
            draw.line(
                (x * WIDTH, (y + 0.052) * HEIGHT, x * WIDTH, (y + 0.09) * HEIGHT), fill=rgb("f3c069"), width=6
            )
    return image


def lamp(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    """Draw street lamps at night."""
    image = sky(NIGHT)
    ridge(image, rng, 0.74, 0.04, mix(NIGHT.middle, NIGHT.ink, 0.55))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0.88 * HEIGHT, WIDTH, HEIGHT), fill=NIGHT.ink)
    for k in range(4):
        x, top = 0.14 + k * 0.25 + rng.uniform(-0.02, 0.02), 0.3 + 0.03 * k
        image = sun(image, x + 0.03, top + 0.02, 0.035, rgb("f6cf86"), 0.42)
        draw = ImageDraw.Draw(image)
        draw.line(
            (x * WIDTH, top * HEIGHT, x * WIDTH, 0.9 * HEIGHT), fill=mix(NIGHT.ink, (0, 0, 0), 0.3), width=16
        )
        draw.arc(
            ((x - 0.0) * WIDTH, (top - 0.03) * HEIGHT, (x + 0.06) * WIDTH, (top + 0.05) * HEIGHT),
            180,
            290,
            fill=mix(NIGHT.ink, (0, 0, 0), 0.3),
            width=14,
        )
        draw.ellipse(box(x + 0.03, 0.9, 0.1, 0.012), fill=mix(NIGHT.ink, rgb("f6cf86"), 0.3))
    return image
