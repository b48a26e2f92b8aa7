"""Files as real encoders write them: every place, device, title and time is gone, and what is played is unchanged."""

import re
from pathlib import Path
from typing import Any

import pytest

from weiting.core.errors import Invalid

SAMPLES = Path(__file__).with_name("samples")
TOLD = re.compile(rb"(?i)SECRET|31\.23|121\.47|ISO6709|quicktime|2026-11-01")
KEPT = ["phone.mp4", "frag.mp4", "voice.m4a", "voice.mp3", "film.webm", "voice.opus"]


@pytest.mark.parametrize("name", KEPT)
def test_the_sample_tells_much_and_what_is_stored_tells_nothing(name: str, take: Any, stored: Path) -> None:
    sent = (SAMPLES / name).read_bytes()
    told = {found.lower() for found in TOLD.findall(sent)}
    # FFmpeg writes a place into these two kinds only when asked in another way; the tests by bytes have it.
    assert ({b"secret"} if name in {"frag.mp4", "voice.m4a"} else {b"secret", b"31.23"}) <= told
    kept = (stored / take(sent).renditions[0]["path"]).read_bytes()
    assert TOLD.findall(kept) == []


@pytest.mark.parametrize(
    ("name", "kind", "mime", "size"),
    [
        ("phone.mp4", "video", "video/mp4", (128, 96)),
        ("frag.mp4", "video", "video/mp4", (128, 96)),
        ("film.webm", "video", "video/webm", (128, 96)),
        ("voice.m4a", "audio", "audio/mp4", (None, None)),
        ("voice.mp3", "audio", "audio/mpeg", (None, None)),
        ("voice.opus", "audio", "audio/ogg", (None, None)),
    ],
)
def test_what_it_is_is_read_from_its_bytes(name: str, kind: str, mime: str, size: Any, take: Any) -> None:
    prepared = take((SAMPLES / name).read_bytes(), name="holiday.exe")
    assert (prepared.kind, prepared.mime, (prepared.width, prepared.height)) == (kind, mime, size)


@pytest.mark.parametrize("name", ["phone.mp4", "voice.m4a", "film.webm", "voice.opus"])
def test_a_second_is_a_second(name: str, take: Any) -> None:
    assert abs(take((SAMPLES / name).read_bytes()).duration_ms - 1000) < 100


def test_the_pictures_and_the_sound_of_a_film_stay_byte_for_byte(take: Any, stored: Path) -> None:
    sent = (SAMPLES / "phone.mp4").read_bytes()
    kept = (stored / take(sent).renditions[0]["path"]).read_bytes()
    start = sent.index(b"mdat") + 4
    size = int.from_bytes(sent[start - 8 : start - 4], "big") - 8
    assert kept[start : start + size] == sent[start : start + size]


def test_a_film_of_quicktime_is_refused_with_what_to_do(take: Any, files: Any) -> None:
    with pytest.raises(Invalid) as refused:
        take((SAMPLES / "phone.mov").read_bytes())
    assert "MP4" in str(refused.value.message)
    assert files() == []
