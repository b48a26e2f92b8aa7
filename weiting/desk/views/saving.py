"""Saving what stands in the composer: the words, how they are arranged, and how pictures are described and ordered."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from weiting.accounts.models import Person
from weiting.core.errors import Conflict, Invalid
from weiting.desk import drafts
from weiting.desk.forms.base import show_refusal
from weiting.desk.forms.compose import ArrangeForm, WordsForm
from weiting.posts import actions, queries
from weiting.posts.models import Post, Revision


def working_of(post: Post) -> Revision:
    """Return the version that is written in; raise Conflict when there is none."""
    if post.working is None:
        raise Conflict(_("This text has no version to write in."), code="not_writable")
    return post.working


def saves_of(working: Revision) -> int:
    """Return what the next save must name: a sealed version is copied first, and the count goes on from the newest."""
    if working.sealed_at is None:
        return working.saves
    newest = (
        Revision.objects.filter(post_id=working.post_id).order_by("-number").values_list("saves", flat=True)
    )
    return max(newest.first() or 0, working.saves)


def save(
    request: HttpRequest,
    post: Post,
    person: Person,
    words: WordsForm,
    *,
    over: bool = False,
    automatic: bool = False,
) -> Revision:
    """Save what was typed; with `over`, keep the other's version first, so that nothing is lost.

    Raises Conflict as posts.actions.save_working does, also when the page was made from an older version.
    """
    words.is_valid()
    said = request.POST.get("saves", "")
    saves = int(said) if said.isdigit() and len(said) < 10 else -1
    if over:
        saves = keep_theirs(post, person)
    else:
        actions.take_pen(post, by=person)
    return actions.save_working(post, by=person, saves=saves, is_automatic=automatic, **words.words())


def keep_theirs(post: Post, person: Person) -> int:
    """Take the pen and keep what stands there as a version; returns what the save that follows must name."""
    actions.take_pen(post, by=person, force=True)
    actions.keep_revision(
        post, by=person, note=_("as it was before %(who)s saved over it") % {"who": person.name}
    )
    post.refresh_from_db()
    return saves_of(working_of(post))


def save_arrangement(post: Post, person: Person, arrange: ArrangeForm) -> bool:
    """Set what was arranged where it differs; a refusal stands at its field and the words stay saved."""
    said = arrange.arranged()
    had = ArrangeForm.initial_of(post)
    had["topics"] = set(had["topics"])
    changed = {
        name: value
        for name, value in said.items()
        if ({t.pk for t in value} if name == "topics" else value) != had[name]
    }
    if not changed:
        return True
    try:
        actions.arrange_post(post, by=person, **changed)
    except Invalid as refusal:
        show_refusal(arrange, refusal)
        return False
    return True


def save_descriptions(request: HttpRequest, post: Post, person: Person, words: WordsForm) -> bool:
    """Save how the pictures are described; an empty description is said above the form."""
    post = queries.post_for(person, post.public_id)
    for place in drafts.places_of(working_of(post)):
        # Asked by its asset: saving may have made a new version with places of its own.
        key = place.asset.public_id
        alt = request.POST.get(f"alt-{key}")
        caption = request.POST.get(f"caption-{key}", "")
        if alt is None or (alt.strip() == place.alt and caption.strip() == place.caption):
            continue
        try:
            actions.describe(post, place.pk, by=person, alt=alt, caption=caption)
        except Invalid as refusal:
            words.add_error(None, str(refusal.message))
            return False
    return True


def move_media(post: Post, person: Person, act: str) -> None:
    """Put a picture one place up or down, or take it out."""
    verb, _dash, key = act.removeprefix("media-").partition(":")
    if not act.startswith("media-") or verb not in {"up", "down", "out"}:
        return
    post = queries.post_for(person, post.public_id)
    places = drafts.places_of(working_of(post))
    at = next((n for n, place in enumerate(places) if place.asset.public_id == key), None)
    if at is None:
        return
    if verb == "out":
        actions.detach(post, places[at].pk, by=person)
        return
    to = at + (-1 if verb == "up" else 1)
    if 0 <= to < len(places):
        places[at], places[to] = places[to], places[at]
        actions.reorder(post, [place.pk for place in places], by=person)
