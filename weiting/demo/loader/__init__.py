"""Builds the invented city in an empty hall, all or nothing: in one transaction, so that a kill leaves nothing.

The city is written for the moment of loading: its year ends there. Posts are laid
in as a history; what lies on the desks is made by the same actions people use, under a clock that lives through
the year. The audit says of every entry which it is, and last of all when the city was really loaded.
"""

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict
from weiting.demo import content
from weiting.demo.loader import channels, desks, history, places, relays, rounds, shelves, team, work
from weiting.demo.loader.city import City
from weiting.demo.loader.diary import standing
from weiting.demo.loader.pictures import Studio
from weiting.posts.models import Post
from weiting.units.models import Unit


@dataclass(frozen=True)
class Loaded:
    """What the loading brought in."""

    units: int
    people: int
    posts: int
    pictures: int


def load() -> Loaded:
    """Fill an empty hall with the demo city; raise Conflict when there is anything in it."""
    require_empty()
    seeds = content.city(now=clock.now())
    studio = Studio(history.drawings(seeds))
    try:
        return _load(seeds, studio)
    finally:
        studio.close()


def require_empty() -> None:
    """Raise Conflict when the hall holds units, people's posts or an audit."""
    if Unit.objects.exists() or Post.objects.exists() or audit.latest_head() is not None:
        raise Conflict(
            _("This hall is not empty, so the demo city is not loaded into it. Use an empty database."),
            code="not_empty",
        )


@action
def _load(seeds: content.City, studio: Studio) -> Loaded:
    # Foreign keys are then checked once, at the end, for many rows at a time.
    city = City(seeds)
    with standing(places.FOUNDED):
        places.open_units(city)
        team.name_people(city)
        places.write_remits(city)
        places.open_halls(city)
        places.bring_in(city)
        team.register_accounts(city)
        shelves.put_up(city)
        history.lay_in(city, studio)
        history.bind_issues(city, studio)
    team.name_substitutes(city)
    work.assign(city)
    work.plan_duty(city)
    work.compose_issue(city, studio)
    work.lead(city)
    relays.ask(city)
    rounds.live_through(city)
    desks.lay_on_desks(city)
    city.diary.live()
    channels.connect(city)
    loaded = Loaded(
        units=len(city.units), people=len(city.people), posts=len(city.posts), pictures=len(studio.assets)
    )
    audit.record(
        "demo.city.load",
        unit=city.units["yunxi"],
        calendar_ends=seeds.today,
        loaded_at=clock.now(),
        posts=loaded.posts,
    )
    audit.seal_days()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    jobs.announce("units", "posts", "columns", "topics", "issues", "lead")
    return loaded
