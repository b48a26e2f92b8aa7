"""The inboxes: one shared, and one of each account; all of them take the same."""

import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from weiting.fediverse import addresses, inbox, reading
from weiting.fediverse.signing import Asked

LENGTH = re.compile(r"[0-9]{1,9}")


@csrf_exempt
@require_POST
def take(request: HttpRequest, handle: str = "") -> HttpResponse:
    """Take what another server says; its signature is its passport, no session is looked at."""
    length = request.headers.get("content-length", "0")
    # What is too large is not even read.
    is_large = not LENGTH.fullmatch(length) or int(length) > reading.MOST_BYTES
    body = b"" if is_large else request.read(reading.MOST_BYTES + 1)
    headers = {name.lower(): value for name, value in request.headers.items()}
    asked = Asked("POST", f"{addresses.base()}{request.get_full_path()}", headers, body)
    answer = inbox.refuse_large() if is_large else inbox.take(asked)
    made = HttpResponse(answer.reason, status=answer.status, content_type="text/plain; charset=utf-8")
    if answer.retry_after:
        made["Retry-After"] = str(answer.retry_after)
    return made
