"""What posts do by themselves: remind whoever owes a report or an assigned text, follow the names of shelves."""

from django.db import transaction

from weiting import jobs
from weiting.posts import actions
from weiting.posts.actions.opening import index_again, renamed_units


@jobs.task("posts.index_again")
def index_shelf_again(
    column: int | None = None, topic: int | None = None, unit: int | None = None, after: int = 0
) -> None:
    """Make the posts of a renamed column, topic or unit found under its new name, a few at a time."""
    with transaction.atomic():
        go_on = index_again(column=column, topic=topic, unit=unit, after=after)
        if go_on:
            jobs.defer("posts.index_again", column=column, topic=topic, unit=unit, after=go_on)


@jobs.periodic("20 3 * * *", "posts.follow_units")
def follow_units() -> None:
    """Find units that were renamed or merged by whatever way, and have their posts found under the new name."""
    for unit in renamed_units():
        jobs.defer("posts.index_again", key=f"posts.index_again:unit:{unit}", unit=unit)


@jobs.periodic("*/10 * * * *", "posts.remind")
def remind() -> None:
    """Send the reminders whose time has come."""
    actions.remind_due()
