"""Reads tables of units and people: all or nothing, every fault named by row and column, and twice does no harm."""

from weiting.units.imports.columns import TEMPLATES, people_template, units_template
from weiting.units.imports.divisions import import_divisions
from weiting.units.imports.outcome import Outcome
from weiting.units.imports.people import import_people
from weiting.units.imports.units import import_units

__all__ = [
    "TEMPLATES",
    "Outcome",
    "import_divisions",
    "import_people",
    "import_units",
    "people_template",
    "units_template",
]
