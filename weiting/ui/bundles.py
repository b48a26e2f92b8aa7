"""Joins a face's style sheets into one file, so that a first view asks once; its name carries the content."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

CSS = Path(__file__).parent / "static/ui/css"
COMMON = (
    "order.css",
    "tokens.css",
    "base.css",
    "layout.css",
    *(f"components/{name}.css" for name in ("button", "form", "panel", "data", "post", "gate")),
)
BUNDLES = {"hall": (*COMMON, "hall.css", "print.css"), "desk": (*COMMON, "desk.css", "print.css")}


@dataclass(frozen=True)
class Bundle:
    """One joined style sheet, plain and compressed, with the digest that names it."""

    digest: str
    plain: bytes
    packed: bytes


def _squeeze(css: str) -> str:
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\s+", " ", css).strip()


def _build(name: str) -> Bundle:
    css = "\n".join(_squeeze((CSS / part).read_text(encoding="utf-8")) for part in BUNDLES[name]).encode()
    return Bundle(hashlib.sha256(css).hexdigest()[:12], css, gzip.compress(css, mtime=0))


_kept = cache(_build)


def bundle(name: str) -> Bundle:
    """Return a face's joined style sheet; read again each time while developing. Raises KeyError."""
    return _build(name) if settings.DEBUG else _kept(name)
