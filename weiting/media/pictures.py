"""Re-encodes pictures: what is stored is drawn anew from pixels, so nothing else can remain."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from weiting.core.errors import Invalid, Unavailable
from weiting.media.limits import MAX_PIXELS

# MPO is the JPEG of phones with several lenses; its first picture is taken.
_READERS = {
    "jpeg": ("JPEG", "MPO"),
    "png": ("PNG",),
    "webp": ("WEBP",),
    "gif": ("GIF",),
    "avif": ("AVIF",),
}
_REDUCIBLE = ("L", "LA", "RGB", "RGBA", "CMYK")
_CLEAR = ("RGBA", "LA", "PA", "RGBa", "La")
# Rows of the reduced picture that are made at a time.
STRIP = 64
# A picture of 50 million pixels takes 200 MB while it is open; so one is open in one process at a time.
_HANDS = BoundedSemaphore(1)
# Nobody waits longer than this for the pictures before theirs.
PATIENCE = 60.0
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))

MASTER_SIDE = 2560
# Long pictures (a notice of many screens in one file) would be unreadable if their height were cut to 2560.
LONG_RATIO, LONG_WIDTH, LONG_SIDE = 3, 1280, 16_000
WIDTHS = (320, 640, 1280)
FALLBACK_WIDTH = 640
WEBP = {"quality": 80, "method": 4}
JPEG = {"quality": 85, "optimize": True, "progressive": True}

Image.MAX_IMAGE_PIXELS = MAX_PIXELS


@dataclass(frozen=True)
class Piece:
    """One file made from an upload, still in the workspace; the first piece of an upload is its master."""

    name: str
    path: Path
    mime: str
    extension: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class Drawn:
    """The files of one picture and its mean colour."""

    pieces: list[Piece]
    colour: str


def draw(source: BinaryIO, reader: str, folder: Path) -> Drawn:
    """Write master and renditions of a picture into a folder; raise Invalid if damaged or too large."""
    if not _HANDS.acquire(timeout=PATIENCE):
        raise Unavailable(
            _("Many pictures are being prepared at this moment. Wait a minute, then send yours again."),
            code="busy",
        )
    try:
        return _draw(source, reader, folder)
    finally:
        _HANDS.release()


def _draw(source: BinaryIO, reader: str, folder: Path) -> Drawn:
    image = _in_srgb(ImageOps.exif_transpose(_reduced(_load(source, reader))))
    master = (
        image.resize(_master_size(image.size), Image.Resampling.LANCZOS) if _is_large(image.size) else image
    )
    pieces = [_write(master, "master", folder, as_jpeg=not _has_alpha(master))]
    for width in sorted({min(width, master.width) for width in WIDTHS}):
        name = next(f"w{each}" for each in WIDTHS if each >= width)
        pieces.append(_write(_at_width(master, width), name, folder, as_jpeg=False))
    fallback = _at_width(master, min(FALLBACK_WIDTH, master.width))
    pieces.append(_write(fallback, "jpeg640", folder, as_jpeg=True))
    return Drawn(pieces, _colour(fallback))


def _load(source: BinaryIO, reader: str) -> Image.Image:
    formats = _READERS[reader]
    try:
        source.seek(0)
        with Image.open(source, formats=formats) as probe:
            _require_drawable(probe)
            probe.verify()
        # verify() leaves the picture unusable; the second opening is the one that is decoded.
        source.seek(0)
        image = Image.open(source, formats=formats)
        # Lets libjpeg decode large photographs at a half or a quarter: less memory, less time.
        image.draft("RGB", (MASTER_SIDE, MASTER_SIDE))
        image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    # Pillow's readers answer damage with any of these.
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        IndexError,
        TypeError,
    ) as error:
        raise Invalid(
            _(
                "This picture is damaged or is not a picture. "
                "Open it, save it again as JPEG, and choose that."
            ),
            code="broken_picture",
        ) from error
    return image


def _reduced(image: Image.Image) -> Image.Image:
    """Take away whole multiples of the size first: a web process cannot hold several copies of the rest."""
    width, height = _master_size(image.size)
    factor = min(image.width // width, image.height // height)
    if factor <= 1:
        return image
    # By strips: of a large picture only one copy is ever whole, whatever its colours have to go through.
    rows = factor * STRIP
    first = _plain(image.crop((0, 0, image.width, min(rows, image.height)))).reduce(factor)
    small = Image.new(first.mode, (first.width, -(-image.height // factor)))
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        small.paste(_plain(strip).reduce(factor), (0, top // factor))
    small.info = {name: value for name, value in image.info.items() if name != "transparency"}
    return small


def _plain(image: Image.Image) -> Image.Image:
    """Return a picture in a mode whose pixels can be averaged; what is clear in it stays so."""
    if image.mode in _REDUCIBLE and "transparency" not in image.info:
        return image
    if _is_deep(image):
        return _shallow(image)
    is_clear = "transparency" in image.info or image.mode in _CLEAR
    return image.convert("RGBA" if is_clear else "RGB")


def _require_drawable(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> Invalid:
    return Invalid(
        _("This picture has more than %(millions)s million pixels. Make it smaller and choose it again.")
        % {"millions": MAX_PIXELS // 1_000_000},
        code="too_many_pixels",
    )


def _has_alpha(image: Image.Image) -> bool:
    return image.mode == "RGBA"


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return the picture in 8-bit sRGB, with or without transparency, and nothing else of the file."""
    profile = image.info.get("icc_profile")
    is_clear = image.mode in _CLEAR or "transparency" in image.info
    if _is_deep(image):
        image = _shallow(image)
    elif profile and image.mode in ("RGB", "CMYK", "L"):
        image = _through_profile(image, profile)
    image = image.convert("RGBA" if is_clear else "RGB")
    if is_clear and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    clean = Image.new(image.mode, image.size)
    clean.paste(image)
    return clean


def _is_deep(image: Image.Image) -> bool:
    return image.mode in ("I", "F") or image.mode.startswith("I;16")


def _shallow(image: Image.Image) -> Image.Image:
    """Return 16 bits of grey as 8: Pillow would clip, not scale."""
    return image.convert("I").point(lambda value: value / 256).convert("L")


def _through_profile(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, own, _SRGB, outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        # A damaged profile changes shades, not the picture.
        return image


def _master_size(size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    if height > LONG_RATIO * width:
        scale = min(1.0, LONG_WIDTH / width, LONG_SIDE / height)
    else:
        scale = min(1.0, MASTER_SIDE / max(size))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _is_large(size: tuple[int, int]) -> bool:
    return _master_size(size) != size


def _at_width(image: Image.Image, width: int) -> Image.Image:
    if width == image.width:
        return image
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _write(image: Image.Image, name: str, folder: Path, *, as_jpeg: bool) -> Piece:
    path = folder / name
    if as_jpeg:
        if _has_alpha(image):
            paper = Image.new("RGB", image.size, "white")
            paper.paste(image, mask=image.getchannel("A"))
            image = paper
        image.save(path, "JPEG", **JPEG)
        return Piece(name, path, "image/jpeg", "jpg", *image.size)
    image.save(path, "WEBP", **WEBP)
    return Piece(name, path, "image/webp", "webp", *image.size)


def _colour(image: Image.Image) -> str:
    red, green, blue = image.convert("RGB").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))  # type: ignore[misc]
    return f"#{red:02x}{green:02x}{blue:02x}"
