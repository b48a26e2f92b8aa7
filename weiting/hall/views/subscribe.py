"""Mail for residents: ask for it, confirm it, change it, stop it. Small pages that need neither script nor cookie."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.csrf import csrf_exempt

from weiting.core.errors import Invalid, NotFound
from weiting.hall import queries
from weiting.hall.frame import Frame, Head, show
from weiting.subscriptions import actions, letters, links, pacing, queries as subscriptions
from weiting.subscriptions.models import Rhythm
from weiting.subscriptions.queries import Thing
from weiting.ui.shell import Link
from weiting.units import queries as units

View = Callable[..., HttpResponse]


def _open(view: View) -> View:
    """Open a page to everybody for reading and for sending its form; it is never kept by anybody on the way.

    Nobody is signed in here, so there is no session another site could misuse: what is sent is proven by the link in
    the letter, and old phones without cookies get through.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in {"GET", "HEAD", "POST"}:
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        # A link that acts as a key is told to nobody.
        response["Referrer-Policy"] = "no-referrer" if "token" in kwargs else "same-origin"
        return response

    guarded.is_public = True  # type: ignore[attr-defined]
    return guarded


def _frame(request: HttpRequest) -> Frame:
    return Frame(request, crumbs=[Link(_("Mail for you"), reverse("hall:subscribe"))])


def _show(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    head = Head(title=_("Mail for you"), is_kept_out=True)
    return show(_frame(request), f"hall/subscribe{template}.html", head, context, status)


def _thing(request: HttpRequest) -> Thing | None:
    """Return what is asked for: a unit, a column, or a hall; raise NotFound for one that does not exist."""
    asked = request.POST if request.method == "POST" else request.GET
    given = {name: asked.get(name, "").strip()[:60] for name in ("unit", "column", "hall")}
    if given["unit"]:
        return units.unit_by_slug(given["unit"])
    if given["column"]:
        return queries.column_by_slug(given["column"])
    return queries.hall_with_facts(given["hall"])


@_open
def subscribe(request: HttpRequest) -> HttpResponse:
    """Ask for the texts of a unit, a column or the hall by e-mail."""
    thing = _thing(request)
    if thing is None:
        raise NotFound(_("There is no hall yet."))
    errors: list[str] = []
    address, rhythm = "", Rhythm.AT_ONCE.value
    if request.method == "POST":
        address = request.POST.get("address", "")[:300]
        rhythm = Rhythm.DAILY if request.POST.get("rhythm") == Rhythm.DAILY else Rhythm.AT_ONCE
        pacing.pace(pacing.READERS, request.META.get("REMOTE_ADDR", ""))
        try:
            actions.ask(address, thing, rhythm, get_language() or "")
            return HttpResponseRedirect(reverse("hall:subscribed"))
        except Invalid as error:
            errors = [str(sentence) for sentence in error.fields.get("address", [error.message])]
    context = {
        "thing": thing,
        "kind": {"Unit": "unit", "Column": "column", "Hall": "hall"}[type(thing).__name__],
        "name": getattr(thing, "short_name", "") or str(getattr(thing, "name", "")),
        "is_open": subscriptions.can_ask_for(thing),
        "rhythms": Rhythm.choices,
        "rhythm": rhythm,
        "address": address,
        "errors": errors,
    }
    return _show(request, "", context, status=422 if errors else 200)


@_open
def subscribed(request: HttpRequest) -> HttpResponse:
    """Say that a letter is on its way, whatever became of what was asked."""
    return _show(request, "_asked", {})


@_open
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the press of a button: whatever only opens links confirms nothing."""
    if request.method == "POST":
        wish = actions.confirm(token)
        return _show(request, "_done", {"what": letters.what(wish), "way": _way(wish.reader.public_id)})
    wish, rhythm = subscriptions.wish_of(token)
    return _show(request, "_confirm", {"what": letters.what(wish), "rhythm": Rhythm(rhythm).label})


def _way(reader: str) -> str:
    return reverse("hall:mail", args=[links.reader_token(reader)])


@_open
def mail(request: HttpRequest, token: str) -> HttpResponse:
    """Show a reader what they get, and stop it: all of it by one click from the mail program, or one by one."""
    reader = links.read_reader(token)
    if request.method == "POST":
        return _changed(request, reader, token)
    found = subscriptions.letters_of(reader)
    context: dict[str, Any] = {
        "letters": found,
        "rhythms": Rhythm.choices,
        "is_changed": "changed" in request.GET,
    }
    if found is not None:
        context["rows"] = [(row, letters.what(row)) for row in found.subscriptions]
    return _show(request, "_mail", context)


def _changed(request: HttpRequest, reader: str, token: str) -> HttpResponse:
    given = request.POST
    number = given.get("subscription", "")
    if number.isascii() and number.isdigit():
        if given.get("act") == "stop":
            actions.stop(reader, int(number[:15]))
        else:
            actions.change_rhythm(reader, int(number[:15]), given.get("rhythm", ""))
            return HttpResponseRedirect(f"{reverse('hall:mail', args=[token])}?changed")
        return HttpResponseRedirect(reverse("hall:mail", args=[token]))
    if {"subscription", "rhythm"} & set(given) or given.get("act", "leave") != "leave":
        # What was meant for one subscription came spoilt: that must not end all of them.
        return HttpResponseRedirect(reverse("hall:mail", args=[token]))
    # The button of mail programs (RFC 8058), or the one on the page: everything ends, and the address is erased.
    actions.leave(reader, never_again=given.get("never") == "on")
    return _show(request, "_left", {"never": given.get("never") == "on"})
