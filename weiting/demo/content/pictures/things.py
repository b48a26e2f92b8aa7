"""Fish, columns of figures, blossoms, bowls, leaves and fruit."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw

from weiting.demo.content.pictures.canvas import HEIGHT, WIDTH, Colour, Palette, mix, rgb, ridge, sun


def fish(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    """Draw a shoal against the stream."""
    for _ in range(9):
        ridge(
            image, rng, rng.uniform(0.1, 0.9), 0.03, mix(palette.middle, palette.low, rng.uniform(0.2, 0.8))
        )
    draw = ImageDraw.Draw(image)
    for _ in range(60):
        x, y, r = rng.random() * WIDTH, rng.random() * HEIGHT, rng.uniform(4, 16)
        draw.ellipse((x - r, y - r, x + r, y + r), outline=mix(palette.top, palette.low, 0.3), width=3)
    for i in range(rng.randint(9, 15)):
        x, y, s = rng.uniform(0.06, 0.92) * WIDTH, rng.uniform(0.1, 0.9) * HEIGHT, rng.uniform(0.7, 1.5) * 110
        tone = palette.accent if i == 3 else mix(palette.ink, palette.low, rng.uniform(0, 0.45))
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
            fill=mix(tone, palette.top, 0.5),
            width=5,
        )
    return image


def chart(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    """Draw columns and a line."""
    draw = ImageDraw.Draw(image)
    for k in range(5):
        draw.line(
            (0.1 * WIDTH, (0.22 + k * 0.15) * HEIGHT, 0.9 * WIDTH, (0.22 + k * 0.15) * HEIGHT),
            fill=mix(palette.middle, palette.ink, 0.12),
            width=4,
        )
    count, level, line = rng.randint(8, 12), rng.uniform(0.25, 0.45), []
    high = rng.randrange(count)
    for k in range(count):
        level = min(0.56, max(0.12, level + rng.uniform(-0.12, 0.13)))
        x, w = (0.12 + 0.76 * k / count) * WIDTH, 0.76 / count * WIDTH * 0.62
        draw.rounded_rectangle(
            (x, (0.82 - level) * HEIGHT, x + w, 0.82 * HEIGHT),
            14,
            fill=palette.accent if k == high else mix(palette.low, palette.ink, 0.4),
        )
        line.append((x + w / 2, (0.82 - level - 0.07 + rng.uniform(-0.02, 0.02)) * HEIGHT))
    draw.line(line, fill=palette.ink, width=10, joint="curve")
    for x, y in line:
        draw.ellipse((x - 16, y - 16, x + 16, y + 16), fill=palette.top, outline=palette.ink, width=8)
    draw.line((0.1 * WIDTH, 0.82 * HEIGHT, 0.9 * WIDTH, 0.82 * HEIGHT), fill=palette.ink, width=8)
    return image


def branch(
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
    """Draw a branch that divides, and note its tips."""
    if long < 60:
        tips.append((x, y))
        return
    ex, ey = x + long * math.cos(angle), y + long * math.sin(angle)
    draw.line((x, y, ex, ey), fill=tone, width=max(5, round(width)))
    tips.append((ex, ey))
    for turn in (rng.uniform(-0.6, -0.2), rng.uniform(0.15, 0.6)):
        branch(draw, rng, ex, ey, angle + turn, long * rng.uniform(0.62, 0.8), width * 0.66, tone, tips)


def osmanthus(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    """Draw an osmanthus in bloom."""
    image = sun(image, rng.uniform(0.6, 0.85), 0.3, 0.09, mix(palette.top, (255, 246, 220), 0.7), 0.4)
    draw = ImageDraw.Draw(image)
    tips: list[tuple[float, float]] = []
    branch(draw, rng, -30, 0.72 * HEIGHT, -0.32, 520, 44, palette.ink, tips)
    branch(draw, rng, 0.35 * WIDTH, -20, 1.05, 300, 22, palette.ink, tips)
    gold = rgb("d9a441")
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
                fill=mix(rgb("48603a"), palette.low, rng.uniform(0, 0.45)),
            )
        for _ in range(11):
            fx, fy, r = x + rng.gauss(0, 42), y + rng.gauss(0, 42), rng.uniform(8, 15)
            for p in range(4):
                ax, ay = fx + r * math.cos(p * 1.57), fy + r * math.sin(p * 1.57)
                draw.ellipse(
                    (ax - r * 0.8, ay - r * 0.8, ax + r * 0.8, ay + r * 0.8),
                    fill=mix(gold, (255, 236, 170), rng.random() * 0.6),
                )
    return image


def bowl(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    """Draw steaming bowls."""
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0.7 * HEIGHT, WIDTH, HEIGHT), fill=mix(palette.low, palette.ink, 0.25))
    for k in range(2 if rng.random() < 0.5 else 3):
        cx, cy, r = (0.28 + k * 0.25) * WIDTH, 0.66 * HEIGHT, rng.uniform(230, 300)
        tone = (palette.accent, palette.ink, mix(palette.ink, palette.low, 0.45))[k]
        draw.ellipse(
            (cx - r * 1.1, cy + r * 0.68, cx + r * 1.1, cy + r * 0.86),
            fill=mix(palette.low, palette.ink, 0.45),
        )
        draw.ellipse(
            (cx - r * 0.86, cy - r * 0.5, cx + r * 0.86, cy + r * 0.4),
            fill=mix(palette.top, (255, 255, 255), 0.5),
        )
        draw.pieslice((cx - r, cy - r * 0.8, cx + r, cy + r * 0.8), 0, 180, fill=tone)
        draw.rectangle(
            (cx - r * 0.36, cy + r * 0.72, cx + r * 0.36, cy + r * 0.84), fill=mix(tone, (0, 0, 0), 0.2)
        )
        draw.line(
            (cx - r * 0.8, cy + r * 0.16, cx + r * 0.8, cy + r * 0.16),
            fill=mix(tone, (255, 255, 255), 0.3),
            width=8,
        )
        for s in (-0.4, 0, 0.4):
            steam = [(cx + s * r + 26 * math.sin(t / 5 + s * 9), cy - r * 0.55 - t * 11) for t in range(26)]
            draw.line(steam, fill=mix(palette.top, (255, 255, 255), 0.6), width=10, joint="curve")
    return image


def leaf(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    """Draw fallen leaves."""
    draw = ImageDraw.Draw(image)
    tones = (
        palette.ink,
        mix(palette.ink, palette.low, 0.45),
        palette.accent,
        mix(palette.accent, (255, 225, 170), 0.45),
    )
    for k in range(rng.randint(11, 17)):
        x, y, a, s = rng.random() * WIDTH, rng.random() * HEIGHT, rng.uniform(0, 6.3), rng.uniform(130, 300)
        side = [(t / 20, 0.3 * math.sin(math.pi * t / 20) ** 0.9) for t in range(21)]
        outline = side + [(u, -v) for u, v in reversed(side)]
        points = [
            (x + s * (u * math.cos(a) - v * math.sin(a)), y + s * (u * math.sin(a) + v * math.cos(a)))
            for u, v in outline
        ]
        draw.polygon(points, fill=tones[k % 4])
        draw.line(
            (x, y, x + s * math.cos(a), y + s * math.sin(a)),
            fill=mix(tones[k % 4], palette.top, 0.45),
            width=6,
        )
    return image


def fruit(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    """Draw ripe fruit among leaves."""
    image = osmanthus_less(image, rng, palette)
    draw = ImageDraw.Draw(image)
    for _ in range(24):
        x, y, r = rng.uniform(0.1, 0.92) * WIDTH, rng.uniform(0.16, 0.86) * HEIGHT, rng.uniform(46, 78)
        tone = mix(rgb("7a2036"), rgb("b4433f"), rng.random())
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
                fill=mix(tone, (255, 190, 170), 0.22),
            )
        draw.line((x, y - r, x + 16, y - r - 40), fill=rgb("48603a"), width=8)
    return image


def osmanthus_less(image: Image.Image, rng: random.Random, palette: Palette) -> Image.Image:
    """Draw leaves alone."""
    draw = ImageDraw.Draw(image)
    for _ in range(70):
        x, y, a, s = rng.random() * WIDTH, rng.random() * HEIGHT, rng.uniform(0, 6.3), rng.uniform(120, 220)
        nx, ny = -math.sin(a) * s * 0.17, math.cos(a) * s * 0.17
        ex, ey = x + s * math.cos(a), y + s * math.sin(a)
        draw.polygon(
            (
                (x, y),
                ((x + ex) / 2 + nx, (y + ey) / 2 + ny),
                (ex, ey),
                ((x + ex) / 2 - nx, (y + ey) / 2 - ny),
            ),
            fill=mix(rgb("48603a"), palette.low, rng.uniform(0.1, 0.75)),
        )
    return image
