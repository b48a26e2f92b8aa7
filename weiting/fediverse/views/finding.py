"""WebFinger, host-meta and NodeInfo: how others find our accounts, and what this server is."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import escape
from django.views.decorators.http import require_safe

from weiting.fediverse import addresses, queries
from weiting.fediverse.models import Actor
from weiting.fediverse.views.answers import JRD, answer

NODEINFO = "http://nodeinfo.diaspora.software/ns/schema/2.1"


@require_safe
def webfinger(request: HttpRequest) -> HttpResponse:
    """Say where the account of an address is: acct:handle@host, the actor's address, or the unit's page."""
    asked = request.GET.get("resource", "")[:500]
    if not asked:
        return HttpResponse("resource is missing", status=400, content_type="text/plain")
    found = _asked_for(asked)
    if found is None or queries.is_over(found):
        raise Http404
    uri = addresses.actor(found.handle)
    page = {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": uri}
    links = [page, {"rel": "self", "type": "application/activity+json", "href": uri}]
    subject = f"acct:{found.handle}@{addresses.domain()}"
    return answer({"subject": subject, "aliases": [uri], "links": links}, JRD)


def _asked_for(asked: str) -> Actor | None:
    kind, _colon, rest = asked.partition(":")
    if kind == "acct":
        handle, _at, host = rest.removeprefix("@").rpartition("@")
        return queries.actor_called(handle) if host.lower() == addresses.domain().lower() else None
    handle = addresses.handle_in(asked)
    if handle:
        return queries.actor_called(handle)
    if addresses.is_ours(asked):
        parts = asked.removeprefix(addresses.base()).strip("/").split("/")
        return queries.actor_of_unit(parts[1]) if len(parts) == 2 and parts[0] == "u" else None
    return None


@require_safe
def host_meta(request: HttpRequest) -> HttpResponse:
    """Say where WebFinger is, for those who ask the old way."""
    template = escape(f"{addresses.base()}/.well-known/webfinger?resource={{uri}}")
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">'
        f'<Link rel="lrdd" type="application/xrd+xml" template="{template}"/></XRD>\n'
    )
    return HttpResponse(text, content_type="application/xrd+xml; charset=utf-8")


@require_safe
def nodeinfo_links(request: HttpRequest) -> HttpResponse:
    """Say where NodeInfo is."""
    link = {"rel": NODEINFO, "href": f"{addresses.base()}/nodeinfo/2.1"}
    return answer({"links": [link]}, "application/json; charset=utf-8", seconds=3600)


@require_safe
def nodeinfo(request: HttpRequest) -> HttpResponse:
    """Say what this server is; how many accounts and texts it has."""
    said = {
        "version": "2.1",
        "software": {"name": "weiting", "version": "1"},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": ["atom1.0", "rss2.0"]},
        "openRegistrations": False,
        "usage": {"users": {"total": queries.count_accounts()}, "localPosts": queries.count_notes()},
        "metadata": {"nodeName": addresses.domain(), "siteUrl": str(settings.PUBLIC_URL)},
    }
    kind = f'application/json; profile="{NODEINFO}#"; charset=utf-8'
    return answer(said, kind, seconds=3600)
