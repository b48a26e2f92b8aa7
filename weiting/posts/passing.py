"""What belongs together as one text: an original and all that passes it on. Who passes texts on is told from above.

So that whoever carries texts to readers may ask, without knowing what a relay is, whether a reader has it already.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class OneText:
    """An original with everything that passes it on; seen from one of these posts."""

    # Id of the original; of a post that passes nothing on, its own.
    source: int
    # Ids of the original and of all posts that pass it on.
    posts: frozenset[int]
    is_passed_on: bool = False
    # Short names of the units whose public texts pass it on, the first first.
    units: tuple[str, ...] = ()
    # So many such texts a reader gets by themselves in seven days; None: this one is not counted.
    most: int | None = None


def alone(post_id: int) -> OneText:
    """Return a post that passes nothing on, and that nobody has passed on."""
    return OneText(post_id, frozenset({post_id}))


_find: Callable[[int], OneText] = alone


def register(find: Callable[[int], OneText]) -> None:
    """Let one module say what belongs together."""
    global _find
    _find = find


def one_text(post_id: int) -> OneText:
    """Return what belongs together with a post."""
    return _find(post_id)
