"""Reads tables of units and people: all or nothing, every fault named by row and column, and twice does no harm."""

from weiting.units.imports.columns import people_template_xlsx, units_template_xlsx
from weiting.units.imports.divisions import import_divisions
from weiting.units.imports.outcome import Outcome
from weiting.units.imports.people import import_people
from weiting.units.imports.units import import_units

__all__ = [
    "Outcome",
    "import_divisions",
    "import_people",
    "import_units",
    "people_template_xlsx",
    "units_template_xlsx",
]
