"""What the worker does for the library: it takes files out of the served folders."""

from weiting import jobs
from weiting.media import actions


@jobs.task("media.put_away")
def put_away(sha256: str) -> None:
    """Stop serving the files of these bytes, unless somebody has brought them in again."""
    actions.put_away(sha256)
