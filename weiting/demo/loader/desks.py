"""Lays the unfinished texts on the desks, through the same actions people use, each at its moment."""

from datetime import datetime, timedelta
from functools import partial

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import NotFound
from weiting.demo.content.shapes import PassageComment, PostSeed
from weiting.demo.loader.city import City
from weiting.posts import actions as posts
from weiting.posts.flow import PostState
from weiting.posts.models import Correction, Post
from weiting.posts.queries import undecided
from weiting.publishing import actions as publishing
from weiting.review import actions as review, standing
from weiting.review.flow import StepState
from weiting.review.models import Lane, ReasonKind, Round, Step

# What a reason's words say about its kind; the first that fits.
KINDS = (
    ("法制", ReasonKind.LEGAL),
    ("同意", ReasonKind.PERSONAL),
    ("补齐", ReasonKind.INCOMPLETE),
    ("日期", ReasonKind.INCOMPLETE),
    ("再报", ReasonKind.INCOMPLETE),
)
# post | wrong | right | why | by | sent back with
CORRECTIONS = (
    ("xiangyu-open", "6 万尾", "6.2 万尾", "放流记录清点后多出两千尾", "xieqiu", ""),
    (
        "newborn",
        "10 分钟",
        "15 分钟",
        "把等短信的时间也算进去",
        "gechuan",
        "10 分钟是填表的时间，15 分钟是全程，写清楚是哪一个。",
    ),
)


def lay_on_desks(city: City) -> None:
    """Note in the diary when each unfinished text is written, sent on, read, sent back, planned or held."""
    for number, seed in enumerate(city.seeds.desk):
        opens = _opens(city, seed, number)
        city.diary.note(
            opens - timedelta(hours=2 * max(seed.step, 1) + 1), partial(_write, city, seed, opens)
        )
    for number, row in enumerate(CORRECTIONS):
        when = city.seeds.now - timedelta(minutes=100 - 20 * number)
        city.diary.note(when, partial(_correct, city, row))


def _opens(city: City, seed: PostSeed, number: int) -> datetime:
    """Return since when a text is where it is."""
    if seed.state == "emergency":
        return datetime.fromisoformat(seed.waiting_since) - timedelta(minutes=6)
    if seed.waiting_since:
        return datetime.fromisoformat(seed.waiting_since)
    return city.seeds.now - timedelta(hours=11) + timedelta(minutes=(number * 37) % 480)


def _write(city: City, seed: PostSeed, opens: datetime) -> None:
    """Write the draft, and note what follows."""
    by = city.people[seed.author]
    post = posts.start_post(
        city.units[seed.unit], by=by, title=seed.title, column=city.columns.get(seed.column), klass=seed.klass
    )
    posts.save_working(
        post,
        by=by,
        saves=0,
        body=seed.body,
        summary=seed.summary,
        fact_contact=seed.facts.contact,
        fact_source=seed.facts.source,
        fact_number=seed.facts.doc_no,
    )
    posts.arrange_post(
        post,
        by=by,
        purpose=seed.purpose,
        risk=seed.risk,
        topics=[city.topics[slug] for slug in seed.topics],
    )
    city.posts[seed.key] = post
    if seed.state == "draft":
        return
    hours = 0 if seed.state == "emergency" else 2 * max(seed.step, 1)
    city.diary.note(opens - timedelta(hours=hours), partial(_send, city, seed, opens))


def _send(city: City, seed: PostSeed, opens: datetime) -> None:
    post, by = Post.objects.get(pk=city.posts[seed.key].pk), city.people[seed.author]
    for found in undecided(post) if seed.decided else ():
        posts.decide_finding(post, by=by, rule=found.rule, fingerprint=found.fingerprint, reason=seed.decided)
    lane = Lane.EMERGENCY if seed.state == "emergency" else Lane.NORMAL
    round_ = publishing.send_for_review(post, by=by, no_secrets=True, lane=lane)
    turns = max(step.turn for step in round_.steps.all())
    if seed.state == "emergency":
        for number in range(2):
            city.diary.note(opens + timedelta(minutes=3 * number + 3), partial(approve_turn, round_))
        return
    until = min(seed.step, turns) if seed.state in {"in_review", "returned"} else turns + 1
    for number in range(1, until):
        gap = timedelta(hours=2 * max(seed.step, 1)) * number / max(until - 1, 1)
        city.diary.note(clock.now() + gap, partial(approve_turn, round_))
    if seed.state == "returned":
        city.diary.note(opens + timedelta(minutes=25), partial(_send_back, city, seed, round_))
    elif seed.state in {"approved", "held"}:
        city.diary.note(opens + timedelta(minutes=10), partial(_plan, city, seed))


def open_steps(round_: Round) -> list[Step]:
    """List the steps that wait for a verdict now."""
    return list(
        Step.objects.filter(round=round_, state=StepState.OPEN).select_related(
            "round", "from_unit", "at_unit"
        )
    )


def decider(step: Step) -> Person:
    """Choose who decides: the nearest by, which is whoever was made first among the unit's own people."""
    able = standing.deciders(step)
    own = [pk for pk, places in able.items() if pk in places]
    near = Person.objects.filter(pk__in=own or able).order_by("pk")
    at_home = near.filter(memberships__unit=step.from_unit, memberships__role=step.role)
    found = at_home.first() or near.first()
    if found is None:
        raise AssertionError(f"nobody can decide {step.name}")
    return found


def approve_turn(round_: Round) -> None:
    """Approve every open step of a round once, by somebody who may."""
    for step in open_steps(round_):
        publishing.decide(
            step,
            by=decider(step),
            approves=True,
            content_hash=round_.content_hash,
            checked=step.checklist,
            no_secrets=True,
        )


def _send_back(city: City, seed: PostSeed, round_: Round) -> None:
    step = open_steps(round_)[0]
    by = decider(step)
    for comment in seed.comments:
        _remark(city, comment, round_, by)
    send_back(step, by, seed.returned_reason)


def send_back(step: Step, by: Person, reason: str) -> None:
    """Send a text back with a reason of the kind its words suggest."""
    kind = next((kind for word, kind in KINDS if word in reason), ReasonKind.UNCLEAR)
    publishing.decide(
        step,
        by=by,
        approves=False,
        content_hash=step.round.content_hash,
        reason=reason,
        reason_kind=kind,
    )


def _remark(city: City, comment: PassageComment, round_: Round, instead: Person) -> None:
    body = round_.revision.body if round_.revision else ""
    start = body.find(comment.passage)
    where = (
        {"start": start, "end": start + len(comment.passage), "quote": comment.passage} if start >= 0 else {}
    )
    try:
        review.remark(round_, by=city.people[comment.by], text=comment.note, **where)  # type: ignore[arg-type]
    except NotFound:
        # Whoever may not read this text spoke to the one who decides.
        review.remark(round_, by=instead, text=comment.note, **where)  # type: ignore[arg-type]


def _plan(city: City, seed: PostSeed) -> None:
    post = Post.objects.select_related("unit").get(pk=city.posts[seed.key].pk)
    if post.state != PostState.APPROVED:
        raise AssertionError(f"{seed.key} is {post.state}")
    by = city.people[seed.author]
    release = publishing.plan_release(post, by=by, at=datetime.fromisoformat(seed.published_at))
    if seed.state == "held":
        publishing.hold_release(release, seed.held_reason, by=by)


def _correct(city: City, row: tuple[str, str, str, str, str, str]) -> None:
    key, wrong, right, reason, writer, returned = row
    by = city.people[writer]
    correction = posts.start_correction(
        Post.objects.get(pk=city.posts[key].pk), by=by, wrong=wrong, right=right, reason=reason
    )
    correction = Correction.objects.select_related("post__unit", "after", "before").get(pk=correction.pk)
    round_ = publishing.send_for_review(correction, by=by, no_secrets=True)
    if returned:
        step = open_steps(round_)[0]
        send_back(step, decider(step), returned)
