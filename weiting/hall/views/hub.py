"""The WebSub hub's address: takes wishes to follow a feed of this hall, or to stop."""

from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _, override
from django.views.decorators.csrf import csrf_exempt

from weiting.core.errors import DomainError, Invalid
from weiting.hall import followed
from weiting.subscriptions import actions, hub as websub, pacing


@csrf_exempt
def hub(request: HttpRequest) -> HttpResponse:
    """Take a wish; its callback is asked before anything changes. Answers as the standard says: 202, or why not."""
    # Programs call here: their people read English.
    with override("en"):
        if request.method != "POST":
            said = _("This is a WebSub hub: POST hub.mode, hub.topic and hub.callback.")
            return _plain(said, 200 if request.method in {"GET", "HEAD"} else 405)
        try:
            pacing.pace(pacing.HUB, request.META.get("REMOTE_ADDR", ""))
            _take(websub.read(request.POST))
        except DomainError as error:
            return _plain(str(error.message), 400 if isinstance(error, Invalid) else error.status)
    return _plain("", 202)


def _take(ask: websub.Ask) -> None:
    if ask.mode == "unsubscribe":
        actions.ask_to_follow(ask)
        return
    found = followed.written(ask.topic)
    if found is None:
        raise Invalid(_("hub.topic is the address of one of this hall's feeds."))
    actions.ask_to_follow(ask, mime=found.mime, digest=sha256(found.body).hexdigest())


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(f"{text}\n" if text else "", status=status, content_type="text/plain; charset=utf-8")


hub.is_public = True  # type: ignore[attr-defined]
