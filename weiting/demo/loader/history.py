"""Lays in the year of published posts with pictures, corrections, promises, outcomes, pairs and issues, in bulk.

Each day's posts stand in the audit on that day as laid in by the demo, not as written by anybody.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import partial

from weiting import audit
from weiting.core import clock
from weiting.demo import content
from weiting.demo.content.issues import topic_of
from weiting.demo.content.shapes import Correction as CorrectionSeed, Issue as IssueSeed, PostSeed
from weiting.demo.loader.city import City
from weiting.demo.loader.diary import at
from weiting.demo.loader.pictures import Drawing, Studio, drawing_of
from weiting.demo.loader.rounds import laid_in
from weiting.posts.bulk import Bundle, write_posts
from weiting.posts.content import issue_hash
from weiting.posts.flow import CorrectionState, FollowUpState, IssueState, PostState
from weiting.posts.models import (
    Column,
    Correction,
    FollowUp,
    Issue,
    IssueArticle,
    LinkKind,
    Post,
    PostLink,
    Revision,
)
from weiting.units.actions import note_spoke

# Posts of the last days that were written by hand have pictures of their own.
OWN = timedelta(days=10)
BATCH = 1000


def moment(seed: PostSeed) -> datetime:
    """Return when a post came out."""
    return datetime.fromisoformat(seed.published_at)


def drawing(seed: PostSeed, today: date) -> Drawing | None:
    """Return the drawing a post shows, if any."""
    if seed.picture is None:
        return None
    return drawing_of(seed.picture, is_own=seed.hand_written and moment(seed).date() >= today - OWN)


def drawings(seeds: content.City) -> list[Drawing]:
    """List every drawing the posts and the covers of the issues need, as often as they need it."""
    found = [each for seed in seeds.posts if (each := drawing(seed, seeds.today))]
    return found + [drawing_of(issue.cover, is_own=False) for issue in seeds.issues]


def lay_in(city: City, studio: Studio) -> None:
    """Write all public posts, then what ties them together, and note in the diary when the audit hears of them."""
    seeds = laid_in(city.seeds)
    for start in range(0, len(seeds), BATCH):
        bundles = []
        for seed in seeds[start : start + BATCH]:
            bundle = _bundle(city, studio, seed)
            city.posts[seed.key] = bundle.post
            bundles.append(bundle)
        write_posts(bundles)
        _correct(seeds[start : start + BATCH], bundles)
    _tie(city, seeds)
    _note_speaking(city, seeds)
    days: defaultdict[datetime, list[Post]] = defaultdict(list)
    for seed in seeds:
        day = clock.end_of(moment(seed).date()) - timedelta(seconds=1)
        days[min(day, city.seeds.now)].append(city.posts[seed.key])
    for day, posts in days.items():
        city.diary.note(day, partial(_record, posts))


def _record(posts: list[Post]) -> None:
    audit.record_many(
        audit.Act(
            "demo.post.load",
            subject=post,
            unit=post.unit,
            facts={"published_at": post.published_at, "content_hash": post.live.content_hash},
        )
        for post in posts
        if post.live is not None
    )


def _bundle(city: City, studio: Studio, seed: PostSeed) -> Bundle:
    unit, author, out = city.units[seed.unit], city.people[seed.author], moment(seed)
    expires = datetime.fromisoformat(seed.expires_at) if seed.expires_at else None
    is_over = expires is not None and expires <= city.seeds.now
    corrected = [out + timedelta(minutes=each.minutes) for each in seed.corrections]
    post = Post(
        unit=unit,
        author=author,
        byline=author.name,
        state=PostState.EXPIRED if is_over else PostState.PUBLISHED,
        column=city.columns.get(seed.column),
        klass=seed.klass,
        purpose=seed.purpose,
        risk=seed.risk,
        provenance=seed.provenance,
        source_name=seed.contributor,
        expires_at=expires,
        published_at=out,
        changed_at=max([out, *corrected]),
        corrected_at=max(corrected, default=None),
        created_at=out - timedelta(hours=3),
    )
    drawn, media = drawing(seed, city.seeds.today), []
    if seed.picture is not None and drawn is not None:
        media = [(studio.asset(drawn, seed.picture.alt, unit, author), seed.picture.alt, "")]
    topics = [city.topics[slug] for slug in dict.fromkeys(seed.topics)]
    return Bundle(post, _versions(city, seed, out), topics, media)


def _versions(city: City, seed: PostSeed, out: datetime) -> list[Revision]:
    """Tell the versions backwards: the content holds what stands there now, corrections what stood there before."""
    words = {"title": seed.title[:120], "summary": seed.summary[:300], "body": seed.body}
    steps: list[tuple[dict[str, str], datetime, str]] = []
    for fix in reversed(seed.corrections):
        steps.append((words, out + timedelta(minutes=fix.minutes), fix.reason))
        words = {name: text.replace(fix.right, fix.wrong) for name, text in words.items()}
    steps.append((words, out, ""))
    author, facts = city.people[seed.author], seed.facts
    return [
        Revision(
            **texts,
            fact_source=facts.source[:120],
            fact_number=facts.doc_no[:60],
            fact_on=out.date() if facts.doc_no else None,
            fact_contact=facts.contact[:120],
            fact_next_at=datetime.fromisoformat(facts.next_update_at) if facts.next_update_at else None,
            note=note[:200],
            author=author,
            created_at=when - timedelta(minutes=20),
            saves=1,
            saved_at=when - timedelta(minutes=10),
            saved_by=author,
            sealed_at=when - timedelta(minutes=5),
        )
        for texts, when, note in reversed(steps)
    ]


def _correct(seeds: list[PostSeed], bundles: list[Bundle]) -> None:
    found: list[Correction] = []
    for seed, bundle in zip(seeds, bundles, strict=True):
        for number, fix in enumerate(seed.corrections):
            found.append(_correction(bundle, number, fix, moment(seed)))
    Correction.objects.bulk_create(found)


def _correction(bundle: Bundle, number: int, fix: CorrectionSeed, out: datetime) -> Correction:
    when = out + timedelta(minutes=fix.minutes)
    return Correction(
        post=bundle.post,
        state=CorrectionState.PUBLISHED,
        before=bundle.versions[number],
        after=bundle.versions[number + 1],
        wrong=fix.wrong,
        right=fix.right,
        reason=fix.reason,
        by=bundle.post.author,
        created_at=when - timedelta(minutes=8),
        published_at=when,
    )


def _tie(city: City, seeds: list[PostSeed]) -> None:
    """Write promises with the posts that kept them, and the pairs of policies and explanations."""
    kept = {seed.follow_up_of: seed for seed in seeds if seed.follow_up_of}
    FollowUp.objects.bulk_create(
        _follow_up(city, seed, kept.get(seed.key)) for seed in seeds if seed.promises
    )
    pairs: dict[tuple[str, str], str] = {}
    for seed in seeds:
        if seed.explains in city.posts:
            is_answer = seed.policy_part == "questions"
            pairs[seed.key, seed.explains] = LinkKind.ANSWERS if is_answer else LinkKind.EXPLAINS
        elif seed.follow_up_of in city.posts:
            pairs[seed.key, seed.follow_up_of] = LinkKind.CONTINUES
    PostLink.objects.bulk_create(
        PostLink(post=city.posts[one], target=city.posts[other], kind=kind)
        for (one, other), kind in pairs.items()
    )


def _follow_up(city: City, seed: PostSeed, outcome: PostSeed | None) -> FollowUp:
    return FollowUp(
        post=city.posts[seed.key],
        unit=city.units[seed.unit],
        promise=seed.promises[:200],
        due_at=at(f"{seed.due_on} 18:00"),
        state=FollowUpState.KEPT if outcome else FollowUpState.OPEN,
        outcome=city.posts[outcome.key] if outcome else None,
        closed_at=moment(outcome) if outcome else None,
        created_at=moment(seed),
    )


def _note_speaking(city: City, seeds: list[PostSeed]) -> None:
    """Note when each unit and each column was last heard."""
    units: dict[str, datetime] = {}
    columns: dict[str, datetime] = {}
    for seed in seeds:
        units[seed.unit] = max(moment(seed), units.get(seed.unit, moment(seed)))
        columns[seed.column] = max(moment(seed), columns.get(seed.column, moment(seed)))
    for key, when in units.items():
        note_spoke(city.units[key].pk, when)
    for slug, when in columns.items():
        if slug in city.columns:
            city.columns[slug].last_post_at = when
    Column.objects.bulk_update(city.columns.values(), ["last_post_at"])


def bind_issues(city: City, studio: Studio) -> None:
    """Write the published issues of the year with covers and articles."""
    for seed in city.seeds.issues:
        if seed.state == "published":
            _bind(city, studio, seed)


def articles_of(city: City, seed: IssueSeed, posts: dict[str, PostSeed]) -> list[dict[str, object]]:
    """List an issue's articles as the action takes them."""
    return [
        {
            "post": city.posts[each.post],
            "topic": city.topics.get(topic_of(posts[each.post])),
            "title": each.title,
            "digest": each.digest,
        }
        for each in seed.articles
    ]


def _bind(city: City, studio: Studio, seed: IssueSeed) -> None:
    editor, unit = city.people["linzhiqiu"], city.units[seed.unit]
    out = datetime.fromisoformat(seed.published_at)
    issue = Issue.objects.create(
        unit=unit,
        number=seed.number,
        title=seed.title[:64],
        cover=studio.asset(drawing_of(seed.cover, is_own=False), seed.cover.alt, unit, editor),
        cover_alt=seed.cover.alt,
        state=IssueState.PUBLISHED,
        editor=editor,
        saves=1,
        published_at=out,
        changed_at=out,
    )
    IssueArticle.objects.bulk_create(
        IssueArticle(
            issue=issue,
            post=city.posts[each.post],
            position=position,
            title=each.title[:64],
            digest=each.digest[:120],
        )
        for position, each in enumerate(seed.articles, start=1)
    )
    issue.content_hash = issue_hash(issue)
    issue.save(update_fields=["content_hash"])
    city.diary.note(
        out,
        partial(
            audit.record,
            "demo.issue.load",
            subject=issue,
            unit=unit,
            number=seed.number,
            content_hash=issue.content_hash,
        ),
    )
