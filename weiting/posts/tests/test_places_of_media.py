"""Pictures, films and sounds in a text: described, in order, and never one that was taken out of use."""

import pytest

from weiting import audit
from weiting.core.errors import Conflict, Invalid, NotAllowed, NotFound
from weiting.posts import actions, content
from weiting.posts.models import Post
from weiting.posts.tests import make
from weiting.posts.tests.make import City


def alts(post: Post) -> list[str]:
    working = Post.objects.select_related("working").get(pk=post.pk).working
    return [place.alt for place in working.media.order_by("position")]


def test_places_are_put_in_described_ordered_and_taken_out(c: City) -> None:
    post = make.draft(c)
    one, two, three = (actions.attach(post, make.picture(c), by=c.editor, alt=n) for n in "甲乙丙")
    actions.reorder(post, [three.pk, one.pk], by=c.editor)
    assert alts(post) == ["丙", "甲", "乙"]
    actions.describe(post, one.pk, by=c.editor, alt="水表", caption="东园")
    actions.detach(post, three.pk, by=c.editor)
    assert alts(post) == ["水表", "乙"]
    actions.attach(post, make.picture(c), by=c.editor, alt="末")
    assert alts(post) == ["水表", "乙", "末"]
    done = {entry.verb for entry in audit.entries_for(post)}
    assert {f"posts.media.{verb}" for verb in ("attach", "reorder", "describe", "detach")} <= done
    assert two.asset.pk


@pytest.mark.parametrize(
    ("said", "field"),
    [({"alt": " "}, "alt"), ({"alt": "长" * 301}, "alt"), ({"alt": "x", "caption": "长" * 201}, "caption")],
)
def test_description_is_asked_for_and_not_cut(c: City, said: dict[str, str], field: str) -> None:
    post, asset = make.draft(c), make.picture(c)
    with pytest.raises(Invalid) as caught:
        actions.attach(post, asset, by=c.editor, **said)
    assert set(caught.value.fields) == {field}
    place = actions.attach(post, asset, by=c.editor, alt="水表")
    with pytest.raises(Invalid):
        actions.describe(post, place.pk, by=c.editor, **said)


def test_retired_picture_is_not_put_in(c: City) -> None:
    asset = make.picture(c)
    make.retire(asset)
    with pytest.raises(Invalid, match="."):
        actions.attach(make.draft(c), asset, by=c.editor, alt="水表")


def test_nineteenth_picture_is_refused(c: City) -> None:
    post, asset = make.draft(c), make.picture(c)
    for _ in range(18):
        actions.attach(post, asset, by=c.editor, alt="水表")
    with pytest.raises(Invalid, match="18"):
        actions.attach(post, asset, by=c.editor, alt="水表")


def test_place_of_another_text_is_not_there(c: City) -> None:
    place = actions.attach(make.draft(c), make.picture(c), by=c.editor, alt="水表")
    post = make.draft(c)
    with pytest.raises(NotFound):
        actions.detach(post, place.pk, by=c.editor)
    with pytest.raises(NotFound):
        actions.describe(post, place.pk, by=c.editor, alt="x")


def test_stranger_and_whoever_lacks_the_pen_leave_pictures_alone(c: City) -> None:
    post, asset = make.draft(c), make.picture(c)
    with pytest.raises(NotAllowed):
        actions.attach(post, asset, by=c.stranger, alt="水表")
    actions.take_pen(post, by=c.second_editor)
    with pytest.raises(Conflict):
        actions.attach(post, asset, by=c.editor, alt="水表")


def test_public_text_takes_no_new_picture(c: City) -> None:
    with pytest.raises(Conflict) as caught:
        actions.attach(make.published(c), make.picture(c), by=c.editor, alt="水表")
    assert caught.value.code == "not_writable"


def test_pictures_and_their_descriptions_are_part_of_what_is_approved(c: City) -> None:
    post, asset = make.draft(c), make.picture(c)

    def now() -> str:
        return content.content_hash(Post.objects.get(pk=post.pk).working)

    found = [now()]
    place = actions.attach(post, asset, by=c.editor, alt="水表")
    found.append(now())
    actions.describe(post, place.pk, by=c.editor, alt="新水表")
    found.append(now())
    actions.describe(post, place.pk, by=c.editor, alt="新水表", caption="东园")
    found.append(now())
    assert len(set(found)) == 4
    actions.detach(post, place.pk, by=c.editor)
    assert now() == found[0]
