"""The protocol for systems of units' own, and the documents anybody may check.

A system names its connection and signs with the secret it shares with it, as every webhook call is signed. A wrong
signature, an unknown connection and a call that is not the unit's are all answered alike: there is no such thing.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from json import JSONDecodeError, loads
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from weiting.audit.chain import canonical, moment
from weiting.channels.models import Connection
from weiting.channels.wire import UNSTORABLE
from weiting.core.errors import Conflict, DomainError, Invalid, NotFound
from weiting.relay import actions, coverage as covering, queries, signing, systems
from weiting.relay.actions.claims import ACCEPT, DECLINE
from weiting.relay.flow import CallState
from weiting.relay.models import Ask, SigningKey

MOST_BYTES = 16_384
TEXTS = {"key": 80, "answer": 10, "url": 500, "hash": 64, "line": 140, "reason": 200, "at": 40}

View = Callable[..., HttpResponse]


def machine(method: str) -> Callable[[View], View]:
    """Open a view to programs: one method, refusals as problem+json, nothing kept by proxies."""

    def wrap(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != method and not (method == "GET" and request.method == "HEAD"):
                return HttpResponseNotAllowed([method])
            with translation.override("zh-hans"):
                try:
                    response = view(request, *args, **kwargs)
                except DomainError as error:
                    response = _problem(error)
            response.headers["Cache-Control"] = "no-store"
            return response

        return guarded

    return wrap


def _problem(error: DomainError) -> HttpResponse:
    said = {
        "type": f"urn:weiting:{error.code}",
        "title": str(error.message),
        "status": error.status,
        "code": error.code,
    }
    return JsonResponse(
        said,
        status=error.status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )


def _document(said: dict[str, Any]) -> HttpResponse:
    """Answer with a document under the hall's signature, in the very bytes that were signed over."""
    row, private = actions.signing_key()
    signed = signing.seal(said, row.public_id, row.public, private)
    return HttpResponse(canonical(signed), content_type="application/json; charset=utf-8")


def _system(request: HttpRequest, body: bytes) -> Connection:
    """Return the connection a call is signed for; raise NotFound when it is not."""
    connection = systems.connection_of(request.headers.get("Weiting-Connection", "")[:12])
    if connection is not None:
        secret = systems.secret_of(connection)
        if secret and signing.is_signed(request.headers.get("Weiting-Signature", ""), secret, body):
            return connection
    raise NotFound(_("There is no such relay call, or the signature does not fit."))


def _ask_of(connection: Connection, public_id: str) -> Ask:
    rows = Ask.objects.filter(call__public_id=public_id, unit=connection.unit_id)
    ask = rows.select_related("unit", "call__unit", "call__post__unit", "call__post__live").first()
    if ask is None:
        raise NotFound(_("There is no such relay call, or the signature does not fit."))
    return ask


def _path(request: HttpRequest) -> bytes:
    """Return what a call without a body is signed over: its path with its query."""
    return request.get_full_path().encode()


@machine("GET")
def keys(request: HttpRequest) -> HttpResponse:
    """List the hall's public keys, the present one first; compare a document's key with these."""
    rows = SigningKey.objects.order_by("-made_at", "-pk")
    if not rows:
        actions.signing_key()
    said = [
        {
            "id": row.public_id,
            "algorithm": "Ed25519",
            "public": row.public,
            "since": moment(row.made_at),
            "until": moment(row.retired_at) if row.retired_at else "",
        }
        for row in rows.all()
    ]
    return JsonResponse({"keys": said})


@machine("GET")
def calls(request: HttpRequest) -> HttpResponse:
    """List the open calls of a connection's unit."""
    connection = _system(request, _path(request))
    rows = Ask.objects.filter(unit=connection.unit_id, call__state=CallState.OPEN)
    rows = rows.select_related("unit", "call__unit", "call__post__unit", "call__post__live")
    return _document(
        {"format": "weiting-relay/1", "calls": [systems.said_of(ask) for ask in rows.order_by("-pk")[:50]]}
    )


@machine("GET")
def call(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one call as it is asked of a connection's unit."""
    connection = _system(request, _path(request))
    return _document(systems.said_of(_ask_of(connection, public_id)))


@machine("POST")
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a system's answer: it has passed the text on at an address, or does not and says why."""
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        raise Invalid(_("This answer is too long."), code="too_long")
    body = request.body[: MOST_BYTES + 1]
    connection = _system(request, body)
    ask = _ask_of(connection, public_id)
    said = _read(body)
    # The signature is over the body alone: by its key an answer belongs to one call, and is nothing to another.
    if Ask.objects.filter(unit=ask.unit_id, key=said["key"]).exclude(pk=ask.pk).exists():
        raise Conflict(_("This key was used for another answer."), code="key_reused")
    done = actions.claim(
        ask,
        by=None,
        key=said["key"],
        body=body,
        answer=said["answer"],
        url=said["url"],
        at=_time(said["at"]),
        source_hash=said["hash"],
        line=said["line"],
        reason=said["reason"],
    )
    return _document(systems.said_of(_ask_of(connection, public_id)) | {"taken": done.public_id})


def _read(body: bytes) -> dict[str, str]:
    try:
        found = loads(body)
    except (JSONDecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise Invalid(_("The body is not JSON."), code="json") from error
    if not isinstance(found, dict):
        raise Invalid(_("The body is not JSON."), code="json")
    said = {}
    for name, most in TEXTS.items():
        value = found.get(name, "")
        if not isinstance(value, str) or len(value) > most or UNSTORABLE.search(value):
            raise Invalid(_("“%(name)s” is not as it should be.") % {"name": name}, code=name)
        said[name] = value
    if not said["key"] or said["answer"] not in {ACCEPT, DECLINE}:
        raise Invalid(_("Say “accept” or “decline”, and name the answer by a key."), code="answer")
    return said


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


@machine("GET")
def coverage(request: HttpRequest, public_id: str) -> HttpResponse:
    """Answer with the coverage of a public call, signed; anybody may check it with `weiting verify coverage`."""
    found = queries.public_call(public_id)
    response = _document(covering.document(found))
    response.headers["Content-Disposition"] = f'attachment; filename="coverage-{found.public_id}.json"'
    return response
