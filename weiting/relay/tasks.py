"""What relay does by itself: follow an original that changed."""

from weiting import jobs


@jobs.task("relay.follow")
def follow(post_id: int) -> None:
    """Let what passed a text on follow its correction or withdrawal."""
