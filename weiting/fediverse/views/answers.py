"""Answers in JSON as the fediverse reads them, and how it is told apart from people with browsers."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse

ACTIVITY = "application/activity+json; charset=utf-8"
JRD = "application/jrd+json; charset=utf-8"


def answer(
    said: dict[str, Any], kind: str = ACTIVITY, *, seconds: int = 180, status: int = 200
) -> HttpResponse:
    """Return a document that may be kept for a while, readable from any page."""
    made = HttpResponse(json.dumps(said, ensure_ascii=False), content_type=kind, status=status)
    made["Access-Control-Allow-Origin"] = "*"
    made["Vary"] = "Accept"
    made["Cache-Control"] = f"public, max-age={seconds}"
    return made


def wants_page(request: HttpRequest) -> bool:
    """Say whether a browser asks, and not a server."""
    said = request.headers.get("accept", "")
    return "text/html" in said and "activity+json" not in said and "ld+json" not in said
