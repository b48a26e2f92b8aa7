"""Stored files over the wire: type, cache, ranges, nothing but stored files; and the tags that show them."""

import asyncio
import io
import re
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import include, path

from weiting.core.errors import NotFound
from weiting.media import views
from weiting.media.actions import describe_asset, store_asset
from weiting.media.serving import MediaDoor
from weiting.media.tests import make

urlpatterns = [path("media/", include("weiting.media.urls"))]


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def ask(relative: str, **headers: str) -> Any:
    return views.serve(RequestFactory().get("/", headers=headers), relative)


def test_stored_file_is_served_with_its_mark_and_as_what_it_is(take: Any, stored: Any) -> None:
    prepared = take(make.photo())
    for each in prepared.renditions:
        response = ask(each["path"])
        assert response["Content-Type"] == each["mime"]
        assert response["Cache-Control"].startswith("public, max-age=")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Disposition"].startswith("inline; filename=")
        assert body_of(response) == (stored / each["path"]).read_bytes()
    again = ask(
        prepared.renditions[0]["path"],
        **{"If-None-Match": ask(prepared.renditions[0]["path"])["ETag"]},
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("header", "status", "start", "end"),
    [
        ("bytes=0-1", 206, 0, 2),
        ("bytes=100-", 206, 100, None),
        ("bytes=-50", 206, -50, None),
        ("bytes=0-99999999", 206, 0, None),
        ("bytes=5-2", 200, 0, None),
        ("bytes=0-1,4-5", 200, 0, None),
        ("pages=1", 200, 0, None),
        ("bytes=-", 200, 0, None),
    ],
)
def test_part_of_a_film_is_served(take: Any, header: str, status: int, start: int, end: int | None) -> None:
    film = make.webm()
    relative = take(film).renditions[0]["path"]
    whole = body_of(ask(relative))
    response = ask(relative, Range=header)
    assert response.status_code == status
    assert response["Accept-Ranges"] == "bytes"
    content = body_of(response)
    assert content == whole[start:end]
    assert int(response["Content-Length"]) == len(content)
    if status == 206:
        first = start % len(whole)
        assert response["Content-Range"] == f"bytes {first}-{first + len(content) - 1}/{len(whole)}"


def test_part_beyond_the_end_cannot_be_served(take: Any) -> None:
    relative = take(make.wav()).renditions[0]["path"]
    response = ask(relative, Range="bytes=99999999-")
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{44 + 8000}"
    assert ask(relative, Range="bytes=-0").status_code == 416


@pytest.mark.parametrize(
    "relative",
    [
        "../../etc/passwd",
        "ab/cd/../../x",
        ".incoming/x/master",
        "",
        "ab/cd/abcd-x.webp",
        "/etc/passwd",
    ],
)
def test_nothing_but_stored_files_is_served(stored: Any, relative: str) -> None:
    with pytest.raises(NotFound):
        ask(relative)


def through_door(relative: str, method: str = "GET", **headers: str) -> tuple[bool, list[dict[str, Any]]]:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asked = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": f"/media/{relative}", "headers": asked}
    return asyncio.run(MediaDoor().answer(scope, send)), sent


def test_door_answers_as_the_view_does(take: Any) -> None:
    relative = take(make.photo()).renditions[0]["path"]
    for header in ("", "bytes=100-", "bytes=0-1", "bytes=99999999-"):
        view = ask(relative, Range=header)
        answered, (start, *rest) = through_door(relative, Range=header)
        assert answered
        assert start["status"] == view.status_code
        assert b"".join(each["body"] for each in rest) == body_of(view)
        assert (b"content-type", b"image/jpeg") in start["headers"]
        assert not rest[-1].get("more_body")


def test_door_leaves_the_rest_to_django(take: Any) -> None:
    relative = take(make.photo()).renditions[0]["path"]
    assert through_door(relative, method="POST") == (False, [])
    assert through_door("captions/abc.vtt") == (False, [])
    answered, sent = through_door(relative, method="HEAD")
    assert answered
    assert b"".join(each.get("body", b"") for each in sent) == b""


def draw(text: str, **values: Any) -> str:
    return Template("{% load media %}" + text).render(Context(values))


def test_picture_tag_offers_sizes_shape_and_words(editor: Any) -> None:
    asset = store_asset(io.BytesIO(make.photo(2000, 1000)), by=editor, unit_id=1, alt='"<蓝天>"')
    html = draw('{% picture asset sizes="100vw" %}', asset=asset)
    assert "320w" in html
    assert "1280w" in html
    assert 'width="2000" height="1000"' in html
    assert 'alt="&quot;&lt;蓝天&gt;&quot;"' in html
    assert 'loading="lazy"' in html
    assert "-jpeg640.jpg" in html
    assert "style=" not in html
    assert 'alt=""' in draw('{% picture asset alt="" %}', asset=asset)


@pytest.mark.urls(__name__)
def test_player_tag_shows_film_captions_and_text(editor: Any, client: Any) -> None:
    still = store_asset(io.BytesIO(make.photo()), by=editor, unit_id=1)
    film = store_asset(io.BytesIO(make.mp4()), by=editor, unit_id=1, transcript="<你好>", alt="开幕式")
    film = describe_asset(film, by=editor, poster=still, captions="00:00:01.000 --> 00:00:02.000\n你好")
    html = draw("{% player asset %}", asset=film)
    assert "<video controls" in html
    assert f'poster="{still.url()}"' in html
    assert "&lt;你好&gt;" in html
    assert "0:02" in html
    address = f"/media/captions/{film.public_id}.vtt"
    assert address in html
    assert client.get(address).content.startswith(b"WEBVTT")
    sound = store_asset(io.BytesIO(make.mp3_with_tags()), by=editor, unit_id=1)
    assert "<audio controls" in draw("{% player asset %}", asset=sound)
    html = draw('{% player asset alt="值班员念通知" caption="停水通知，1 秒" %}', asset=sound)
    assert 'aria-label="值班员念通知"' in html
    assert re.search(r"<figcaption>\s*停水通知，1 秒", html)
    assert "data-most-bytes" in draw('{% file_attributes "picture" %}')
