"""A mapping file: says in TOML which column of a foreign table is what, and how its values read."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from weiting.core.clock import SHANGHAI
from weiting.core.errors import Invalid

SECTIONS = {"columns", "constants", "dates", "values", "sheet"}


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong in one row, said in a sentence; the header is row 1."""

    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which columns give a field, what is constant, how dates are written and what values mean.

    `columns` may give one column to several fields, and a field several names: the first present counts.
    """

    columns: dict[str, tuple[str, ...]]
    constants: dict[str, str] = field(default_factory=dict)
    dates: dict[str, tuple[str, ...]] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    sheet: str | None = None

    def apply(self, row: int, values: dict[str, str]) -> tuple[dict[str, str], list[RowError]]:
        """The row with constants added, values translated, dates in ISO 8601; and what could not be read."""
        found, errors = {**self.constants, **values}, []
        for name, meanings in self.values.items():
            if name in found:
                typed = found[name].strip()
                found[name] = meanings.get(typed, meanings.get("*", found[name]))
        for name, formats in self.dates.items():
            typed = found.get(name, "").strip()
            moment = _moment(typed, formats)
            if typed and moment is None:
                message = _("“%(typed)s” is not a date of the form %(form)s.")
                errors.append(RowError(row, name, message % {"typed": typed[:40], "form": formats[0]}))
            elif moment is not None:
                found[name] = moment.isoformat()
        return found, errors


def _moment(typed: str, formats: tuple[str, ...]) -> datetime | None:
    for form in formats:
        try:
            moment = datetime.strptime(typed, form)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
    return None


def _section(found: dict[str, Any], name: str) -> dict[str, Any]:
    section = found.get(name, {})
    if not isinstance(section, dict):
        raise Invalid(_("[%(name)s] in the mapping file must be a section.") % {"name": name}, code="mapping")
    return section


def _names(value: Any, name: str) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if isinstance(names, list) and names and all(isinstance(one, str) and one for one in names):
        return tuple(names)
    message = _("“%(name)s” in the mapping file must be a text or a list of texts.")
    raise Invalid(message % {"name": name}, code="mapping")


def _constant(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def mapping_from(found: dict[str, Any]) -> Mapping:
    """Check what a mapping file holds. Raises Invalid with a sentence."""
    for name in sorted(set(found) - SECTIONS):
        message = _("The mapping file has an unknown section “%(name)s”. Known are: %(known)s.")
        raise Invalid(message % {"name": name, "known": ", ".join(sorted(SECTIONS))}, code="mapping")
    columns = {name: _names(value, name) for name, value in _section(found, "columns").items()}
    if not columns:
        raise Invalid(_("The mapping file names no columns: add a [columns] section."), code="mapping")
    meanings = _section(found, "values")
    return Mapping(
        columns=columns,
        constants={name: _constant(value) for name, value in _section(found, "constants").items()},
        dates={name: _names(value, name) for name, value in _section(found, "dates").items()},
        values={name: {k: _constant(v) for k, v in _section(meanings, name).items()} for name in meanings},
        sheet=found.get("sheet"),
    )


def load_mapping(path: str | Path) -> Mapping:
    """Read a mapping file. Raises Invalid when it is missing, not TOML, or says something unknown."""
    try:
        found = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        message = _("The mapping file %(path)s cannot be opened.") % {"path": path}
        raise Invalid(message, code="mapping") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = _("The mapping file cannot be read: %(reason)s.") % {"reason": error}
        raise Invalid(message, code="mapping") from error
    return mapping_from(found)
