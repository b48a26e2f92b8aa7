"""Static files: named by their content, so that browsers may keep them for ever, and served before Django is
asked.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any, cast

from django.conf import settings
from whitenoise.base import WhiteNoise
from whitenoise.storage import CompressedManifestStaticFilesStorage

_VENDORED = ("django_htmx/",)
_BLOCK = 256 * 2**10


class Storage(CompressedManifestStaticFilesStorage):
    """Content names also for what ES modules import from one another."""

    support_js_module_import_aggregation = True

    def url_converter(
        self, name: str, hashed_files: Any, template: str | None = None
    ) -> Callable[[re.Match[str]], str]:
        """Rewrite references to content names, except in others' scripts, whose comments look like
        imports.
        """
        if name.startswith(_VENDORED) and name.endswith(".js"):
            return lambda match: match.group(0)
        converter: Callable[[re.Match[str]], str] = super().url_converter(name, hashed_files, template)
        return converter


def _is_immutable(path: str, url: str) -> bool:
    """Whether a file's name carries the hash of its content: `base.0123456789ab.css`."""
    parts = url.rsplit("/", 1)[-1].split(".")
    return len(parts) > 2 and len(parts[-2]) == 12 and set(parts[-2]) <= set("0123456789abcdef")


class StaticDoor:
    """Answers requests for static files straight from the event loop, compressed ones and 304 included."""

    def __init__(self) -> None:
        self._prefix = settings.STATIC_URL
        self._files = WhiteNoise(
            None, max_age=60, immutable_file_test=_is_immutable, add_headers_function=_headers
        )
        if settings.STATIC_ROOT.is_dir():
            self._files.add_files(str(settings.STATIC_ROOT), prefix=self._prefix)

    async def answer(
        self, scope: MutableMapping[str, Any], send: Callable[[MutableMapping[str, Any]], Awaitable[None]]
    ) -> bool:
        """Answer the request if it is for a static file that exists; say whether it was."""
        if not scope["path"].startswith(self._prefix):
            return False
        file = self._files.files.get(scope["path"])
        if file is None:
            return False
        found = cast(Any, file).get_response(scope["method"], _environ(scope))
        headers = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in found.headers]
        await send({"type": "http.response.start", "status": int(found.status), "headers": headers})
        for block in _blocks(found.file):
            await send({"type": "http.response.body", "body": block, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        return True


def _headers(headers: Any, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"


def _environ(scope: MutableMapping[str, Any]) -> dict[str, str]:
    return {
        "HTTP_" + name.decode("latin1").upper().replace("-", "_"): value.decode("latin1")
        for name, value in scope["headers"]
    }


def _blocks(file: Any) -> Iterator[bytes]:
    if file is None:
        return
    with file:
        while block := file.read(_BLOCK):
            yield block
