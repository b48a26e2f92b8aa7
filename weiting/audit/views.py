"""Serves verify.html, the page that checks an export, under a policy for its own inline blocks only."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

PAGE = Path(__file__).parent / "static" / "audit" / "verify.html"
_BLOCK = re.compile(rb"<(script|style)>(.*?)</\1>", re.DOTALL)


@cache
def _page() -> bytes:
    return PAGE.read_bytes()


@cache
def verify_csp() -> str:
    """Return the Content-Security-Policy of verify.html: its own blocks by hash, no network."""
    found: dict[str, list[str]] = {"script": [], "style": []}
    for kind, block in _BLOCK.findall(_page()):
        mark = base64.b64encode(hashlib.sha256(block).digest()).decode()
        found[kind.decode()].append(f"'sha256-{mark}'")
    return (
        f"default-src 'none'; script-src {' '.join(found['script'])}; style-src {' '.join(found['style'])}; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


@require_safe
def verify_page(request: HttpRequest) -> HttpResponse:
    """Show verify.html; the page never talks to the hall, so it may as well be saved and used offline."""
    return HttpResponse(
        _page(),
        content_type="text/html; charset=utf-8",
        headers={
            "Content-Security-Policy": verify_csp(),
            "Cache-Control": "public, max-age=3600",
        },
    )
