"""Says whether this hall is the demo: the chrome of hall and desk shows it, and only then may it be emptied."""

from datetime import date

from weiting.audit import Filter, entries
from weiting.demo.content.posts.reading import LAST_DAY


def is_demo() -> bool:
    """Say whether the demo city was loaded into this hall."""
    return bool(entries(Filter(verb="demo.city.load"), size=1).rows)


def calendar_ends() -> date:
    """Return the last day of which the demo's posts tell."""
    return LAST_DAY
