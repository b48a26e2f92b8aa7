"""Our accounts and texts as other servers read them; a browser is led to the hall's own pages."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from weiting.fediverse import actions, addresses, documents, queries
from weiting.fediverse.models import Actor, Note
from weiting.fediverse.seals import icon_png
from weiting.fediverse.views.answers import answer, wants_page

PAGE = 20


def _of_account(view: Callable[[HttpRequest, Actor], HttpResponse]) -> Callable[..., HttpResponse]:
    """Find the account a view is about; 404 when there is none, 410 when it is over."""

    @wraps(view)
    def run(request: HttpRequest, handle: str) -> HttpResponse:
        found = queries.actor_called(handle)
        if found is None or found.connection is None:
            raise Http404
        if queries.is_over(found):
            return HttpResponse(status=410)
        return view(request, found)

    return require_safe(run)


@_of_account
def account(request: HttpRequest, found: Actor) -> HttpResponse:
    """Show an account: to servers as an actor, to people as the unit's page."""
    said = documents.actor(found)
    return HttpResponseRedirect(said["url"]) if wants_page(request) else answer(said)


@require_safe
def hall(request: HttpRequest) -> HttpResponse:
    """Show the account that signs what the hall itself asks for."""
    return answer(documents.actor(actions.hall_actor()))


@require_safe
def nothing(request: HttpRequest) -> HttpResponse:
    """Show an empty collection: the hall's own account says nothing and follows nobody."""
    return answer(documents.collection(f"{addresses.base()}{request.path}", 0))


@_of_account
def outbox(request: HttpRequest, found: Actor) -> HttpResponse:
    """Show what an account has said, newest first, page by page."""
    uri = addresses.actor(found.handle, "outbox")
    rows = queries.outbox_of(found)
    if "page" not in request.GET:
        return answer(documents.collection(uri, rows.count(), f"{uri}?page=1"))
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit():
        rows = rows.filter(pk__lt=int(before[:18]))
    shown = list(rows[: PAGE + 1])
    items = [_bare(documents.activity_of(each)) for each in shown[:PAGE]]
    after = f"{uri}?page=1&before={shown[PAGE - 1].pk}" if len(shown) > PAGE else ""
    return answer(
        documents.page(f"{uri}?page=1" + (f"&before={before}" if before else ""), uri, items, after)
    )


@_of_account
def followers(request: HttpRequest, found: Actor) -> HttpResponse:
    """Say how many follow an account; who they are is nobody's business."""
    assert found.connection is not None
    uri = addresses.actor(found.handle, "followers")
    return answer(documents.collection(uri, queries.count_followers(found.connection)))


@_of_account
def following(request: HttpRequest, found: Actor) -> HttpResponse:
    """Show which official accounts elsewhere an account follows, page by page."""
    uri = addresses.actor(found.handle, "following")
    rows = queries.followed_by(found)
    if "page" not in request.GET:
        return answer(documents.collection(uri, rows.count(), f"{uri}?page=1"))
    asked = request.GET["page"]
    number = max(1, int(asked[:6])) if asked.isascii() and asked.isdigit() else 1
    shown = list(rows[(number - 1) * PAGE : number * PAGE + 1])
    after = f"{uri}?page={number + 1}" if len(shown) > PAGE else ""
    return answer(documents.page(f"{uri}?page={number}", uri, [each.uri for each in shown[:PAGE]], after))


@_of_account
def icon(request: HttpRequest, found: Actor) -> HttpResponse:
    """Show the seal of an account's unit as a picture."""
    assert found.connection is not None
    made = HttpResponse(icon_png(found.connection.unit), content_type="image/png")
    made["Cache-Control"] = "public, max-age=86400"
    made["Access-Control-Allow-Origin"] = "*"
    return made


@require_safe
def note(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a text: to servers as an object, to people as the hall's page; one that was withdrawn as gone."""
    found = _note(public_id)
    if found.kind == Note.Kind.ANNOUNCE:
        return answer(documents.announce(found)) if not found.withdrawn_at else HttpResponse(status=410)
    if wants_page(request) and found.url:
        return HttpResponseRedirect(found.url)
    said = {"@context": documents.CONTEXT, **documents.note(found)}
    return answer(said, status=410 if found.withdrawn_at else 200, seconds=30)


@require_safe
def activity(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the activity by which a text became known."""
    found = _note(public_id)
    return HttpResponse(status=410) if found.withdrawn_at else answer(documents.activity_of(found))


def _note(public_id: str) -> Note:
    found = queries.note_called(public_id)
    if found is None:
        raise Http404
    return found


def _bare(said: documents.Document) -> documents.Document:
    return {name: value for name, value in said.items() if name != "@context"}
