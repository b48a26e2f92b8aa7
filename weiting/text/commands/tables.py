"""Reads and writes the tables of the commands: CSV in UTF-8 or GB18030, packed or not, with columns by name."""

import csv
import gzip
import io
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from weiting.text.finding import _, message

# A cell may hold a whole letter; a file that is no table at all must still end in a sentence.
csv.field_size_limit(16 * 2**20)


class CommandError(Exception):
    """What the person at the command line can mend, as a sentence."""

    def __init__(self, text: str, **facts: object) -> None:
        super().__init__(message(text, **facts).say())


def read_text(path: str) -> str:
    """A whole text; "-" is the standard input. UTF-8, or GB18030 where it is not."""
    try:
        raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise CommandError(
            _("%(path)s cannot be read: %(why)s. Check the name of the file."), path=path, why=error.strerror
        ) from error
    return decode(raw)


def decode(raw: bytes) -> str:
    """Text of unknown encoding; bytes that fit neither are replaced rather than refused."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked when its name ends in .gz; raises CommandError when there is nothing to read."""
    try:
        with gzip.open(path, "rb") if path.endswith(".gz") else Path(path).open("rb") as file:
            yield cast(BinaryIO, file)
    except (OSError, EOFError) as error:
        raise CommandError(
            _("%(path)s cannot be read: %(why)s. Check the name of the file."), path=path, why=error
        ) from error


def _encoding(path: str) -> str:
    """UTF-8 unless the first megabyte says otherwise; a character cut off by its end says nothing."""
    with _opened(path) as file:
        start = file.read(1 << 20)
    try:
        start.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "utf-8-sig" if error.start >= len(start) - 4 else "gb18030"
    return "utf-8-sig"


def columns(given: Sequence[str]) -> dict[str, str]:
    """What `--columns title=标题,content=正文` means; raises CommandError when it is written otherwise."""
    found = {}
    for part in filter(None, ",".join(given).split(",")):
        ours, sign, theirs = part.partition("=")
        if not sign or not theirs.strip():
            raise CommandError(_("Write columns as title=NAME,content=NAME; “%(part)s” is not."), part=part)
        found[ours.strip()] = theirs.strip()
    return found


def rows(
    path: str, wanted: Sequence[str], mapping: Mapping[str, str], optional: Sequence[str] = ()
) -> Iterator[dict[str, str]]:
    """The rows of a table with the wanted columns under our names, one by one.

    Raises CommandError, before the first row, when a wanted column is missing, naming what is there.
    """
    encoding = _encoding(path)
    with _opened(path) as raw, io.TextIOWrapper(raw, encoding, errors="replace", newline="") as file:
        # NUL has no meaning in a table and stops the reader.
        reader = csv.DictReader(line.replace("\0", "") for line in file)
        there = [name.strip() for name in reader.fieldnames or []]
        names = {ours: mapping.get(ours, ours) for ours in (*wanted, *optional)}
        missing = [names[ours] for ours in wanted if names[ours] not in there]
        if missing:
            raise CommandError(
                _(
                    "%(path)s has no column %(missing)s; it has: %(there)s. Say which is which with --columns."
                ),
                path=path,
                missing=", ".join(missing),
                there=", ".join(there) or "–",
            )
        reader.fieldnames = there
        for row in reader:
            yield {ours: row.get(theirs) or "" for ours, theirs in names.items()}


def write(path: str, header: Sequence[str], table: Iterable[Sequence[object]]) -> int:
    """Write a table in UTF-8 and return how many rows; the old file stays until the new one is whole."""
    count = 0
    aside = Path(f"{path}.part")
    with aside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for row in table:
            writer.writerow(row)
            count += 1
    aside.replace(path)
    return count


def write_text(path: str, text: str) -> None:
    """Write a text in UTF-8; the old file stays until the new one is whole."""
    aside = Path(f"{path}.part")
    aside.write_text(text, encoding="utf-8", errors="replace")
    aside.replace(path)
