"""Sound and film: hidden data is gone, what a player needs is untouched, and what is not true is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from weiting.core.errors import Invalid
from weiting.media import limits
from weiting.media.containers.ogg import page_sum
from weiting.media.limits import Kind
from weiting.media.pipeline import Prepared
from weiting.media.tests import make

Take = Callable[..., Prepared]
SECRETS = (
    make.PLACE,
    b"Secret",
    b"GPSTRACK",
    b"UNCLAIMED",
    b"Novatek",
    b"LOCATION",
    b"ISO6709",
    b"APIC",
    b"Phone1",
)


def content_of(prepared: Prepared, stored: Path) -> bytes:
    return (stored / prepared.renditions[0]["path"]).read_bytes()


def box_names(content: bytes) -> list[bytes]:
    names, at = [], 0
    while at < len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        assert 8 <= size <= len(content) - at
        names.append(content[at + 4 : at + 8])
        at += size
    return names


@pytest.mark.parametrize(
    ("sent", "kind", "mime", "duration_ms"),
    [
        (make.mp4(), Kind.VIDEO, "video/mp4", 2500),
        (make.mp4(brand=b"M4A ", tracks="s"), Kind.AUDIO, "audio/mp4", 2500),
        (make.mp3_with_tags(), Kind.AUDIO, "audio/mpeg", 1045),
        (make.aac_frames(), Kind.AUDIO, "audio/aac", 929),
        (make.wav(), Kind.AUDIO, "audio/wav", 1000),
        (make.opus(), Kind.AUDIO, "audio/ogg", 2000),
        (make.webm(), Kind.VIDEO, "video/webm", 2500),
        (make.webm(is_open=True), Kind.VIDEO, "video/webm", 1000),
        (make.webm(kind=2, codec=b"A_OPUS"), Kind.AUDIO, "audio/webm", 2500),
    ],
    ids=["mp4", "m4a", "mp3", "aac", "wav", "opus", "webm", "livewebm", "webmsound"],
)
def test_hidden_data_is_gone_and_length_known(
    take: Take, stored: Path, sent: bytes, kind: Kind, mime: str, duration_ms: int
) -> None:
    prepared = take(sent, name="whatever.jpg")
    assert (prepared.kind, prepared.mime, prepared.duration_ms) == (
        kind,
        mime,
        duration_ms,
    )
    content = content_of(prepared, stored)
    assert not [secret for secret in SECRETS if secret in content]


def test_film_keeps_its_boxes_offsets_and_frames(take: Take, stored: Path) -> None:
    sent = make.mp4()
    prepared = take(sent)
    content = content_of(prepared, stored)
    assert len(content) == len(sent)
    assert box_names(content) == [b"ftyp", b"free", b"mdat", b"moov", b"free"]
    frames = b"".join(b"FRAME-%02d" % number * 4 for number in range(10))
    assert content.index(frames) == sent.index(frames)
    movie = content[content.index(b"moov") + 4 :]
    assert (
        box_names(movie[: sent.index(b"uuid") - 4 - sent.index(b"moov") - 4])
        == [b"mvhd", b"trak"] + [b"free"] * 4
    )
    # The film is turned by its matrix: shown upright.
    assert (prepared.width, prepared.height) == (360, 640)


def test_cleaning_twice_changes_nothing(take: Take, stored: Path) -> None:
    for sent in (
        make.mp4(),
        make.mp3_with_tags(),
        make.wav(),
        make.opus(),
        make.webm(),
    ):
        once = content_of(take(sent), stored)
        assert content_of(take(once), stored) == once


def test_mp3_is_cut_down_to_its_frames(take: Take, stored: Path) -> None:
    assert content_of(take(make.mp3_with_tags()), stored) == make.mp3_frames()


def test_wav_keeps_format_and_sound_only(take: Take, stored: Path) -> None:
    content = content_of(take(make.wav()), stored)
    assert len(content) == 44 + 8000
    assert int.from_bytes(content[4:8], "little") == len(content) - 8
    assert int.from_bytes(content[40:44], "little") == 8000


def test_ogg_page_sum_is_the_standard_one() -> None:
    # The sum of a known page: "123456789" under CRC-32/MPEG-2 without its initial ones is 0x89A1897F.
    from_standard = 0x89A1897F
    assert page_sum(b"123456789") == from_standard


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"ID3\x04\0\0\0\0\0\0<html>" + bytes(2000), "broken_media"),
        (b"\xff\xfb\x90\0" + b"<script>" * 400, "broken_media"),
        (b"RIFF\x24\0\0\0WAVE<html>" + bytes(100), "broken_media"),
        (b"OggS" + bytes(200), "broken_media"),
        (make.opus()[:-100].replace(b"Phone1", b"PhoneX"), "broken_media"),
        (b"\0\0\0\x18ftypisom\0\0\2\0isommp42" + b"<html>" * 100, "broken_media"),
        (make.mp4()[:-200], "broken_media"),
        (make.mp4(tracks="m"), "broken_media"),
        (make.mp4(video=make.box(b"hvc1", bytes(86))), "unplayable_media"),
        (make.mp4(extra=make.box(b"moof", b"")), "uncleanable_media"),
        (make.mp4(brand=b"qt  "), "unknown_type"),
        (make.webm(doc_type=b"matroska"), "unplayable_media"),
        (make.webm(codec=b"V_MPEG4/ISO/AVC"), "unplayable_media"),
        (make.webm(kind=17), "uncleanable_media"),
        (make.webm()[:300], "broken_media"),
        (b"\x1a\x45\xdf\xa3" + b"\xff" * 50, "broken_media"),
    ],
    ids=[
        "htmlmp3",
        "scriptmp3",
        "htmlwav",
        "ogg",
        "oggsum",
        "htmlmp4",
        "cutmp4",
        "notrack",
        "hevc",
        "fragments",
        "mov",
        "mkv",
        "h264webm",
        "subtitles",
        "cutwebm",
        "ebml",
    ],
)
def test_what_is_not_true_or_not_cleanable_is_refused(
    take: Take, files: Callable[[], list[Path]], sent: bytes, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        take(sent)
    assert refused.value.code == code
    assert files() == []


def test_box_that_claims_more_than_the_file_is_refused(take: Take) -> None:
    sent = bytearray(make.mp4())
    at = sent.index(b"stsz")
    sent[at + 8 : at + 12] = b"\xff\xff\xff\xf0"
    with pytest.raises(Invalid):
        take(bytes(sent))


def test_chunk_outside_the_media_data_is_refused(take: Take) -> None:
    sent = bytearray(make.mp4())
    at = sent.index(b"stco")
    sent[at + 12 : at + 16] = b"\0\0\0\1"
    with pytest.raises(Invalid):
        take(bytes(sent))


@pytest.mark.parametrize("maker", [make.mp4, make.mp3_with_tags, make.wav, make.opus, make.webm])
def test_no_damage_brings_the_readers_down(take: Take, maker: Callable[[], bytes]) -> None:
    sent = maker()
    for step in range(0, min(len(sent), 1600), 13):
        damaged = bytearray(sent)
        damaged[step] ^= 0xFF
        try:
            take(bytes(damaged))
        except Invalid:
            continue


def test_sound_named_film_obeys_the_limit_of_sound(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    small = limits.Limit(Kind.AUDIO, 500, (), "")
    monkeypatch.setitem(limits.LIMITS, Kind.AUDIO, small)
    with pytest.raises(Invalid) as refused:
        take(make.mp4(tracks="s"))
    assert refused.value.code == "too_large"


def test_film_is_refused_where_a_picture_belongs(take: Take) -> None:
    with pytest.raises(Invalid) as refused:
        take(make.mp4(), kinds=[Kind.PICTURE])
    assert refused.value.code == "wrong_kind"
