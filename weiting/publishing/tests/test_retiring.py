"""A file goes out of use only when no text shows it, or is about to."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.media import actions as media
from weiting.posts import actions as posts
from weiting.publishing import actions
from weiting.publishing.tests.make import approved, published
from weiting.review.tests import make


@pytest.fixture(autouse=True)
def _stored(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def asset(c: make.City):
    """A picture of the water unit."""
    file = BytesIO()
    Image.new("RGB", (30, 20), "teal").save(file, "PNG")
    said = {"alt": "水管", "rights": "own", "faces_checked": True}
    return media.store_asset(file, by=c.editor, unit_id=c.water.pk, name="pipe.png", **said)


def showing(c: make.City, asset: Any):
    post = make.draft(c, "三中路水管更换")
    posts.attach(post, asset, by=c.editor, alt="水管")
    post.refresh_from_db()
    return post


@pytest.mark.parametrize("state", ["in_review", "approved", "published"])
def test_a_file_that_is_shown_or_about_to_be_stays(c: make.City, asset: Any, freeze: Any, state: str) -> None:
    post = showing(c, asset)
    if state == "in_review":
        make.submit(c, post)
    elif state == "approved":
        approved(c, post)
    else:
        published(c, freeze, approved(c, post))
    with pytest.raises(Conflict) as refused:
        actions.retire_media(asset, by=c.editor, reason="作者撤回")
    assert refused.value.code == "still_shown"
    assert "三中路水管更换" in str(refused.value.message)
    asset.refresh_from_db()
    assert not asset.is_retired


def test_a_file_of_drafts_and_withdrawn_texts_goes(c: make.City, asset: Any, freeze: Any) -> None:
    showing(c, asset)
    post = published(c, freeze, approved(c, showing(c, asset)))
    actions.withdraw_post(post, "照片有误", by=c.final)
    assert actions.retire_media(asset, by=c.editor, reason="作者撤回").is_retired


def test_only_who_writes_there_takes_it_out_and_says_why(c: make.City, asset: Any) -> None:
    for person in (c.stranger, c.first):
        with pytest.raises(NotAllowed):
            actions.retire_media(asset, by=person, reason="x")
    with pytest.raises(Invalid):
        actions.retire_media(asset, by=c.editor, reason=" ")
