"""Personal data in what a picture or a document says about itself: its author, its place, its title."""

import re
from collections.abc import Collection, Mapping

from weiting.text.finding import Finding, Rule, _, message
from weiting.text.personal.checking import check

RULES: tuple[Rule, ...] = (
    Rule(
        "personal.location",
        _("Place where a picture was taken"),
        _("The picture says where it was taken. Remove it from the file."),
        "must",
        "GPSLatitude: 30.123456",
        "ImageWidth: 4032",
        "个人信息保护法 第二十八条",
    ),
    Rule(
        "personal.owner",
        _("Owner named in a file"),
        _("The file names the person or the device that made it. Remove it from the file."),
        "must",
        "Artist: 王小明",
        "Software: Weiting",
        "个人信息保护法 第四条",
    ),
)
_LOCATION, _OWNER = RULES
_PLACE = re.compile(r"gps|latitude|longitude|location|geotag|坐标|经度|纬度", re.IGNORECASE)
_MAKER = re.compile(
    r"^(?:exif|tiff|xmp|dc|iptc|photoshop|xmpRights)?[:. ]?(?:artist|author|authors|creator|by-?line"
    r"|owner|ownername|cameraownername"
    r"|lastmodifiedby|last_modified_by|manager|bodyserialnumber|serialnumber|lensserialnumber|xpauthor"
    r"|作者|所有者|拍摄者)$",
    re.IGNORECASE,
)
LONGEST = 20_000


def check_metadata(
    values: Mapping[str, object], public_numbers: Collection[str] = ()
) -> dict[str, list[Finding]]:
    """What in the metadata of a file is personal, by its key; values of any kind are read as text."""
    found: dict[str, list[Finding]] = {}
    for key, value in values.items():
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        text = text.replace("\0", "")[:LONGEST]
        if findings := _by_key(str(key), text) or check(text, public_numbers):
            found[str(key)] = findings
    return found


def _by_key(key: str, text: str) -> list[Finding]:
    if not text.strip():
        return []
    rule = _LOCATION if _PLACE.search(key) else _OWNER if _MAKER.match(key) else None
    if rule is None:
        return []
    return [Finding(rule.key, 0, len(text), text, message(rule.why), rule.severity, ("",))]
