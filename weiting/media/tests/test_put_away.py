"""Taken out of use, a file answers that it is gone; brought in again, it is served again."""

from typing import Any

import pytest
from django.test import RequestFactory

from weiting.core.errors import Unavailable
from weiting.jobs import testing as jobs
from weiting.media import pictures, serving, views
from weiting.media.actions import put_away, retire_asset, store_asset
from weiting.media.tests import make


def ask(relative: str, **headers: str) -> Any:
    return views.serve(RequestFactory().get("/", headers=headers), relative)


@pytest.fixture
def asset(db: None, take: Any, editor: Any) -> Any:
    return store_asset(take(make.photo()), by=editor, unit_id=1)


def test_every_file_of_it_is_gone_with_a_sentence(asset: Any, editor: Any) -> None:
    etag = ask(asset.renditions[0]["path"])["ETag"]
    retire_asset(asset, by=editor, reason="The photographer withdrew it.")
    assert jobs.run_waiting("media.put_away") == ["media.put_away"]
    for each in asset.renditions:
        answer = ask(each["path"], **{"If-None-Match": etag})
        assert answer.status_code == 410
        assert answer["Cache-Control"] == "no-store"
        assert answer.content.decode().endswith(("。", "."))


def test_the_door_says_the_same(asset: Any, editor: Any) -> None:
    retire_asset(asset, by=editor, reason="x")
    put_away(asset.sha256)
    found = serving.answer(asset.renditions[0]["path"], {})
    assert found is not None and (found.status, found.start, found.end) == (410, 0, 0) and found.body


def test_what_another_unit_still_uses_is_served(asset: Any, editor: Any, take: Any) -> None:
    other = store_asset(take(make.photo()), by=editor, unit_id=2)
    retire_asset(asset, by=editor, reason="x")
    assert put_away(asset.sha256) == 0
    assert ask(asset.renditions[0]["path"]).status_code == 200
    retire_asset(other, by=editor, reason="x")
    assert put_away(asset.sha256) == len(asset.renditions)
    assert ask(asset.renditions[0]["path"]).status_code == 410


def test_brought_in_again_it_is_served_again(asset: Any, editor: Any, take: Any) -> None:
    retire_asset(asset, by=editor, reason="x")
    again = take(make.photo())
    # The worker comes between the upload's files and its row.
    put_away(asset.sha256)
    stored = store_asset(again, by=editor, unit_id=1)
    assert stored.pk != asset.pk
    assert {ask(each["path"]).status_code for each in stored.renditions} == {200}
    # A job that comes late does no harm.
    assert put_away(asset.sha256) == 0


def test_caches_on_the_way_ask_again_soon(asset: Any) -> None:
    kept = ask(asset.renditions[0]["path"])["Cache-Control"]
    assert "s-maxage=300" in kept and "immutable" not in kept


def test_pictures_are_drawn_one_at_a_time(take: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "PATIENCE", 0.01)
    with pictures._HANDS, pytest.raises(Unavailable):
        take(make.photo())
    assert take(make.photo()).renditions
