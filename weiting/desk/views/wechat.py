"""What a WeChat account has besides its texts: the month of its mass sendings, its menu, its answers to words."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from weiting.accounts.models import Person
from weiting.channels import access, actions, queries, talking
from weiting.channels.actions.wechat import KIND, mark_of as mark_of_answer
from weiting.channels.flow import ConnectionState as S
from weiting.channels.models import Connection
from weiting.channels.wechat_menu import ANSWER, LINK, Button, buttons_of, every, is_official, mark_of
from weiting.channels.wechat_talk import answer_to, answers_of
from weiting.core import clock
from weiting.core.errors import Conflict, DomainError, Invalid, NotFound, Unavailable
from weiting.desk.forms.base import show_refusal
from weiting.desk.forms.wechat import AnswerForm, MenuForm, first_of
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.common import apply
from weiting.posts import checking, concerns
from weiting.posts.concerns import Part
from weiting.publishing import access as publish, massing
from weiting.ui.shell import Link
from weiting.units.access import may

LIST = "/desk/channels/"
TRIED = 200


def _one(request: HttpRequest, public_id: str) -> tuple[Person, Connection]:
    """Return who asks and a WeChat connection they may see; raise NotFound for any other."""
    person = cast(Person, request.user)
    found = queries.connection_for(person, public_id)
    if found.kind != KIND:
        raise NotFound(_("This page does not exist, or it is not for you."))
    return person, found


def _keeps(person: Person, found: Connection) -> bool:
    return found.state != S.ENDED and may(person, access.KEEP, found.unit)


def _context(request: HttpRequest, found: Connection, here: str, heading: str, **more: Any) -> dict[str, Any]:
    """Return what the three pages share: where they belong, and the way from one to the other."""
    labels = {
        "channel_plan": _("Month plan"),
        "channel_menu": _("Menu"),
        "channel_answers": _("Answers to words"),
    }
    return desk_context(
        request,
        current="channels",
        heading=heading,
        connection=found,
        tabs=[
            Link(label, reverse(f"desk:{name}", args=[found.public_id]), name == here)
            for name, label in labels.items()
        ],
        crumbs=[
            Link(_("Channels"), LIST),
            Link(found.name, reverse("desk:channel", args=[found.public_id])),
            Link(labels[here], "", True),
        ],
        **more,
    )


@require_safe
@desk_page(access.SEE)
def plan(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a month of mass sendings: what went out, what is to, what is left, what will not fit."""
    person, found = _one(request, public_id)
    month = _month(request.GET.get("month", ""))
    shown = massing.plan_of(found, month)
    context = _context(
        request,
        found,
        "channel_plan",
        _("Mass sendings of %(name)s") % {"name": found.name},
        plan=shown,
        weeks=massing.weeks_of(shown),
        weekdays=[_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")],
        month=month,
        today=clock.today(),
        earlier=f"?month={massing.step(month, -1):%Y-%m}",
        later=f"?month={massing.step(month, 1):%Y-%m}",
        may_keep=_keeps(person, found),
        may_see=may(person, publish.SEE, found.unit),
        may_plan=may(person, publish.PLAN, found.unit),
    )
    return render(request, "desk/connections/wechat_plan.html", context)


def _month(said: str) -> date:
    """Return the first day of a month as "2026-11" names it; of the present one when it names none."""
    year, _dash, number = said.partition("-")
    is_month = (
        len(said) == 7 and year.isascii() and year.isdecimal() and number.isascii() and number.isdecimal()
    )
    if is_month and 2010 < int(year) < 2200 and 1 <= int(number) <= 12:
        return date(int(year), int(number), 1)
    return clock.today().replace(day=1)


@dataclass(frozen=True)
class Worry:
    """A button that stands there and is to be looked at: what about it, and the way to mend it."""

    said: str
    url: str = ""
    label: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.SEE)
def menu(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the menu the account has now, as WeChat tells it, and change it."""
    person, found = _one(request, public_id)
    may_keep = _keeps(person, found)
    if request.method == "POST" and not may_keep:
        raise NotFound(_("This page does not exist, or it is not for you."))
    now, trouble = _menu_now(found)
    mark = mark_of(now)
    form, status, is_stale = MenuForm(now=now, mark=mark), 200, False
    if request.method == "POST":
        typed = request.POST.copy()
        form = MenuForm(typed, now=now, mark=mark)
        refused = _put(form, found, person)
        if refused is None:
            messages.success(request, _("Saved. Followers see it within a few minutes."))
            return redirect("desk:channel_menu", found.public_id)
        status, is_stale = refused.status, isinstance(refused, Conflict)
        if is_stale:
            now, trouble = _menu_now(found)
            # Whoever has seen both may save over it.
            typed["seen"] = mark_of(now)
    context = _context(
        request,
        found,
        "channel_menu",
        _("Menu of %(name)s") % {"name": found.name},
        form=form,
        is_stale=is_stale,
        now=now,
        trouble=trouble,
        worries=_worries(found, now),
        may_keep=may_keep,
        # What was typed is never taken away, even while WeChat is silent.
        is_shown=may_keep and (not trouble or request.method == "POST"),
    )
    return render(request, "desk/connections/wechat_menu.html", context, status=status)


def _menu_now(found: Connection) -> tuple[list[Button], str]:
    """Return the menu the account shows, and why it cannot be told."""
    if found.state == S.ENDED:
        return [], _("This connection has ended. Plan a new one instead.")
    try:
        return buttons_of(talking.read_menu(found)), ""
    except DomainError as refusal:
        return [], str(refusal.message)


def _put(form: MenuForm, found: Connection, person: Person) -> DomainError | None:
    """Put the menu there; return why not, with the sentences beside the fields."""
    if not form.is_valid():
        return Invalid("")
    try:
        actions.show_menu(found, form.buttons(), by=person, seen=form.cleaned_data["seen"])
    except Invalid as refusal:
        refusal.fields = {form.field_of(path): said for path, said in refusal.fields.items()}
        show_refusal(form, refusal)
        return refusal
    except (Conflict, Unavailable) as refusal:
        form.add_error(None, str(refusal.message))
        return refusal
    return None


def _worries(found: Connection, now: list[Button]) -> list[Worry]:
    """Say which buttons that stand there are to be looked at."""
    said, answers = [], answers_of(found.values.get("answers"))
    page = reverse("desk:channel_answers", args=[found.public_id])
    for each in every(now):
        facts = {"name": each.name, "at": each.at}
        if each.kind == LINK and not is_official(each.at):
            said.append(
                Worry(
                    _("“%(name)s” opens %(at)s: neither this hall nor an official site, or not encrypted.")
                    % facts
                )
            )
        elif each.kind == ANSWER and answer_to(each.at, answers) is None:
            sentence = _("“%(name)s” stands for “%(at)s”, and nothing is answered to that yet.") % facts
            said.append(Worry(sentence, f"{page}?new={each.at}#answer", _("Write the answer")))
    return said


@dataclass(frozen=True)
class Row:
    """One answer as it is listed, with what could be plainer in it."""

    word: str
    answer: str
    mark: str
    notes: list[tuple[str, str]]

    @property
    def anchor(self) -> str:
        """Return where it stands on the page."""
        return mark_of_answer(self.word.strip())


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.SEE)
def answers(request: HttpRequest, public_id: str) -> HttpResponse:
    """List what is answered to words, change it, and try what would be answered to a sentence."""
    person, found = _one(request, public_id)
    may_keep = _keeps(person, found)
    known = answers_of(found.values.get("answers"))
    posted = request.POST.copy()
    form, is_stale = _answer_form(request, posted, known), False
    if request.method == "POST":
        if not may_keep:
            raise NotFound(_("This page does not exist, or it is not for you."))
        page = reverse("desk:channel_answers", args=[found.public_id])
        if request.POST.get("do") == "drop":
            return _drop(request, found, person, page)
        if apply(
            request, form, lambda typed: _save(found, person, typed), _("Saved. It is answered from now on.")
        ):
            return redirect(f"{page}#w-{mark_of_answer(form.cleaned_data['word'].strip())}")
        found = queries.connection_for(person, public_id)
        known = answers_of(found.values.get("answers"))
        was = form.cleaned_data.get("was", "")
        is_stale = was in known and form.cleaned_data.get("seen") != mark_of_answer(known[was])
        if is_stale:
            posted["seen"] = mark_of_answer(known[was])
    tried = request.GET.get("try", "").strip()[:TRIED]
    was = str(form["was"].value() or "")
    context = _context(
        request,
        found,
        "channel_answers",
        _("Answers of %(name)s") % {"name": found.name},
        rows=_rows(known),
        form=form,
        was=was if was in known else "",
        theirs=known.get(was, "") if is_stale else "",
        tried=tried,
        fits=answer_to(tried, known) if tried else None,
        is_called=talking.is_called(found),
        may_keep=may_keep,
    )
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "desk/connections/wechat_answers.html", context, status=status)


def _answer_form(request: HttpRequest, posted: QueryDict, known: dict[str, str]) -> AnswerForm:
    if request.method == "POST":
        return AnswerForm(posted)
    word = request.GET.get("word", "")
    if word in known:
        return AnswerForm(initial=first_of(known, word, mark_of_answer(known[word])))
    return AnswerForm(initial={"word": request.GET.get("new", "")[:40]})


def _save(found: Connection, person: Person, typed: dict[str, Any]) -> None:
    actions.save_answer(
        found, typed["word"], typed["answer"], by=person, was=typed["was"], seen=typed["seen"]
    )


def _drop(request: HttpRequest, found: Connection, person: Person, page: str) -> HttpResponse:
    word = request.POST.get("word", "")
    try:
        actions.drop_answer(found, word, by=person, seen=request.POST.get("seen", ""))
        messages.success(request, _("“%(word)s” is not answered any more.") % {"word": word})
    except (Conflict, NotFound) as refusal:
        # It looks otherwise by now than on the page that asked: the fresh page shows how.
        messages.error(request, str(refusal.message))
    return redirect(page)


def _rows(known: dict[str, str]) -> list[Row]:
    parts = [Part("weibo", each) for each in known.values()]
    # As a letter is answered; but nobody asked a question here that an answer could be held against.
    found = checking.check_parts(parts, concerns.known(), profile="answer").found if parts else ()
    return [
        Row(
            word,
            answer,
            mark_of_answer(answer),
            [(each.words, each.why.say(_)) for each in findings if each.family != "answer"],
        )
        for (word, answer), (_part, findings) in zip(known.items(), found, strict=True)
    ]
