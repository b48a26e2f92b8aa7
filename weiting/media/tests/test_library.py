"""The library: one row for one file and unit, described, retired with a reason, every act recorded."""

import io
import threading
from datetime import date
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from weiting import audit
from weiting.core.errors import Conflict, Invalid, NotAllowed, NotFound
from weiting.media import queries
from weiting.media.actions import describe_asset, retire_asset, store_asset
from weiting.media.models import Asset
from weiting.media.tests import make


def picture(editor: Any, unit_id: int = 1, width: int = 400, **said: Any) -> Asset:
    return store_asset(
        io.BytesIO(make.photo(width, 300)),
        by=editor,
        unit_id=unit_id,
        name="天.jpg",
        **said,
    )


def verbs(asset: Asset) -> list[str]:
    return sorted(entry.verb for entry in audit.entries_for(asset))


def test_stored_picture_is_kept_with_what_was_said(editor: Any) -> None:
    asset = picture(editor, alt=" 蓝天 ", credit="市气象局", rights="own", faces_checked=True)
    asset.refresh_from_db()
    assert (asset.alt, asset.credit, asset.uploaded_by, asset.faces_checked_by) == (
        "蓝天",
        "市气象局",
        editor,
        editor,
    )
    assert asset.lacks() == []
    assert verbs(asset) == ["media.asset.store"]
    assert audit.entries_for(asset)[0].unit_id == 1


def test_same_file_twice_is_one_asset_in_a_unit(editor: Any) -> None:
    first, second = picture(editor, alt="one"), picture(editor, alt="two")
    assert first.pk == second.pk
    assert second.alt == "one"
    assert verbs(first) == ["media.asset.store"]
    elsewhere = picture(editor, unit_id=2)
    assert elsewhere.pk != first.pk
    assert elsewhere.renditions == first.renditions


@pytest.mark.django_db(transaction=True)
def test_same_file_at_the_same_moment_is_one_asset(files: Any) -> None:
    editor = get_user_model().objects.create(username="twice", name="林晓")
    content, gate = make.photo(), threading.Barrier(4)
    found: list[int] = []

    def upload() -> None:
        try:
            gate.wait()
            found.append(store_asset(io.BytesIO(content), by=editor, unit_id=1).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=upload) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert Asset.objects.count() == 1
    assert len(verbs(Asset.objects.get())) == 1
    assert len(files()) == len(Asset.objects.get().renditions)


def test_description_changes_only_what_was_said(editor: Any) -> None:
    asset = picture(editor, alt="蓝天", credit="市气象局")
    changed = describe_asset(asset, by=editor, alt="乌云", consent_until=date(2026, 12, 31))
    assert (changed.alt, changed.credit) == ("乌云", "市气象局")
    entry = audit.entries_for(asset)[0]
    assert entry.facts["changed"] == ["alt", "consent_until"]
    describe_asset(asset, by=editor, alt="乌云")
    assert len(verbs(asset)) == 2


def test_ended_consent_is_said(editor: Any, freeze: Any) -> None:
    asset = picture(
        editor,
        alt="合影",
        rights="consented",
        consent_until=date(2026, 11, 20),
        faces_checked=True,
    )
    assert len(asset.lacks()) == 1
    freeze("2026-11-20 23:59")
    assert asset.lacks() == []


def test_retired_asset_stays_and_says_why(editor: Any, files: Any) -> None:
    asset = picture(editor)
    with pytest.raises(Invalid):
        retire_asset(asset, by=editor, reason="  ")
    retired = retire_asset(asset, by=editor, reason="The photographer withdrew it.")
    assert retired.is_retired
    assert files()
    assert "media.asset.retire" in verbs(asset)
    with pytest.raises(Conflict):
        retire_asset(asset, by=editor, reason="again")
    with pytest.raises(Conflict):
        describe_asset(asset, by=editor, alt="x")
    assert picture(editor).pk != asset.pk
    assert [each.pk for each in queries.library([1], retired=True)] == [asset.pk]


def test_closed_account_can_do_nothing(editor: Any) -> None:
    asset = picture(editor)
    editor.is_active = False
    with pytest.raises(NotAllowed):
        picture(editor)
    with pytest.raises(NotAllowed):
        describe_asset(asset, by=editor, alt="x")
    with pytest.raises(NotAllowed):
        retire_asset(asset, by=editor, reason="x")


def test_library_shows_the_units_asked_for_page_by_page(editor: Any, django_assert_num_queries: Any) -> None:
    made = [picture(editor, width=300 + number, alt=f"照片{number}") for number in range(3)]
    picture(editor, unit_id=2)
    with django_assert_num_queries(1):
        page = queries.library([1], size=2)
    assert [each.pk for each in page] == [made[2].pk, made[1].pk]
    assert [each.pk for each in queries.library([1], size=2, cursor=page.next_cursor)] == [made[0].pk]
    assert [each.pk for each in queries.library([1, 2], q="照片1")] == [made[1].pk]
    assert list(queries.library([1], kind="video")) == []
    assert list(queries.library([])) == []


def test_asset_outside_the_units_is_not_found(editor: Any) -> None:
    asset = picture(editor)
    assert queries.asset_for(asset.public_id, unit_ids=[1]) == asset
    with pytest.raises(NotFound):
        queries.asset_for(asset.public_id, unit_ids=[2])
    assert set(queries.assets_by_id([asset.public_id, "nothing"])) == {asset.public_id}


def test_film_lacks_captions_and_poster_until_given(editor: Any) -> None:
    film = store_asset(io.BytesIO(make.mp4()), by=editor, unit_id=1, rights="own", faces_checked=True)
    assert len(film.lacks()) == 2
    still = picture(editor)
    srt = "1\r\n00:00:01,000 --> 00:00:02,500\r\n你好，云溪\r\n"
    film = describe_asset(film, by=editor, captions=srt, poster=still)
    assert film.lacks() == []
    assert film.captions == "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\n你好，云溪\n"
    with pytest.raises(Invalid):
        describe_asset(film, by=editor, captions="你好")
    with pytest.raises(Invalid):
        describe_asset(film, by=editor, poster=picture(editor, unit_id=2))
