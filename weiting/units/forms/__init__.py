"""Everything that is typed about units: shape and words; what may be is decided by actions."""

from weiting.units.forms.halls import ArrangeForm, BatchForm, HallForm, SectionForm
from weiting.units.forms.inputs import ColourInput, DayInput, MomentInput, UnitChoice, UnitsChoice
from weiting.units.forms.people import (
    AppointForm,
    BringInForm,
    HandOverShiftForm,
    MembershipForm,
    ShiftForm,
    SubstituteForm,
)
from weiting.units.forms.register import (
    AccountDetailsForm,
    AccountForm,
    HandOverForm,
    ReasonForm,
    RegisterFilter,
    TakeOverForm,
)
from weiting.units.forms.tree import (
    CloseUnitForm,
    DescribeForm,
    ImportForm,
    KindFilter,
    MoveForm,
    RemitsForm,
    UnitForm,
)

__all__ = [
    "DayInput",
    "MomentInput",
    "ColourInput",
    "UnitChoice",
    "UnitsChoice",
    "UnitForm",
    "DescribeForm",
    "MoveForm",
    "CloseUnitForm",
    "RemitsForm",
    "KindFilter",
    "ImportForm",
    "HallForm",
    "SectionForm",
    "ArrangeForm",
    "BatchForm",
    "AppointForm",
    "BringInForm",
    "MembershipForm",
    "SubstituteForm",
    "ShiftForm",
    "HandOverShiftForm",
    "AccountForm",
    "AccountDetailsForm",
    "ReasonForm",
    "HandOverForm",
    "TakeOverForm",
    "RegisterFilter",
]
