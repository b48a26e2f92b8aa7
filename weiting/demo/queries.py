"""Says whether this hall is the demo: the chrome of hall and desk shows it, and only then may it be emptied."""

from weiting.audit import Filter, entries


def is_demo() -> bool:
    """Say whether the demo city was loaded into this hall."""
    return bool(entries(Filter(verb="demo.city.load"), size=1).rows)
