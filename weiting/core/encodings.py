"""Finds out how an imported text file is encoded, strictly: a byte that does not fit is named by its line."""

import codecs
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from weiting.core.errors import Invalid

LONGEST_LINE = 16 * 1024 * 1024
CHUNK = 1024 * 1024
# Fewer wide characters than this may be GB18030 that happens to look like UTF-8.
ENOUGH_WIDE = 4


@dataclass(slots=True)
class _Lines:
    """What a look at every line has shown."""

    as_utf8: int = 0
    first_as_utf8: int = 0
    not_utf8: int = 0
    first_not_utf8: int = 0
    first_neither: int = 0


def _wide(text: str) -> int:
    return sum(character > "\u07ff" for character in text)


def _look(file: BinaryIO) -> _Lines:
    seen, number = _Lines(), 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if line.isascii():
            continue
        try:
            if _wide(line.decode("utf-8")[:4096]) >= ENOUGH_WIDE:
                seen.as_utf8 += 1
                seen.first_as_utf8 = seen.first_as_utf8 or number
        except UnicodeDecodeError:
            seen.not_utf8 += 1
            seen.first_not_utf8 = seen.first_not_utf8 or number
            try:
                line.decode("gb18030")
            except UnicodeDecodeError:
                seen.first_neither = seen.first_neither or number
    return seen


def _unreadable(line: int) -> Invalid:
    message = _(
        "Line %(line)d cannot be read as UTF-8 or GB18030. Save the file again as UTF-8 and send it anew."
    )
    return Invalid(message % {"line": line}, code="encoding", line=line)


def _mixed(line: int, encoding: str) -> Invalid:
    message = _(
        "The file is written in %(encoding)s, but line %(line)d is in another encoding. "
        "Save the whole file as UTF-8 and send it anew."
    )
    return Invalid(message % {"line": line, "encoding": encoding}, code="mixed_encoding", line=line)


def _check_utf16(file: BinaryIO) -> None:
    decoder, lines = codecs.getincrementaldecoder("utf-16")(), 1
    while chunk := file.read(CHUNK):
        try:
            lines += decoder.decode(chunk).count("\n")
        except UnicodeDecodeError as error:
            raise _unreadable(lines) from error


def encoding_of(file: BinaryIO) -> str:
    """Read the file through and name its encoding; leave it at the start. Raises Invalid with the line."""
    head = file.read(4096)
    file.seek(0)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _check_utf16(file)
        file.seek(0)
        return "utf-16"
    if head.count(0) * 10 > len(head):
        message = _(
            "This is not a table, or its encoding is not marked. Save it as CSV in UTF-8 and send it anew."
        )
        raise Invalid(message, code="binary")
    has_mark = head.startswith(codecs.BOM_UTF8)
    seen = _look(file)
    file.seek(0)
    if not seen.not_utf8:
        return "utf-8-sig" if has_mark else "utf-8"
    if has_mark or (seen.as_utf8 and seen.as_utf8 >= seen.not_utf8):
        raise _mixed(seen.first_not_utf8, "UTF-8")
    if seen.first_neither:
        raise _unreadable(seen.first_neither)
    if seen.as_utf8:
        raise _mixed(seen.first_as_utf8, "GB18030")
    return "gb18030"
