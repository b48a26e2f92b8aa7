"""Puts the names and values of recorded facts into words, so that an entry of the audit can be read by anybody."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

LABELS: dict[str, str | Promise] = {
    "after_hours": gettext_lazy("hours afterwards"), "at": gettext_lazy("time"),
    "by_link": gettext_lazy("by telephone link"),
    "case": gettext_lazy("case"), "changed": gettext_lazy("changed"), "channel": gettext_lazy("channel"),
    "column": gettext_lazy("column"), "content_hash": gettext_lazy("fingerprint"), "count": gettext_lazy("number"),
    "due_at": gettext_lazy("due"), "first": gettext_lazy("from number"), "handle": gettext_lazy("account"),
    "in_place_of": gettext_lazy("in place of"), "in_time": gettext_lazy("in time"), "kind": gettext_lazy("kind"),
    "klass": gettext_lazy("class"), "lane": gettext_lazy("lane"), "language": gettext_lazy("language"),
    "last": gettext_lazy("to number"), "name": gettext_lazy("name"),
    "no_secrets": gettext_lazy("declared free of secrets"),
    "note": gettext_lazy("note"), "number": gettext_lazy("number"), "outcome": gettext_lazy("outcome"),
    "person": gettext_lazy("person"), "platform": gettext_lazy("platform"), "reason": gettext_lazy("reason"),
    "reason_kind": gettext_lazy("kind of reason"), "release": gettext_lazy("plan"), "revision": gettext_lazy("version"),
    "risk": gettext_lazy("risk"), "role": gettext_lazy("role"), "round": gettext_lazy("round"),
    "round_state": gettext_lazy("state of the round"), "scope": gettext_lazy("reach"), "since": gettext_lazy("since"),
    "state": gettext_lazy("state"), "step": gettext_lazy("step"), "steps": gettext_lazy("steps"),
    "substitute": gettext_lazy("substitute"), "title": gettext_lazy("title"), "until": gettext_lazy("until"),
    "unit": gettext_lazy("unit"), "zone": gettext_lazy("time zone"), "preset": gettext_lazy("preset"),
    "method": gettext_lazy("by means of"), "new_password": gettext_lazy("new password given"),
    "menu": gettext_lazy("menu"), "word": gettext_lazy("word"), "answer": gettext_lazy("answer"),
    "before": gettext_lazy("before"),
}  # fmt: skip


def fact_label(key: str) -> str:
    """Return a fact's name in words; one nobody has named stays as it was recorded."""
    return str(LABELS.get(key, key.replace("_", " ")))


def fact_value(value: Any) -> str:
    """Return a fact's value as a line of text."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "、".join(fact_value(each) for each in value) or "—"
    if isinstance(value, dict):
        return "；".join(f"{fact_label(str(key))} {fact_value(each)}" for key, each in value.items()) or "—"
    text = str(value)
    return f"{text[:12]}…" if len(text) == 64 and text.isalnum() else text
