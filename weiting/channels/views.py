"""The addresses machines call: each connection has one for its channel."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from weiting.channels import hooks
from weiting.channels.ports import Hook


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def hook(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hear what a channel sends; one byte more than allowed is read, to know that it is too much."""
    heard = Hook(
        request.method or "GET",
        {name: request.GET[name] for name in request.GET},
        request.read(hooks.MOST_BYTES + 1),
        {name.lower(): value for name, value in request.headers.items()},
    )
    answer = hooks.hear(public_id, heard)
    return HttpResponse(answer.body, status=answer.status, content_type=answer.mime)
