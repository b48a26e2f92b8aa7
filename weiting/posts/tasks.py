"""What posts do by themselves: remind whoever owes a report or an assigned text, follow the names of shelves."""

from django.db import transaction

from weiting import jobs
from weiting.posts import actions
from weiting.posts.actions.opening import index_again


@jobs.task("posts.index_again")
def index_shelf_again(column: int | None = None, topic: int | None = None, after: int = 0) -> None:
    """Make the posts of a renamed column or topic found under its new name, a few at a time."""
    with transaction.atomic():
        go_on = index_again(column=column, topic=topic, after=after)
        if go_on:
            jobs.defer("posts.index_again", column=column, topic=topic, after=go_on)


@jobs.periodic("*/10 * * * *", "posts.remind")
def remind() -> None:
    """Send the reminders whose time has come."""
    actions.remind_due()
