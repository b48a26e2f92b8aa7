"""Pages of single posts and their versions, and the public lists of corrections and promises."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, pgettext

from weiting.core.errors import NotFound
from weiting.hall import queries, relatives
from weiting.hall.copies import post_of
from weiting.hall.frame import Frame, Head, absolute, permanent, show
from weiting.hall.shown import changes_at, hall_page, shows
from weiting.hall.views.common import note_changes, post_data
from weiting.media.models import Kind
from weiting.posts import queries as posts
from weiting.posts.flow import PostState
from weiting.posts.models import LinkKind, Post
from weiting.posts.prose import plain
from weiting.ui.shell import Link


def _pair_label(kind: str, out: bool) -> str:
    return {
        (LinkKind.EXPLAINS, True): _("The policy it explains"),
        (LinkKind.EXPLAINS, False): _("Explained here"),
        (LinkKind.ANSWERS, True): _("What these answers are about"),
        (LinkKind.ANSWERS, False): _("Questions and answers"),
        (LinkKind.PICTURES, True): _("The text behind the pictures"),
        (LinkKind.PICTURES, False): _("In pictures"),
        (LinkKind.CONTINUES, True): _("What came before"),
        (LinkKind.CONTINUES, False): _("How it went on"),
    }[(LinkKind(kind), out)]


def _standfirst(summary: str, text: str) -> str:
    """Return the summary unless the text begins by saying the same."""
    return "" if not summary or summary[:12] in text[:200] else summary


def _crumbs(post: Post) -> list[Link]:
    unit = post.unit
    return [
        Link(pgettext("hall", "Units"), reverse("hall:units")),
        Link(unit.short_name, reverse("hall:unit", args=[unit.slug])),
        Link(pgettext("hall", "This text"), reverse("hall:post", args=[post.public_id])),
    ]


@hall_page
def post(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a post at its permanent address; an expired or withdrawn one says so and why."""
    found, ties = post_of(request, public_id)
    shows(request, f"post:{found.pk}", f"unit:{found.unit_id}")
    note_changes(request, [found])
    frame = Frame(request, crumbs=_crumbs(found))
    if found.state == PostState.WITHDRAWN:
        head = Head(title=_("Withdrawn"), is_kept_out=True)
        return show(frame, "hall/post_withdrawn.html", head, {"post": found})
    live = found.live
    assert live is not None
    media = list(live.media.all())
    if found.relay and found.relay.source:  # type: ignore[attr-defined]
        shows(request, f"post:{found.relay.source.pk}")  # type: ignore[attr-defined]
    outcomes = [promise.outcome for promise in found.follow_ups.all()]
    # Their titles stand here too: when one is corrected or withdrawn, this page must not go on showing it.
    tied = [
        *(other for _kind, _out, other in ties.pairs),
        *(promise.post for promise in ties.kept),
        *outcomes,
    ]
    shows(request, "issues", *(f"post:{other.pk}" for other in tied if other is not None))
    context = {
        "post": found,
        "live": live,
        "standfirst": _standfirst(live.summary, plain(live.body)),
        "pictures": [m for m in media if m.asset.kind == Kind.PICTURE],
        "recordings": [m for m in media if m.asset.kind != Kind.PICTURE],
        "corrections": found.public_corrections,  # type: ignore[attr-defined]
        "promises": list(found.follow_ups.all()),
        "kept": ties.kept,
        "pairs": [(_pair_label(kind, out), other) for kind, out, other in ties.pairs],
        "issues": ties.issues,
        "versions": ties.versions,
        "permanent": permanent("post", found.public_id),
        "before": ties.before,
        "after": ties.after,
    }
    head = Head(
        title=str(found),
        description=live.summary or plain(live.body)[:140],
        kind="article",
        image=absolute(context["pictures"][0].asset.url()) if context["pictures"] else "",
        data=[post_data(found)],
        is_kept_out=found.state == PostState.EXPIRED,
    )
    return show(frame, "hall/post.html", head, context)


@hall_page
def version(request: HttpRequest, public_id: str, place: int) -> HttpResponse:
    """Show one public version of a post with its hash, and what changed from the one before."""
    found = posts.public_post(public_id)
    if found.state == PostState.WITHDRAWN:
        raise NotFound(_("This text was withdrawn, and its versions with it. Its page says why."))
    shows(request, f"post:{found.pk}")
    versions = relatives.versions_of([found])[found.pk]
    here = next((each for each in versions if each.place == place), None)
    if here is None:
        raise NotFound(pgettext("hall", "There is no such version of this text."))
    previous = next((each for each in versions if each.place == place - 1), None)
    crumbs = [
        *_crumbs(found),
        Link(
            _("Version %(place)s") % {"place": place}, reverse("hall:version", args=[found.public_id, place])
        ),
    ]
    context = {
        "post": found,
        "version": here,
        "versions": versions,
        "is_newest": place == len(versions),
        "difference": posts.revision_diff(previous.revision, here.revision) if previous else {},
        "permanent": permanent("version", found.public_id, place),
    }
    head = Head(
        title=_("Version %(place)s of “%(title)s”") % {"place": place, "title": here.revision.title},
        kind="article",
        is_kept_out=True,
    )
    return show(Frame(request, crumbs=crumbs), "hall/version.html", head, context)


@hall_page
def corrections(request: HttpRequest) -> HttpResponse:
    """Show every public correction, newest first."""
    shows(request, "posts")
    page = posts.recent_corrections(cursor=request.GET.get("cursor", ""))
    here = reverse("hall:corrections")
    head = Head(
        title=pgettext("hall", "Corrections"),
        description=_("What was wrong, what is right, and why: nothing is changed in silence."),
        feed_base=here,
    )
    frame = Frame(request, current="corrections", crumbs=[Link(pgettext("hall", "Corrections"), here)])
    return show(frame, "hall/corrections.html", head, {"page": page})


@hall_page
def promises(request: HttpRequest) -> HttpResponse:
    """Show what was promised: what is open, late, kept, and closed with a reason."""
    shows(request, "posts")
    wanted = request.GET.get("state", "open")
    state = wanted if wanted in {"open", "late", "kept", "excused"} else "open"
    page = queries.promises(state, cursor=request.GET.get("cursor", ""))
    rows = list(page)
    changes_at(request, *(row.due_at for row in rows if state in {"open", "late"}))
    counts = queries.promise_counts()
    here = reverse("hall:promises")
    labels = {
        "open": _("Still open"),
        "late": pgettext("hall", "Late"),
        "kept": pgettext("hall", "Kept"),
        "excused": _("Closed with a reason"),
    }
    tabs = [
        Link(label, here if key == "open" else f"{here}?state={key}", current=key == state, count=counts[key])
        for key, label in labels.items()
    ]
    head = Head(
        title=pgettext("hall", "Promises"),
        description=_("What units promised to report, by when, and whether they did."),
    )
    frame = Frame(request, current="promises", crumbs=[Link(pgettext("hall", "Promises"), here)])
    context = {"rows": rows, "page": page, "tabs": tabs, "state": state, "counts": counts}
    return show(frame, "hall/promises.html", head, context)
