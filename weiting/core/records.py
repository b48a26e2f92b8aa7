"""Opens an imported file whatever its kind and gives its raw records: cells of CSV, objects of JSON Lines."""

import csv
import io
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, count
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

from django.utils.translation import gettext as _

from weiting.core.encodings import encoding_of
from weiting.core.errors import Invalid

LARGEST_FIELD = 1024 * 1024
DELIMITERS = ",;\t"
Source = str | Path | BinaryIO
Values = dict[str, str]
# Cells as they stand in the file, or the sentence that says why they could not be read.
Cells = tuple[int, list[str] | str]
Objects = tuple[int, Values | str]


class _RepeatedError(ValueError):
    """A name stands twice in one object."""


def opened(source: Source) -> BinaryIO:
    """The source as a binary file at its start, seekable. Raises Invalid when there is none."""
    if isinstance(source, str | Path):
        try:
            return Path(source).open("rb")
        except OSError as error:
            message = _("The file %(path)s cannot be opened.") % {"path": source}
            raise Invalid(message, code="unopened") from error
    file = cast(BinaryIO, getattr(source, "file", source))
    if file.seekable():
        file.seek(0)
        return file
    copy = tempfile.SpooledTemporaryFile(max_size=16 * 1024 * 1024)  # noqa: SIM115 - lives as long as the rows
    shutil.copyfileobj(file, copy)
    copy.seek(0)
    return cast(BinaryIO, copy)


def _delimiter(line: str) -> str:
    bare = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=bare.count)


def csv_records(file: BinaryIO) -> Iterator[Cells]:
    """Rows with their number as a spreadsheet counts them. Raises Invalid when the encoding is broken."""
    encoding = encoding_of(file)
    csv.field_size_limit(LARGEST_FIELD)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        first = text.readline()
        reader = csv.reader(chain([first], text), delimiter=_delimiter(first), strict=True)
        for number in count(1):
            try:
                yield number, next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield number, _("A quotation mark in this row is not closed, or a field is far too long.")
    finally:
        # The wrapper would close a file that is the caller's.
        text.detach()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedError(repeated([name for name, _value in pairs]))
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _parsed(line: str) -> Values | str:
    try:
        found = json.loads(line, object_pairs_hook=_object)
    except _RepeatedError as error:
        return _("“%(name)s” appears twice in this line.") % {"name": error}
    except (json.JSONDecodeError, RecursionError):
        return _("This line is not valid JSON.")
    if not isinstance(found, dict):
        return _("This line is not one JSON object.")
    return {name: _text(value) for name, value in found.items()}


def json_records(file: BinaryIO) -> Iterator[Objects]:
    """Objects with the number of their line; values that are not text are given as JSON."""
    text = io.TextIOWrapper(file, encoding=encoding_of(file))
    try:
        for number, line in enumerate(text, start=1):
            if line.strip():
                yield number, _parsed(line)
    finally:
        text.detach()


def repeated(names: Sequence[str]) -> str:
    """The first name that stands more than once, or ""."""
    return next((name for name, times in Counter(names).items() if times > 1 and name), "")


def kind_of(file: BinaryIO, name: str) -> Literal["csv", "xlsx", "json"]:
    """How to read the file, by what it holds rather than by what it is called. Raises Invalid for old XLS."""
    head = file.read(512)
    file.seek(0)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        message = _(
            "This is an old XLS file or one with a password. Save it as XLSX or CSV and send it anew."
        )
        raise Invalid(message, code="xls")
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    starts_object = head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{"
    return "json" if starts_object or Path(name).suffix in (".jsonl", ".ndjson", ".json") else "csv"
