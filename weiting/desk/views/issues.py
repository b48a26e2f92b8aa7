"""Issues (期): one to eight articles picked from the unit's texts, put in order, previewed, submitted as one."""

from collections.abc import Iterable
from typing import cast

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import Conflict, DomainError, Invalid, NotFound
from weiting.core.paging import keyset
from weiting.desk import composing
from weiting.desk.findings import Sheet, sheet_of_issue
from weiting.desk.forms.afterwards import ReasonForm
from weiting.desk.forms.base import show_refusal
from weiting.desk.forms.compose import ReleaseForm, SubmitForm
from weiting.desk.forms.shelves import ArticleForm, IssueForm
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views import mending
from weiting.desk.views.collisions import Side, flat, show_both, wishes
from weiting.desk.views.common import plan
from weiting.desk.views.issue_acts import AFTERWARDS, afterwards
from weiting.desk.views.shelves import tabs_of
from weiting.media import queries as media
from weiting.media.models import Asset
from weiting.posts import access, actions, queries
from weiting.posts.flow import IssueState, PostState
from weiting.posts.models import Issue, Post, RevisionMedia
from weiting.publishing import access as publishing_access, actions as publishing, queries as released
from weiting.review import queries as review
from weiting.units.access import may, may_anywhere, reach_q, units_for
from weiting.units.models import Hall

MOST = 8
WRITABLE = {IssueState.DRAFT, IssueState.RETURNED}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.READ)
def issues(request: HttpRequest) -> HttpResponse:
    """List the issues of my units; begin the next one."""
    person = cast(Person, request.user)
    units = units_for(person, access.ISSUES).filter(closed_on__isnull=True).order_by("path")
    if request.method == "POST":
        unit = (
            units.filter(pk=int(request.POST.get("unit") or 0)).first()
            if request.POST.get("unit", "").isdigit()
            else None
        )
        if unit is None:
            raise NotFound(_("This unit does not exist, or it is not yours to write for."))
        made = actions.start_issue(unit, by=person, title=request.POST.get("title", ""))
        return redirect("desk:issue", made.public_id)
    mine = Issue.objects.filter(reach_q(person, access.READ, "unit"))
    aside = mine.filter(state=IssueState.DISCARDED)
    is_aside = request.GET.get("tab") == "aside"
    rows = (aside if is_aside else mine.exclude(state=IssueState.DISCARDED)).select_related("unit", "editor")
    return render(
        request,
        "desk/shelves/issues.html",
        desk_context(
            request,
            current="shelves",
            tabs=tabs_of("issues"),
            page=keyset(
                rows.select_related("unit", "editor"),
                by="changed_at",
                cursor=request.GET.get("cursor", ""),
                size=30,
            ),
            units=units[:200],
            is_aside=is_aside,
            aside_count=aside.count(),
            may_write=may_anywhere(person, access.ISSUES),
        ),
    )


def _issue_for(person: Person, public_id: str) -> Issue:
    found = Issue.objects.filter(public_id=public_id).select_related("unit", "cover", "editor").first()
    if found is None or not may(person, access.READ, found.unit):
        raise NotFound(_("This issue does not exist, or it is not for you."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.READ)
def issue(request: HttpRequest, public_id: str) -> HttpResponse:
    """Compose an issue, or show where it stands."""
    person = cast(Person, request.user)
    found = _issue_for(person, public_id)
    act = request.POST.get("do", "save")
    writable = found.state in WRITABLE and may(person, access.ISSUES, found.unit)
    if request.method != "POST":
        return _page(request, found, writable=writable)
    if act == "plan":
        return _plan(request, found, person, writable=writable)
    if act in AFTERWARDS:
        return afterwards(request, found, person, act)
    if not writable:
        refusal = Conflict(
            _("This issue is in review, out or put aside: it cannot be written in now."), code="not_writable"
        )
        if not may(person, access.ISSUES, found.unit):
            raise refusal
        return _collision(request, found, person, refusal, may_keep=False)
    return _save(request, found, person, act)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.ISSUES)
def discard(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask once, in words, then put an issue aside; it is kept and can be taken back."""
    person = cast(Person, request.user)
    found = _issue_for(person, public_id)
    if not may(person, access.ISSUES, found.unit):
        raise NotFound(_("This issue does not exist, or it is not for you."))
    if request.method == "POST":
        publishing.discard(found, by=person)
        messages.success(request, _("Put aside. It is kept; you can take it back at any time."))
        return redirect("desk:issues")
    return render(
        request, "desk/shelves/issue_discard.html", desk_context(request, current="shelves", issue=found)
    )


def _page(
    request: HttpRequest,
    found: Issue,
    *,
    writable: bool = True,
    form: IssueForm | None = None,
    articles: list[tuple[Post, ArticleForm]] | None = None,
    submit: SubmitForm | None = None,
    release: ReleaseForm | None = None,
    refusal: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    person = cast(Person, request.user)
    sheet = sheet_of_issue(found, written=clock.today()) if writable else Sheet()
    sheet.recall(mending.reasons_in(request.POST.dict()), request.POST.get("do", ""), refusal)
    rows = queries.issue_articles(found)
    shown = articles or [
        (row.post, ArticleForm(initial=ArticleForm.initial_of(row), prefix=row.post.public_id))
        for row in rows
    ]
    covers = _covers([*(row.post for row in rows), *(post for post, _form in shown)])
    ArticleForm.share_topics([article for _post, article in shown])
    return render(
        request,
        "desk/shelves/issue.html",
        desk_context(
            request,
            current="shelves",
            issue=found,
            form=form or IssueForm(initial=IssueForm.initial_of(found)),
            articles=[(post, article, covers.get(post.pk)) for post, article in shown],
            rows=[(row, covers.get(row.post.pk)) for row in rows],
            submit=submit or SubmitForm(),
            release=release or ReleaseForm(initial={"release": "at"}),
            writable=writable,
            sheet=sheet,
            free=MOST - len(shown),
            candidates=_candidates(found, person, {post.pk for post, _article in shown})
            if writable and len(shown) < MOST
            else (),
            pictures=media.library([found.unit_id], kind="picture", size=12) if writable else (),
            round=review.last_round(found),
            plan=released.plan_of(found),
            wish=released.wish_of(found),
            reason=ReasonForm(),
            path=composing.path_steps(found, person) if writable and rows else None,
            may_write=may(person, access.ISSUES, found.unit),
            may_plan=may(person, publishing_access.PLAN, found.unit),
            may_see_way=may(person, publishing_access.SEE, found.unit),
            may_withdraw=may(person, publishing_access.WITHDRAW, found.unit),
        ),
        status=status,
    )


def _plan(request: HttpRequest, found: Issue, person: Person, *, writable: bool) -> HttpResponse:
    made = plan(request, found, person)
    if isinstance(made, ReleaseForm):
        return _page(request, found, writable=writable, release=made, status=422)
    return redirect("desk:release", made.public_id)


def _covers(posts: Iterable[Post]) -> dict[int, Asset]:
    """Map texts to their first picture, those that have one."""
    versions = {post.live_id or post.working_id: post.pk for post in posts}
    places = RevisionMedia.objects.filter(revision__in=[pk for pk in versions if pk], asset__kind="picture")
    found: dict[int, Asset] = {}
    for place in places.select_related("asset").order_by("position", "pk"):
        found.setdefault(versions[place.revision_id], place.asset)
    return found


def _usable(found: Issue, person: Person) -> QuerySet[Post]:
    """Return what an issue may hold: texts of its own unit, and what any unit has made public."""
    mine = queries.posts_of(person, unit_id=found.unit_id).values("pk")
    return Post.objects.filter(Q(pk__in=mine) | Q(state=PostState.PUBLISHED)).select_related(
        "unit", "column", "working", "live", "author"
    )


def _candidates(found: Issue, person: Person, taken: set[int]) -> QuerySet[Post]:
    """Find texts for the issue: the unit's own; an issue of the hall also gathers what is new of everybody."""
    rows = queries.posts_of(
        person,
        states=[PostState.APPROVED, PostState.PUBLISHED, PostState.IN_REVIEW, PostState.DRAFT],
        unit_id=found.unit_id,
    )
    if Hall.objects.filter(unit=found.unit_id).exists():
        rows = Post.objects.filter(Q(pk__in=rows.order_by().values("pk")) | Q(state=PostState.PUBLISHED))
        rows = rows.select_related("unit", "working", "live").order_by("-changed_at", "-pk")
    return rows.exclude(pk__in=taken)[:12]


def _read(request: HttpRequest, found: Issue, person: Person) -> list[tuple[Post, ArticleForm]]:
    """Read the articles from the form, in the order of its hidden fields."""
    ids = request.POST.getlist("post")[: MOST + 1]
    known = {post.public_id: post for post in _usable(found, person).filter(public_id__in=ids)}
    return [
        (known[public_id], ArticleForm(request.POST, prefix=public_id))
        for public_id in ids
        if public_id in known
    ]


def _save(request: HttpRequest, found: Issue, person: Person, act: str) -> HttpResponse:
    form = IssueForm(request.POST)
    articles = _read(request, found, person)
    verb, _sign, key = act.partition(":")
    if verb == "add":
        articles.append(_added(found, person, key))
    elif verb in {"up", "down", "out"}:
        articles = _moved(articles, verb, key)
    submit = SubmitForm(request.POST) if act == "submit" else None
    forms = [form, *(article for _post, article in articles)]
    try:
        # Every form is asked, so that all that is wrong is said at once.
        sound = [each.is_valid() for each in forms]
        fine = all(sound) and _write(found, person, request, form, articles)
    except Conflict as error:
        if error.code != "stale":
            raise
        return _collision(request, found, person, error)
    if fine and submit is not None:
        fine = submit.is_valid() and _submit(request, found, person, form, submit)
    if not fine:
        # What was typed for the submission is kept, whichever button was pressed.
        submit = submit or SubmitForm(initial=request.POST.dict())
        return _page(request, found, form=form, articles=articles, submit=submit, status=422)
    return _onward(request, found, person, act)


def _onward(request: HttpRequest, found: Issue, person: Person, act: str) -> HttpResponse:
    if act.startswith(mending.VERBS):
        return _mended(request, found, person, act)
    if act == "over" and wishes(request):
        # The page comes back at once, so that the wish typed for the submission is not typed twice.
        return _page(request, found, submit=SubmitForm(initial=request.POST.dict()))
    return redirect("desk:issue", found.public_id)


def _mended(request: HttpRequest, found: Issue, person: Person, act: str) -> HttpResponse:
    found = _issue_for(person, found.public_id)
    refusal = mending.on_page(request, found, None, person, act)
    found.refresh_from_db()
    submit = SubmitForm(initial=request.POST.dict())
    return _page(request, found, submit=submit, refusal=refusal, status=refusal.status if refusal else 200)


def _added(found: Issue, person: Person, key: str) -> tuple[Post, ArticleForm]:
    """Return a text with the title and digest it begins with in an issue."""
    post = _usable(found, person).filter(public_id=key).first()
    if post is None:
        raise NotFound(_("An issue holds texts of its own unit, and what others have made public."))
    words = post.live or post.working
    title = words.title if words else ""
    digest = words.summary if words else ""
    return post, ArticleForm({f"{key}-title": title[:64], f"{key}-digest": digest[:120]}, prefix=key)


def _moved(articles: list[tuple[Post, ArticleForm]], verb: str, key: str) -> list[tuple[Post, ArticleForm]]:
    at = next((n for n, (post, _form) in enumerate(articles) if post.public_id == key), None)
    if at is None:
        return articles
    if verb == "out":
        return articles[:at] + articles[at + 1 :]
    to = at + (-1 if verb == "up" else 1)
    if 0 <= to < len(articles):
        articles[at], articles[to] = articles[to], articles[at]
    return articles


def _write(
    found: Issue,
    person: Person,
    request: HttpRequest,
    form: IssueForm,
    articles: list[tuple[Post, ArticleForm]],
) -> bool:
    """Save what was composed; a refusal stands in the form. Raises Conflict when somebody saved since."""
    said, act, saves = form.cleaned_data, request.POST.get("do", ""), request.POST.get("saves", "")
    if act.startswith("cover:"):
        said["cover"] = act.removeprefix("cover:")
    try:
        cover = media.asset_for(said["cover"], unit_ids=[found.unit_id]) if said["cover"] else None
        saved = actions.save_issue(
            found,
            by=person,
            saves=int(saves) if saves.isdigit() and len(saves) < 10 else -1,
            title=said["title"],
            cover=cover,
            cover_alt=(said["cover_alt"] or (cover.alt if cover else ""))[:300],
            articles=[{"post": post, **article.cleaned_data} for post, article in articles],
            replaces=act == "over",
        )
    except Invalid as refusal:
        show_refusal(form, refusal)
        return False
    found.refresh_from_db()
    found.saves = saved.saves
    return True


def _collision(
    request: HttpRequest, found: Issue, person: Person, error: Conflict, *, may_keep: bool = True
) -> HttpResponse:
    """Show both compositions; mine can be saved over theirs, and the audit keeps what stood there."""
    found = _issue_for(person, found.public_id)
    cover = request.POST.get("cover", "")
    mine = media.asset_for(cover, unit_ids=[found.unit_id]) if cover else None
    last = audit.entries_for(found).filter(actor_id__isnull=False).first()
    here = reverse("desk:issue", args=[found.public_id])
    return show_both(
        request,
        error,
        [
            Side(_("Title of the issue"), flat(request.POST.get("title")), found.title, "title"),
            Side(_("Articles"), _typed_articles(request, found, person), _articles_of(found), rows=12),
            Side(_("Cover"), _cover_words(mine), _cover_words(found.cover)),
            Side(_("The cover described"), flat(request.POST.get("cover_alt")), found.cover_alt, "cover_alt"),
        ],
        current="shelves",
        sub=f"{found.unit.short_name} · {_('No. %(n)s') % {'n': found.number}}",
        back=here,
        keep_to=here if may_keep else "",
        saves=found.saves,
        who=last.actor_label if last else "",
        at=found.changed_at,
    )


def _typed_articles(request: HttpRequest, found: Issue, person: Person) -> str:
    typed = [
        (
            flat(request.POST.get(f"{post.public_id}-title")),
            flat(request.POST.get(f"{post.public_id}-digest")),
        )
        for post, _form in _read(request, found, person)
    ]
    return _as_words(typed)


def _articles_of(found: Issue) -> str:
    return _as_words([(row.title, row.digest) for row in queries.issue_articles(found)])


def _as_words(articles: list[tuple[str, str]]) -> str:
    return "\n".join(
        f"{n}. {title}\n{digest}".rstrip() for n, (title, digest) in enumerate(articles, start=1)
    )


def _cover_words(asset: Asset | None) -> str:
    return (asset.alt or asset.public_id) if asset else ""


def _submit(request: HttpRequest, found: Issue, person: Person, form: IssueForm, submit: SubmitForm) -> bool:
    found.refresh_from_db()
    try:
        publishing.send_for_review(found, by=person, **submit.wish())
    except Invalid as refusal:
        show_refusal(submit, refusal, form)
        return False
    messages.success(
        request, _("Submitted. The first reviewers have been told; you will hear from them here.")
    )
    return True
