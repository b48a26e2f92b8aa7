"""What is typed about a WeChat account: its menu, button by button, and what is answered to a word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy as _

from weiting.channels.actions.wechat import MOST_WORD
from weiting.channels.wechat_menu import (
    ANSWER,
    BELOW,
    BUTTONS,
    HOLDS,
    KEPT,
    LINK,
    Button,
    every,
    is_official,
)
from weiting.channels.wechat_talk import MOST_ANSWER

SALT = "weiting.desk.wechat.menu"
# Longer than anything WeChat takes: what is too long is refused with the measure, not cut off in the browser.
LONG = 2000


@dataclass(frozen=True)
class Cell:
    """One field of a button; `short` is its name where the button stands beside it."""

    bound: forms.BoundField
    short: str

    def __getattr__(self, name: str) -> Any:
        """Hand on what a bound field knows."""
        return getattr(self.bound, name)

    @property
    def control(self) -> SafeString:
        """Return the control, tied to what is wrong with it."""
        wrong: dict[str, str | bool] = {
            "aria-invalid": "true",
            "aria-describedby": f"{self.bound.id_for_label}-error",
        }
        return self.bound.as_widget(attrs=wrong if self.bound.errors else {})


@dataclass(frozen=True)
class Row:
    """The fields of one button as the page lays them out; `below` its rows, `is_open` whether they show at once."""

    name: forms.BoundField
    kind: forms.BoundField
    at: forms.BoundField
    raw: forms.BoundField
    below: "tuple[Row, ...]" = ()
    is_open: bool = False

    @property
    def visible(self) -> list[Cell]:
        """Return the fields in the order in which they are typed."""
        return [
            Cell(self.name, gettext("Name")),
            Cell(self.kind, gettext("What it does")),
            Cell(self.at, gettext("Address or word")),
        ]

    @property
    def is_wrong(self) -> bool:
        """Say whether something in it was refused."""
        return any(each.errors for each in (self.name, self.kind, self.at))

    @property
    def is_typed(self) -> bool:
        """Say whether something stands in it."""
        return bool(self.name.value() or self.at.value() or self.is_wrong)

    @property
    def near(self) -> tuple["Row", ...]:
        """Return the rows below it that are typed, and one more."""
        return self.below[: 1 + max((n for n, each in enumerate(self.below, 1) if each.is_typed), default=0)]

    @property
    def far(self) -> tuple["Row", ...]:
        """Return the other rows below it, which are empty."""
        return self.below[len(self.near) :]


class MenuForm(forms.Form):
    """Three buttons with five below each; an empty row is no button."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    none = forms.BooleanField(
        label=_("Show no menu"), required=False, help_text=_("Empty all the buttons above first.")
    )
    sure = forms.BooleanField(label=_("These addresses are meant"), required=False)

    def __init__(self, *args: Any, now: Sequence[Button] = (), mark: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = mark
        for n in range(BUTTONS):
            held = now[n] if n < len(now) else Button("", "")
            self._add(f"b{n}", held, holds=True)
            for m in range(BELOW):
                self._add(f"b{n}_{m}", held.below[m] if m < len(held.below) else Button("", ""), holds=False)
        # They stand below the buttons, and so do the sentences about them.
        for name in ("none", "sure"):
            self.fields[name] = self.fields.pop(name)
        self.held = {each.at for each in every(now) if each.kind == LINK}
        self.asks_sure = False

    def _add(self, key: str, held: Button, *, holds: bool) -> None:
        kinds = [(LINK, gettext("opens an address")), (ANSWER, gettext("is answered like a word"))]
        if holds:
            kinds.append((HOLDS, gettext("holds the buttons below")))
        raw = held.raw or self._raw(key)
        if raw:
            kinds.append((KEPT, gettext("stays as it is: %(kind)s") % {"kind": str(raw.get("type") or "?")}))
        where = gettext("Button %(n)s") % {"n": _number(key)}
        field = forms.CharField(
            required=False, max_length=LONG, label=gettext("%(where)s, name") % {"where": where}
        )
        field.widget.attrs |= {"autocomplete": "off"}
        self.fields[f"{key}_name"] = field
        self.fields[f"{key}_kind"] = forms.ChoiceField(
            choices=kinds, required=False, label=gettext("%(where)s, what it does") % {"where": where}
        )
        field = forms.CharField(
            required=False, max_length=LONG, label=gettext("%(where)s, address or word") % {"where": where}
        )
        field.widget.attrs |= {"autocomplete": "off", "inputmode": "url"}
        self.fields[f"{key}_at"] = field
        self.fields[f"{key}_raw"] = forms.CharField(required=False, max_length=8000, widget=forms.HiddenInput)
        first = {
            "name": held.name,
            "kind": held.kind or LINK,
            "at": "" if held.kind == KEPT else held.at,
            "raw": signing.dumps(dict(held.raw), salt=SALT) if held.raw else "",
        }
        for name, value in first.items():
            self.fields[f"{key}_{name}"].initial = value

    def _raw(self, key: str) -> dict[str, Any]:
        """Return a button of a kind not edited here as it was read; nobody but us can have written it."""
        said = self.data.get(f"{key}_raw", "") if self.is_bound else ""
        try:
            found = signing.loads(said, salt=SALT) if said else {}
        except signing.BadSignature:
            return {}
        return found if isinstance(found, dict) else {}

    def clean(self) -> dict[str, Any]:
        """Refuse an empty menu that nobody has asked for."""
        said = super().clean() or self.cleaned_data
        if not self.errors and not self.buttons() and not said.get("none"):
            self.add_error("none", gettext("Name at least one button. To show no menu, tick this."))
        if self.buttons() and said.get("none"):
            self.add_error("none", gettext("There are buttons above: empty them, or leave this unticked."))
        odd = [each.at for each in every(self.buttons()) if each.kind == LINK and self._is_odd(each.at)]
        self.asks_sure = bool(odd)
        if odd and not said.get("sure"):
            sentence = gettext(
                "Neither this hall nor an official site, or not encrypted (https): %(addresses)s. Look at them"
                " once more; if they are meant, tick this."
            )
            self.add_error("sure", sentence % {"addresses": "、".join(odd)})
        return said

    def _is_odd(self, url: str) -> bool:
        """Say whether an address is to be looked at twice; one that stands in the menu already was."""
        return url.startswith(("http://", "https://")) and url not in self.held and not is_official(url)

    def buttons(self) -> list[Button]:
        """Return what was typed; rows that are wholly empty are left out."""
        found = [self._typed(f"b{n}") for n in range(BUTTONS)]
        return [each for each in found if each is not None]

    def _typed(self, key: str) -> Button | None:
        said = self.cleaned_data
        name, at = said.get(f"{key}_name", ""), said.get(f"{key}_at", "")
        kind = said.get(f"{key}_kind") or LINK
        below: tuple[Button, ...] = ()
        if "_" not in key:
            typed = [self._typed(f"{key}_{m}") for m in range(BELOW)]
            below = tuple(each for each in typed if each is not None)
        if not name and not at and not below:
            return None
        return Button(name, kind, at, below, self._raw(key) if kind == KEPT else {})

    def field_of(self, path: str) -> str:
        """Return the field for a path of the action ("0.2.at"), which counts only the rows that were typed."""
        *numbers, name = path.split(".")
        key, at = "b", iter(numbers)
        tops = [n for n in range(BUTTONS) if self._typed(f"b{n}") is not None]
        key += str(tops[int(next(at))])
        if (second := next(at, None)) is not None:
            below = [m for m in range(BELOW) if self._typed(f"{key}_{m}") is not None]
            key += f"_{below[int(second)]}"
        return f"{key}_{name}"

    def rows(self) -> list[Row]:
        """Return the rows as they are laid out; those below are open where something stands in them."""
        found = []
        for n in range(BUTTONS):
            below = tuple(self._row(f"b{n}_{m}") for m in range(BELOW))
            held = self._row(f"b{n}")
            is_open = any(each.is_typed for each in below) or bool(held.kind.errors)
            found.append(Row(held.name, held.kind, held.at, held.raw, below, is_open))
        return found

    def _row(self, key: str) -> Row:
        return Row(self[f"{key}_name"], self[f"{key}_kind"], self[f"{key}_at"], self[f"{key}_raw"])


def _number(key: str) -> str:
    return "-".join(str(int(each) + 1) for each in key.removeprefix("b").split("_"))


class AnswerForm(forms.Form):
    """A word and what is answered to it."""

    was = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    word = forms.CharField(
        label=_("When a message holds"), required=False, max_length=LONG,
        help_text=_("A short word people really write, such as 停水. At most %(n)s characters.") ,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    answer = forms.CharField(
        label=_("It is answered at once"), required=False, max_length=20_000, strip=False,
        help_text=_("Warm and short: what is so, where it stands, whom to call. At most %(n)s characters."),
        widget=forms.Textarea(attrs={
            "rows": 4, "data-autosize": "", "data-count": "#answer-count", "data-most": str(MOST_ANSWER)}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, most in (("word", MOST_WORD), ("answer", MOST_ANSWER)):
            self.fields[name].help_text = str(self.fields[name].help_text) % {"n": most}


def first_of(answers: Mapping[str, str], word: str, mark: str) -> dict[str, str]:
    """Return what the form of a word that is changed begins with."""
    return {"was": word, "seen": mark, "word": word, "answer": answers[word]}
