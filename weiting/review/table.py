"""Writes the table of presets as a page of the reference, so that the page cannot drift from the code."""

from django.utils import translation

from weiting.review.paths import BUILT_IN, Path, PathStep
from weiting.review.presets import PRESETS, Preset
from weiting.units.roles import Role

HEAD = """# Review policies

Made from the code (`weiting/review/presets.py`, `weiting/review/paths.py`) by
`python -m django review_table > docs/reference/review-policies.md`.

A hall starts with these rows; administrators change them under *Review rules*. Of the rows that fit a text the most
specific one holds: the nearest unit in the tree first, then channel, risk, class, then the lane alone. One row for each
case: the database refuses a second. How it works: [review](../explanation/review.md).
"""


def page() -> str:
    """Return the whole page."""
    with translation.override("en"):
        parts = [HEAD, *(_section(preset) for preset in PRESETS), "## Built in", _built_in()]
    return "\n".join(parts)


def _section(preset: Preset) -> str:
    case = [f"lane `{preset.lane}`"]
    case += [f"class `{preset.klass}`"] if preset.klass else []
    case += [f"risk `{preset.risk}`"] if preset.risk else []
    case += [f"channel `{preset.channel}`"] if preset.channel else []
    after = f" Reviewed afterwards within {preset.after_hours} hours." if preset.after_hours else ""
    return f"## {preset.name}\n\nFor {', '.join(case)}.{after}\n\n{_steps(preset.steps)}\n"


def _steps(steps: tuple[PathStep, ...]) -> str:
    rows = [
        "| turn | step | role | held | approvals | minutes | secrecy declaration | checked |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for step in steps:
        checked = "<br>".join(step.checklist)
        secrecy = "yes" if step.asks_secrecy else ""
        rows.append(
            f"| {step.turn} | {step.name} | {Role(step.role).label} | {step.place} | {step.quorum} "
            f"| {step.minutes} | {secrecy} | {checked} |"
        )
    return "\n".join(rows)


def _built_in() -> str:
    said = "\nWhere no row fits, whatever was retired, these paths hold. They are in the code and cannot be removed.\n"
    return said + "".join(f"\n**Lane `{lane}`**\n\n{_steps(_path.steps)}\n" for lane, _path in _paths())


def _paths() -> list[tuple[str, Path]]:
    return [(str(lane), path) for lane, path in BUILT_IN.items()]
