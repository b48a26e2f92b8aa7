"""Mountains, rivers, bridges, boats, fields, skies and snow."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw, ImageFilter

from weiting.demo.content.pictures.canvas import (
    HEIGHT,
    SNOW,
    WIDTH,
    Palette,
    hills,
    mix,
    rgb,
    ridge,
    sky,
    sun,
    water,
)


def mountain(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    """Draw a mountain range."""
    image = sun(
        image,
        rng.uniform(0.2, 0.8),
        rng.uniform(0.2, 0.34),
        0.055,
        mix(palette.accent, (255, 255, 255), 0.25),
    )
    hills(image, rng, palette, 0.42, 6)
    return image


def river(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    """Draw a winding river."""
    image = sun(image, rng.uniform(0.3, 0.7), 0.22, 0.05, mix(palette.accent, (255, 255, 255), 0.35))
    hills(image, rng, palette, 0.42, 4)
    draw = ImageDraw.Draw(image)
    light = mix(palette.top, (255, 255, 255), 0.35)
    bend, phase = rng.uniform(0.08, 0.16), rng.uniform(0, 3)
    left, right = [], []
    for step in range(101):
        t = step / 100
        middle = 0.5 + bend * math.sin(phase + t * 5.2) * (0.35 + t)
        width = 0.004 + 0.24 * t**2.2
        left.append(((middle - width) * WIDTH, (0.56 + 0.44 * t) * HEIGHT))
        right.append(((middle + width) * WIDTH, (0.56 + 0.44 * t) * HEIGHT))
    draw.polygon(left + right[::-1], fill=light)
    for _ in range(26):
        t = rng.uniform(0.25, 1)
        at = 0.5 + bend * math.sin(phase + t * 5.2) * (0.35 + t) + rng.uniform(-0.12, 0.12) * t**2
        draw.line(
            (at * WIDTH, (0.56 + 0.44 * t) * HEIGHT, (at + 0.05 * t) * WIDTH, (0.56 + 0.44 * t) * HEIGHT),
            fill=mix(light, palette.low, 0.5),
            width=4,
        )
    return image


def bridge(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    """Draw a stone bridge and its mirror image."""
    image = sun(image, rng.uniform(0.15, 0.85), 0.24, 0.05, mix(palette.accent, (255, 255, 255), 0.2))
    ridge(image, rng, 0.55, 0.05, mix(palette.low, palette.ink, 0.18))
    ridge(image, rng, 0.6, 0.03, mix(palette.low, palette.ink, 0.32))
    water(image, rng, palette, 0.66)
    arches = rng.choice((1, 3, 5))
    for mirror, tone in ((True, mix(palette.low, palette.ink, 0.45)), (False, palette.ink)):
        layer, mask = Image.new("RGB", image.size, tone), Image.new("L", image.size, 0)
        draw = ImageDraw.Draw(mask)
        top = [
            (
                x,
                (0.66 - 0.17 * math.sin(math.pi * min(1, max(0, (x / WIDTH - 0.04) / 0.92))) - 0.025)
                * HEIGHT,
            )
            for x in range(0, WIDTH + 16, 16)
        ]
        draw.polygon([(0, 0.68 * HEIGHT), *top, (WIDTH, 0.68 * HEIGHT)], fill=170 if mirror else 255)
        for k in range(arches):
            cx = (k + 1) / (arches + 1)
            rise = 0.66 - 0.17 * math.sin(math.pi * (cx - 0.04) / 0.92) + 0.012
            rx = 0.38 / (arches + 0.7) * 0.8
            ry = min(0.68 - rise, rx * 1.2)
            draw.ellipse(
                (
                    cx * WIDTH - rx * WIDTH,
                    (0.682 - ry) * HEIGHT,
                    cx * WIDTH + rx * WIDTH,
                    (0.682 + ry) * HEIGHT,
                ),
                fill=0,
            )
        if mirror:
            part = (
                mask.crop((0, 0, WIDTH, int(0.68 * HEIGHT)))
                .transpose(Image.Transpose.FLIP_TOP_BOTTOM)
                .crop((0, 0, WIDTH, HEIGHT - int(0.68 * HEIGHT)))
            )
            mask = Image.new("L", image.size, 0)
            mask.paste(part.point(lambda v: v // 2), (0, int(0.68 * HEIGHT)))
        image = Image.composite(layer, image, mask)
    return image


def boat(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    """Draw boats on quiet water."""
    image = sun(image, rng.uniform(0.3, 0.75), 0.3, 0.07, mix(palette.accent, (255, 255, 255), 0.25))
    ridge(image, rng, 0.5, 0.05, mix(palette.low, palette.ink, 0.2))
    water(image, rng, palette, 0.56)
    draw = ImageDraw.Draw(image)
    for _ in range(rng.choice((1, 2, 2, 3))):
        x, y, s = (
            rng.uniform(0.18, 0.8) * WIDTH,
            rng.uniform(0.63, 0.84) * HEIGHT,
            rng.uniform(0.7, 1.3) * 190,
        )
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
            fill=mix(palette.ink, palette.low, 0.25),
        )
        draw.ellipse(
            (x - s * 0.6, y + s * 0.2, x + s * 0.6, y + s * 0.27), fill=mix(palette.low, palette.ink, 0.55)
        )
    return image


def field(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    """Draw the rows of a field."""
    image = sun(image, rng.uniform(0.2, 0.8), 0.2, 0.05, mix(palette.accent, (255, 255, 255), 0.3))
    ridge(image, rng, 0.44, 0.04, mix(palette.low, palette.ink, 0.3))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0.52 * HEIGHT, WIDTH, HEIGHT), fill=mix(palette.low, palette.ink, 0.18))
    vanish, rows = rng.uniform(0.35, 0.65) * WIDTH, 26
    for k in range(-rows, rows):
        a, b = vanish + k * 210, vanish + (k + 0.5) * 210
        draw.polygon(
            (
                (vanish + k * 22, 0.52 * HEIGHT),
                (vanish + (k + 0.5) * 22, 0.52 * HEIGHT),
                (b + k * 60, HEIGHT),
                (a + k * 60, HEIGHT),
            ),
            fill=mix(palette.low, palette.ink, 0.42 if k % 4 else 0.56),
        )
    for k in range(22):
        x, y = rng.random() * WIDTH, 0.52 * HEIGHT
        r = rng.uniform(18, 44)
        draw.ellipse(
            (x - r, y - r * 1.5, x + r, y + r * 0.3), fill=mix(palette.low, palette.ink, 0.6 + 0.2 * (k % 2))
        )
    return image


def sky_only(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    """Draw a wide sky over low hills."""
    image = sun(
        image,
        rng.uniform(0.2, 0.8),
        rng.uniform(0.22, 0.4),
        0.075,
        mix(palette.accent, (255, 244, 220), 0.35),
        0.5,
    )
    clouds = Image.new("L", (WIDTH // 4, HEIGHT // 4), 0)
    draw = ImageDraw.Draw(clouds)
    for _ in range(7):
        x, y = rng.random() * WIDTH / 4, rng.uniform(0.12, 0.6) * HEIGHT / 4
        for _ in range(9):
            dx, dy, r = rng.uniform(-90, 90), rng.uniform(-8, 8), rng.uniform(14, 34)
            draw.ellipse(
                (x + dx - r * 1.9, y + dy - r * 0.6, x + dx + r * 1.9, y + dy + r * 0.6),
                fill=rng.randint(90, 190),
            )
    mask = clouds.filter(ImageFilter.GaussianBlur(9)).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    image = Image.composite(
        Image.new("RGB", image.size, mix(palette.top, (255, 255, 255), 0.55)), image, mask
    )
    hills(image, rng, palette, 0.72, 3)
    return image


def snow(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    """Draw slopes under snow."""
    image = sky(SNOW)
    for k in range(4):
        ridge(image, rng, 0.46 + 0.13 * k, 0.05, mix(rgb("c3d0da"), rgb("fbfaf7"), k / 3.4))
    draw = ImageDraw.Draw(image)
    for _ in range(16):
        x, y, s = rng.random() * WIDTH, rng.uniform(0.55, 0.92) * HEIGHT, rng.uniform(80, 190)
        for t in range(3):
            w, top = s * (0.62 - 0.14 * t), y - s * (0.45 + 0.5 * t)
            draw.polygon(
                ((x - w, top + s * 0.5), (x + w, top + s * 0.5), (x, top - s * 0.25)),
                fill=mix(SNOW.ink, SNOW.low, 0.1 + 0.16 * t),
            )
            draw.polygon(
                ((x - w * 0.4, top + s * 0.06), (x + w * 0.4, top + s * 0.06), (x, top - s * 0.25)),
                fill=SNOW.low,
            )
    for _ in range(240):
        x, y, r = rng.random() * WIDTH, rng.random() * HEIGHT, rng.uniform(3, 11)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(255, 255, 255))
    return image
