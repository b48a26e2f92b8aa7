"""What the centre does: assignments and their answers, the duty roster, the next issue, the head of the page."""

from datetime import datetime, timedelta
from functools import partial

from weiting.demo import content
from weiting.demo.content.people import editor_of
from weiting.demo.content.shapes import Assignment as Seed, PostSeed, Shift as ShiftSeed
from weiting.demo.content.units import CITY
from weiting.demo.loader.city import City
from weiting.demo.loader.diary import at
from weiting.demo.loader.history import articles_of, moment
from weiting.demo.loader.pictures import Studio, drawing_of
from weiting.posts import actions as posts
from weiting.posts.flow import AssignmentFlow
from weiting.posts.models import Assignment, AssignmentTarget, Post
from weiting.publishing import actions as publishing
from weiting.units import actions as units
from weiting.units.models import Shift

# What stands at the head of the hall's page: the first of each row that is out.
LEAD = (("sanzhong-after", "sanzhong-done"), ("rain-warning",), ("xiangyu-open",))
# Until what hour of the day after the rain it stands there.
UNTIL = {"rain-warning": "08:00"}
PATIENCE = timedelta(days=7)


def assign(city: City) -> None:
    """Note in the diary when each assignment is given, taken on and answered."""
    for seed in city.seeds.assignments:
        city.diary.note(datetime.fromisoformat(seed.given_at), partial(_give, city, seed))


def _give(city: City, seed: Seed) -> None:
    given = posts.start_assignment(
        city.units[CITY],
        by=city.people["linzhiqiu"],
        title=seed.title,
        brief=seed.brief,
        due_at=datetime.fromisoformat(seed.due_at),
        units=[city.units[key] for key in seed.units],
        column=city.columns.get(seed.column),
    )
    for number, key in enumerate(seed.units):
        _note_answer(city, seed, given, key, number)
    closes = datetime.fromisoformat(seed.due_at) + PATIENCE
    if closes < city.seeds.now:
        city.diary.note(closes, partial(_call_off_rest, city, given))


def _call_off_rest(city: City, given: Assignment) -> None:
    """What nobody did a week after its time is called off: old asks must not lie on anybody's desk."""
    if given.targets.filter(state__in=AssignmentFlow.cancel.sources).exists():
        posts.cancel_assignment(given, by=city.people["linzhiqiu"], reason="时间过了，这次不追了。")


def _note_answer(city: City, seed: Seed, given: Assignment, key: str, number: int) -> None:
    """A unit that answered did so with a post of its own from the time allowed; of the late ones every other has."""
    by = city.people[editor_of(key)]
    target = AssignmentTarget.objects.select_related("unit", "assignment").get(
        assignment=given, unit=city.units[key]
    )
    start = datetime.fromisoformat(seed.given_at)
    answer = _answer(city, seed, key)
    is_done = seed.state == "done" or (seed.state == "overdue" and number % 2 == 0)
    if is_done and answer is not None:
        when = moment(answer) + timedelta(minutes=10)
        city.diary.note(when, partial(_finish, city, target, answer.key, by))
    elif number % 3 != 2 and start + timedelta(hours=1) < city.seeds.now:
        city.diary.note(start + timedelta(hours=1), partial(posts.accept_assignment, target, by=by))


def _answer(city: City, seed: Seed, unit: str) -> PostSeed | None:
    by_key = {post.key: post for post in city.seeds.posts if post.unit == unit}
    named = [by_key[key] for key in seed.answered_by if key in by_key]
    if named:
        return named[0]
    mine = [post for post in by_key.values() if seed.given_at < post.published_at <= seed.due_at]
    return next((post for post in mine if post.column == seed.column), mine[0] if mine else None)


def _finish(city: City, target: AssignmentTarget, key: str, by) -> None:  # type: ignore[no-untyped-def]
    posts.finish_assignment(target, city.posts[key], by=by)


def plan_duty(city: City) -> None:
    """Note when the roster is laid down, and what each hands to the next."""
    laid = at(f"{city.seeds.today - timedelta(days=15)} 10:00")
    city.diary.note(laid, partial(_lay_roster, city))


def _lay_roster(city: City) -> None:
    for seed in city.seeds.roster:
        shift = units.plan_shift(
            city.units[CITY],
            city.people[seed.person],
            datetime.fromisoformat(seed.starts_at),
            datetime.fromisoformat(seed.ends_at),
            by=city.people["linzhiqiu"],
        )
        _note_hand_over(city, seed, shift)


def _note_hand_over(city: City, seed: ShiftSeed, shift: Shift) -> None:
    over = shift.ends_at - timedelta(minutes=10)
    if seed.handover and over < city.seeds.now:
        city.diary.note(
            over, partial(units.hand_over_shift, shift, seed.handover, by=city.people[seed.person])
        )


def compose_issue(city: City, studio: Studio) -> None:
    """Note when the next issue is begun; it lies on the desk as a draft."""
    for seed in city.seeds.issues:
        if seed.state == "draft":
            begun = city.seeds.now - timedelta(minutes=280)
            city.diary.note(begun, partial(_compose, city, studio, seed))


def _compose(city: City, studio: Studio, seed) -> None:  # type: ignore[no-untyped-def]
    by, unit = city.people["linzhiqiu"], city.units[seed.unit]
    issue = posts.start_issue(unit, by=by, title=seed.title)
    known = {post.key: post for post in city.seeds.posts}
    posts.save_issue(
        issue,
        by=by,
        saves=issue.saves,
        title=seed.title,
        cover=studio.asset(drawing_of(seed.cover, is_own=False), seed.cover.alt, unit, by),
        cover_alt=seed.cover.alt,
        articles=articles_of(city, seed, known),
    )


def lead(city: City) -> None:
    """Note what the hall's editor puts at the head of the page."""
    city.diary.note(city.seeds.now - timedelta(minutes=90), partial(_lead, city))


def leading(seeds: content.City) -> list[tuple[str, datetime | None]]:
    """List what stands at the head of the page, and until when: only what has come out."""
    after = seeds.calendar.rain + timedelta(days=1)
    # What is planned for the next morning lies on a desk late in the evening.
    out = {seed.key for seed in seeds.posts if seed.state == "published"}
    found = []
    for keys in LEAD:
        key = next((key for key in keys if key in out), "")
        until = at(f"{after} {UNTIL[key]}") if key in UNTIL else None
        if key and (until is None or until > seeds.now):
            found.append((key, until))
    return found


def _lead(city: City) -> None:
    for key, until in leading(city.seeds):
        publishing.put_in_lead(
            city.halls[CITY],
            Post.objects.get(pk=city.posts[key].pk),
            by=city.people["linzhiqiu"],
            until_at=until,
        )
