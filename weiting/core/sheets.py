"""Reads the rows of XLSX files as text, and writes the empty tables offered for download."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, BinaryIO

import openpyxl
import xlsxwriter
from django.utils.translation import gettext as _

from weiting.core.errors import Invalid

# A workbook is a zip: what it grows to is looked at before it is unpacked.
LARGEST_UNPACKED = 2 * 1024**3
LARGEST_STRINGS = 256 * 1024**2
# Spreadsheets keep fifteen digits of a number and turn the rest to zeros.
SURE_DIGITS = 10**15
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})


class UnreadableError(ValueError):
    """A cell's value was lost before it came here."""


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        if abs(value) >= SURE_DIGITS:
            raise UnreadableError(
                _("The spreadsheet has lost digits of this number. Format the column as text.")
            )
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    text = str(value)
    if text in ERRORS:
        raise UnreadableError(_("The cell shows an error (%(error)s) instead of a value.") % {"error": text})
    return text


def _check_size(file: BinaryIO) -> None:
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
    strings = sum(m.file_size for m in members if m.filename.endswith("sharedStrings.xml"))
    if sum(m.file_size for m in members) > LARGEST_UNPACKED or strings > LARGEST_STRINGS:
        raise Invalid(_("The workbook is too large when unpacked. Send it as CSV."), code="too_large")


def xlsx_records(file: BinaryIO, sheet: str | None) -> Iterator[tuple[int, list[str] | str]]:
    """Row numbers with their cells as text, or with a sentence when a cell is lost. Raises Invalid."""
    try:
        _check_size(file)
        file.seek(0)
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except Invalid:
        raise
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        message = _("The workbook cannot be opened. Save it again as XLSX without a password, or as CSV.")
        raise Invalid(message, code="workbook") from error
    if sheet is not None and sheet not in book.sheetnames:
        message = _("There is no sheet “%(sheet)s”. There are: %(sheets)s.")
        raise Invalid(message % {"sheet": sheet, "sheets": ", ".join(book.sheetnames)}, code="sheet")
    page = book[sheet or book.sheetnames[0]]
    # Some programs write a wrong extent into the file, and rows beyond it would be lost.
    page.reset_dimensions()
    for number, cells in enumerate(page.iter_rows(values_only=True), start=1):
        try:
            yield number, [_text(cell) for cell in cells]
        except UnreadableError as lost:
            yield number, str(lost)


def template_xlsx(columns: Sequence[str], examples: Sequence[Sequence[str]] = ()) -> bytes:
    """An XLSX file with these column names and example rows; every cell is text, so no zero is lost."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        heading = book.add_format({"bold": True, "bg_color": "#EEF2F7", "num_format": "@"})
        plain = book.add_format({"num_format": "@"})
        for column, title in enumerate(columns):
            page.set_column(column, column, max(12, 2 * len(title) + 4), plain)
            page.write_string(0, column, title, heading)
        for row, example in enumerate(examples, start=1):
            for column, value in enumerate(example):
                page.write_string(row, column, value, plain)
        page.freeze_panes(1, 0)
    return buffer.getvalue()


def template_csv(columns: Sequence[str], examples: Sequence[Sequence[str]] = ()) -> bytes:
    """A CSV file with these column names and example rows, marked UTF-8 so that spreadsheets show Chinese."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([columns, *examples])
    return buffer.getvalue().encode("utf-8-sig")
