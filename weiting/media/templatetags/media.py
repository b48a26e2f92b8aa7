"""Template tags that show an asset: {% picture %} for pictures, {% player %} for sound and film."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from weiting.media.forms import UploadForm
from weiting.media.limits import human_bytes
from weiting.media.models import Asset, Kind

register = template.Library()
register.filter("human_bytes", human_bytes)


@register.simple_tag
def picture(
    asset: Asset,
    sizes: str = "(min-width: 60rem) 40rem, 100vw",
    alt: str | None = None,
    lazy: bool = True,
) -> SafeString:
    """Draw a picture in the sizes a screen needs, with a JPEG for old phones; `alt=""` means decoration."""
    if asset.kind != Kind.PICTURE:
        return SafeString("")
    drawn = [each for each in asset.renditions if each["mime"] == "image/webp"]
    srcset = ", ".join(f"{asset.url(each['name'])} {each['width']}w" for each in drawn)
    fallback = asset.rendition("jpeg640") or asset.master
    return format_html(
        '<picture><source type="image/webp" srcset="{}" sizes="{}">'
        '<img src="{}" width="{}" height="{}" alt="{}" decoding="async"{}></picture>',
        srcset,
        sizes,
        asset.url(fallback["name"]),
        asset.width or "",
        asset.height or "",
        asset.alt if alt is None else alt,
        SafeString(' loading="lazy"' if lazy else ""),
    )


@register.inclusion_tag("media/player.html")
def player(asset: Asset, alt: str = "", caption: str = "") -> dict[str, Any]:
    """Show sound or film with its captions, and what is said as text below.

    `alt` and `caption` are how the text it stands in describes it; otherwise its own description is shown.
    """
    described = alt or asset.alt
    return {
        "asset": asset,
        "described": described or asset.original_name,
        "caption": caption or described,
        "is_film": asset.kind == Kind.VIDEO,
        "duration": _clock(asset.duration_ms),
    }


@register.simple_tag
def file_attributes(kinds: str = "") -> SafeString:
    """Write the attributes of a file field that says its limits; `kinds` as "picture video", or all."""
    from_words = [Kind(each) for each in kinds.split()] or list(Kind)
    field = UploadForm(kinds=from_words).fields["file"].widget.attrs
    return format_html_join(" ", '{}="{}"', field.items())


def _clock(duration_ms: int | None) -> str:
    if not duration_ms:
        return ""
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
