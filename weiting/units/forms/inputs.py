"""Inputs and choices that several forms of units share."""

from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A day and time, with the browser's own picker; on the wall clock of Shanghai."""

    input_type = "datetime-local"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs={"step": "60", **attrs}, format="%Y-%m-%dT%H:%M")


class ColourInput(forms.TextInput):
    """A colour, with the browser's own picker."""

    input_type = "color"


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """Choose one of the units given; each stands with its place in the tree."""

    def label_from_instance(self, obj: Any) -> str:
        """Indent by depth, so that the list reads as the tree."""
        return f"{'　' * obj.depth}{obj.name}"


class UnitsChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """Choose several of the units given."""

    def label_from_instance(self, obj: Any) -> str:
        """Indent by depth, so that the list reads as the tree."""
        return f"{'　' * obj.depth}{obj.short_name}"
