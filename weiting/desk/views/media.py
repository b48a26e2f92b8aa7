"""Pictures, films and sounds: put into a text, kept in the unit's library with rights, consent and a reuse log."""

from typing import cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from weiting.accounts.models import Person
from weiting.core.errors import Invalid, NotFound
from weiting.desk import composing, drafts
from weiting.desk.forms.afterwards import ReasonForm
from weiting.desk.forms.base import show_refusal
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.media import actions as media_actions, queries as media
from weiting.media.forms import DescribeForm, UploadForm
from weiting.media.models import Asset, Kind
from weiting.media.views import receive
from weiting.posts import access, actions, queries
from weiting.posts.models import Post, RevisionMedia
from weiting.publishing import actions as publishing
from weiting.units.access import may, units_for
from weiting.units.models import Unit


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.WRITE)
def of_text(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put a new file or one of the library into a text."""
    person = cast(Person, request.user)
    post = queries.post_for(person, public_id)
    if not composing.writes(person, post):
        raise NotFound(_("This text cannot be written in now."))
    form = UploadForm()
    status = 200
    if request.method == "POST":
        try:
            asset = _chosen(request, post) or receive(request, post.unit_id)
            alt = request.POST.get("alt", "").strip() or asset.alt
            _put_in(post, asset, person, alt)
        except Invalid as refusal:
            form = UploadForm(request.POST, request.FILES)
            form.is_valid()
            # What the form found stands at the fields already; the refusal adds what only the action knows.
            if refusal.code != "incomplete":
                show_refusal(form, refusal)
            status = 422
        else:
            messages.success(request, _("It stands in the text now."))
            return redirect(f"{composing.page_of(post)}#media")
    page = media.library(
        [post.unit_id],
        kind=_kind(request),
        q=request.GET.get("q", "").replace("\x00", "")[:60],
        cursor=request.GET.get("cursor", ""),
        size=18,
    )
    return render(
        request,
        "desk/write/media.html",
        desk_context(
            request, current="write", post=post, form=form, page=page, kinds=Kind.choices, kind=_kind(request),
            inside={place.asset_id for place in drafts.places_of(post.working)} if post.working else set(),
        ),
        status=status,
    )  # fmt: skip


def _kind(request: HttpRequest) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in Kind.values else ""


def _chosen(request: HttpRequest, post: Post) -> Asset | None:
    wanted = request.POST.get("asset", "")
    return media.asset_for(wanted, unit_ids=[post.unit_id]) if wanted else None


def _put_in(post: Post, asset: Asset, person: Person, alt: str) -> RevisionMedia:
    actions.take_pen(post, by=person)
    return actions.attach(post, asset, by=person, alt=alt)


@require_safe
@desk_page(access.READ)
def library(request: HttpRequest) -> HttpResponse:
    """Show the files of a unit's library and what each still lacks."""
    person = cast(Person, request.user)
    units = _units(person)
    chosen = next((unit for unit in units if str(unit.pk) == request.GET.get("unit")), None)
    retired = request.GET.get("retired") == "1"
    page = media.library(
        [chosen.pk] if chosen else [unit.pk for unit in units],
        kind=_kind(request),
        q=request.GET.get("q", "").replace("\x00", "")[:60],
        cursor=request.GET.get("cursor", ""),
        retired=retired,
    )
    return render(
        request,
        "desk/write/library.html",
        desk_context(
            request, current="write", page=page, units=units, chosen=chosen, kinds=Kind.choices,
            kind=_kind(request), retired=retired, names={unit.pk: unit.short_name for unit in units},
        ),
    )  # fmt: skip


def _units(person: Person) -> list[Unit]:
    return list(units_for(person, access.READ).order_by("path")[:500])


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.READ)
def asset(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one file, where it is used, and let its unit describe it or take it out of use."""
    person = cast(Person, request.user)
    units = {unit.pk: unit for unit in _units(person)}
    found = media.asset_for(public_id, unit_ids=units)
    unit = units[found.unit_id]
    may_write = may(person, access.WRITE, unit)
    form, reason = DescribeForm.of(found), ReasonForm(prefix="retire")
    status = 200
    if request.method == "POST":
        if not may_write:
            raise NotFound(_("This page does not exist, or it is not for you."))
        if request.POST.get("do") == "retire":
            reason = ReasonForm(request.POST, prefix="retire")
            if reason.is_valid():
                publishing.retire_media(found, by=person, reason=reason.cleaned_data["reason"])
                messages.success(request, _("Taken out of use. Its address answers that it is gone."))
                return redirect("desk:asset", found.public_id)
        else:
            form = DescribeForm.of(found, request.POST)
            if form.is_valid():
                try:
                    media_actions.describe_asset(found, by=person, **form.said())
                except Invalid as refusal:
                    show_refusal(form, refusal)
                else:
                    messages.success(request, _("Saved."))
                    return redirect("desk:asset", found.public_id)
        status = 422
    return render(
        request,
        "desk/write/asset.html",
        desk_context(
            request, current="write", asset=found, unit=unit, form=form, reason=reason, may_write=may_write,
            uses=_uses(found, person),
        ),
        status=status,
    )  # fmt: skip


def _uses(found: Asset, person: Person) -> QuerySet[Post]:
    """List the texts that show a file: the reuse log [B12]."""
    rows = RevisionMedia.objects.filter(asset=found).values("revision__post")
    return queries.posts_of(person).filter(pk__in=rows)[:30]
