"""Makers for tests of review: a city with one holder for each role, and short ways to a text in review."""

from dataclasses import dataclass

from weiting.accounts.models import Person
from weiting.posts import actions as posts
from weiting.posts.models import Post, Revision
from weiting.posts.tests.make import member, person, unit
from weiting.review import actions, standing
from weiting.review.models import Round, Step, Verdict
from weiting.units.models import Hall, Kind, Scope, Unit
from weiting.units.roles import Role

__all__ = [
    "City",
    "approve",
    "approve_all",
    "city",
    "draft",
    "member",
    "open_step",
    "person",
    "submit",
    "unit",
]


@dataclass
class City:
    """A city with a bureau and its section, one holder for each role of the bureau, three in the hall."""

    root: Unit
    water: Unit
    section: Unit
    roads: Unit
    hall: Hall
    editor: Person
    first: Person
    second: Person
    final: Person
    legal: Person
    secrecy: Person
    officer: Person
    other_officer: Person
    hall_editor: Person
    stranger: Person


def city(*, presets: bool = True) -> City:
    """Make the cast: each has one fixed reach, the stranger has none here."""
    root = unit("云溪市", kind=Kind.CITY, slug="yunxi")
    water, roads = unit("云溪供水", root, slug="gongshui"), unit("云溪交通", root, slug="jiaotong")
    section = unit("东区营业所", water, slug="dongqu")
    hall = Hall.objects.create(unit=root, slug="yunxi", name="云溪发布", is_main=True)
    names = ("editor", "first", "second", "final", "legal", "secrecy", "officer", "other_officer")
    people = {name: person(name) for name in (*names, "hall_editor", "stranger")}
    member(people["editor"], water, Role.EDITOR, Scope.SUBTREE)
    member(people["first"], water, Role.FIRST_REVIEWER)
    member(people["second"], water, Role.SECOND_REVIEWER)
    member(people["final"], water, Role.FINAL_REVIEWER)
    member(people["legal"], root, Role.LEGAL)
    member(people["secrecy"], root, Role.SECRECY)
    member(people["officer"], water, Role.EMERGENCY_OFFICER)
    member(people["other_officer"], root, Role.EMERGENCY_OFFICER, Scope.SUBTREE)
    member(people["hall_editor"], root, Role.HALL_EDITOR, Scope.SUBTREE)
    member(people["stranger"], roads, Role.EDITOR)
    if presets:
        actions.load_presets()
    return City(root=root, water=water, section=section, roads=roads, hall=hall, **people)


def draft(
    c: City,
    title: str = "明天停水",
    body: str = "东园社区 8:00 到 16:00 停水。",
    at: Unit | None = None,
    **arranged: object,
) -> Post:
    """Make a draft of the water unit, or of another one."""
    post = posts.start_post(at or c.water, by=c.editor, title=title, body=body)
    if arranged:
        posts.arrange_post(post, by=c.editor, **arranged)
    return Post.objects.get(pk=post.pk)


def submit(c: City, post: Post | None = None, **options: object) -> Round:
    """Submit a draft with the secrecy declaration."""
    return actions.submit_post(post or draft(c), by=c.editor, **{"no_secrets": True, **options})


def post_of(round_: Round) -> Post:
    """Read the post of a round again, as the next request would."""
    assert round_.post is not None
    return Post.objects.get(pk=round_.post.pk)


def rewrite(post: Post, by: Person, body: str) -> Revision:
    """Change the words of a draft as the editor's page would."""
    post = Post.objects.select_related("working").get(pk=post.pk)
    return posts.save_working(post, by=by, saves=post.working.saves, body=body)


def open_step(round_: Round, name: str = "") -> Step:
    """Return the open step of a round, by the beginning of its name where several are open."""
    steps = round_.steps.filter(state="open", name__startswith=name).select_related(
        "round__unit", "from_unit", "at_unit"
    )
    return steps[0]


def approve(step: Step, by: Person, **options: object) -> Verdict:
    """Approve a step with everything ticked and declared."""
    ticked = {"checked": step.checklist, "no_secrets": True, "content_hash": step.round.content_hash}
    return actions.give_verdict(step, by=by, approves=True, **{**ticked, **options})


def approve_all(round_: Round) -> Round:
    """Let whoever may decide approve, until the round is closed."""
    while round_.state == "open":
        step = open_step(round_)
        approve(step, Person.objects.get(pk=min(standing.deciders(step))))
        round_.refresh_from_db()
    return round_
