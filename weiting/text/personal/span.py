"""Where something personal stands, before it becomes a finding."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """text[start:end] and its kind: the name of a rule. `sure` is from 0 to 1.

    `mask` is what stands in its place where the kind does not say it; None in a list's own span.
    """

    kind: str
    start: int
    end: int
    sure: float = 1.0
    mask: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
