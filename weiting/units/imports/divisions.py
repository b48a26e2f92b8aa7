"""Builds a city's areas and streets from the four tables of national division codes, in one go."""

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from weiting.accounts.models import Person
from weiting.core.errors import Invalid
from weiting.core.tables import Table, read_rows
from weiting.units.imports.outcome import Outcome
from weiting.units.imports.units import import_table
from weiting.units.models import Kind, Unit

# In these tables the cities directly under the central government are called so; people call them by the province.
NAMELESS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
_COLUMNS = {
    "code": ["code"],
    "name": ["name"],
    "area": ["areaCode"],
    "city": ["cityCode"],
    "province": ["provinceCode"],
}


def import_divisions(
    folder: Path, city_code: str, *, by: Person | None, dry_run: bool = False, under: Unit | None = None
) -> Outcome:
    """Make a city with its districts and subdistricts from provinces, cities, areas and streets; raise Invalid."""
    city = _row(folder, "cities", city_code)
    if city is None:
        raise Invalid(
            _(
                "There is no city %(code)s in the table of cities. Its codes have four digits, for example 3301."
            )
            % {"code": city_code},
            code="no_such_city",
        )
    table = Table(f"divisions {city_code}", ("name", "kind", "parent", "code"))
    table.rows = _rows(folder, city, bool(under))
    return import_table(table, by=by, dry_run=dry_run, under=under)


def _rows(folder: Path, city: dict[str, str], is_below: bool) -> Iterator[tuple[int, dict[str, str]]]:
    name = city["name"]
    if name in NAMELESS:
        province = _row(folder, "provinces", city["province"])
        name = (province["name"] if province else "") + ("" if name == "市辖区" else name)
    yield 0, {"name": name, "kind": Kind.CITY, "parent": "", "code": city["code"]}
    number = 0
    for table, kind, above in (("areas", Kind.DISTRICT, "city"), ("streets", Kind.SUBDISTRICT, "area")):
        for values in _read(folder, table):
            if values["city"] == city["code"]:
                number += 1
                yield number, {
                    "name": values["name"], "kind": kind, "parent": values[above], "code": values["code"],
                }  # fmt: skip


def _row(folder: Path, table: str, code: str) -> dict[str, str] | None:
    # Read to its end, so that the file is closed by its reader and not by chance.
    found = [values for values in _read(folder, table) if values["code"] == code]
    return found[0] if found else None


def _read(folder: Path, name: str) -> Iterator[dict[str, str]]:
    path = folder / f"{name}.csv"
    table = read_rows(path, name=path.name, aliases=_COLUMNS, required=["code", "name"])
    for _number, values in table.rows:
        yield values
    if table.error_count:
        first = table.errors[0]
        raise Invalid(f"{path.name}, {first.row}: {first.message}", code="divisions")
