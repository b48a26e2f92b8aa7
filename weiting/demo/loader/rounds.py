"""Lets some posts of the last weeks go the whole way, as people do it: written, read, sent back, approved, released;
one signed by three units, one withdrawn. From them the desk knows where texts wait, what was sent back before and why.
"""

from datetime import datetime, timedelta
from functools import partial

from weiting.demo.content import City as Seeds
from weiting.demo.content.posts.withdrawn import BY, REASON, withdrawn
from weiting.demo.content.shapes import PostSeed
from weiting.demo.loader.city import City
from weiting.demo.loader.desks import approve_turn, decider, open_steps, send_back
from weiting.posts import actions as posts
from weiting.posts.models import Post
from weiting.publishing import actions as publishing
from weiting.review.models import Round

# So many, that every day of the last weeks has one and the loading takes hardly longer.
MOST, BACK = 12, timedelta(days=16)
# What the reviewers of every third text found, the first that was meant for its class.
FOUND = (
    "时间只写了“上午”，请写到几点几分。",
    "电话没写全，区号补齐再报。",
    "“有关部门”是哪个部门？请写名字。",
    "题目和正文的日期不一样，改成一样的再报。",
    "老人看不懂“扫码办理”，加一句不用手机怎么办。",
)


def lived(seeds: Seeds) -> list[PostSeed]:
    """List the posts that go the whole way: recent plain ones, each of another unit, to which nothing else is tied;
    and what several units sign together.
    """
    tied = {article.post for issue in seeds.issues for article in issue.articles}
    tied |= {name for seed in seeds.posts for name in (seed.follow_up_of, seed.explains)}
    busy = {unit for assignment in seeds.assignments for unit in assignment.units}
    # Whoever is the only one to review first cannot read their own text.
    reviewers = {person.key for person in seeds.people if "first_reviewer" in person.roles}
    found: dict[str, PostSeed] = {}
    for seed in reversed(seeds.posts):
        age = seeds.now - datetime.fromisoformat(seed.published_at) if seed.state == "published" else BACK
        is_plain = not (
            seed.picture
            or seed.corrections
            or seed.promises
            or seed.follow_up_of
            or seed.explains
            or seed.expires_at
            or seed.contributor
            or seed.signers
        )
        if (
            timedelta(days=1) < age < BACK
            and is_plain
            and not seed.hand_written
            and seed.key not in tied
            and seed.unit not in busy
            and seed.author not in reviewers
        ):
            found.setdefault(seed.unit, seed)
    alone = list(found.values())[:: max(1, len(found) // MOST)][:MOST]
    return [*alone, *(seed for seed in seeds.posts if seed.signers)]


def live_through(city: City) -> None:
    """Note in the diary how each of them is written and sent on, and how one is withdrawn."""
    for number, seed in enumerate(lived(city.seeds)):
        city.diary.note(_out(seed) - timedelta(hours=6), partial(_write, city, seed, number))
    gone = withdrawn(city.seeds.calendar)
    city.diary.note(_out(gone) - timedelta(hours=6), partial(_write, city, gone, 1))
    city.diary.note(_out(gone) + timedelta(minutes=70), partial(_withdraw, city, gone))


def _out(seed: PostSeed) -> datetime:
    return datetime.fromisoformat(seed.published_at)


def _write(city: City, seed: PostSeed, number: int) -> None:
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
    )
    posts.arrange_post(
        post,
        by=by,
        purpose=seed.purpose,
        risk=seed.risk,
        topics=[city.topics[slug] for slug in dict.fromkeys(seed.topics)],
    )
    if seed.signers:
        posts.name_signers(post, [city.units[key] for key in seed.signers], by=by)
    city.posts[seed.key] = post
    # Who signs together has settled the words before.
    is_returned = number % 3 == 0 and not seed.signers
    city.diary.note(
        _out(seed) - timedelta(hours=5), partial(_send, city, seed, FOUND[number % 5] if is_returned else "")
    )


def _send(city: City, seed: PostSeed, found: str) -> None:
    post, by, out = Post.objects.get(pk=city.posts[seed.key].pk), city.people[seed.author], _out(seed)
    round_ = publishing.send_for_review(post, by=by, no_secrets=True)
    if found:
        city.diary.note(out - timedelta(hours=4, minutes=20), partial(_send_back, round_, found))
        city.diary.note(out - timedelta(hours=3, minutes=30), partial(_send, city, seed, ""))
        return
    turns = max(step.turn for step in round_.steps.all())
    for turn in range(turns):
        city.diary.note(out - timedelta(minutes=170 - 40 * turn), partial(approve_turn, round_))
    city.diary.note(out - timedelta(minutes=5), partial(_plan, city, seed))


def _send_back(round_: Round, found: str) -> None:
    step = open_steps(round_)[0]
    send_back(step, decider(step), found)


def _plan(city: City, seed: PostSeed) -> None:
    post = Post.objects.select_related("unit").get(pk=city.posts[seed.key].pk)
    release = publishing.plan_release(post, by=city.people[seed.author], at=_out(seed))
    city.diary.note(_out(seed), partial(_release, city, seed, release.pk))


def _release(city: City, seed: PostSeed, release: int) -> None:
    if not publishing.release_one(release):
        raise AssertionError(f"{seed.key} was not released")
    city.posts[seed.key] = Post.objects.get(pk=city.posts[seed.key].pk)


def _withdraw(city: City, seed: PostSeed) -> None:
    post = Post.objects.select_related("unit", "author").get(pk=city.posts[seed.key].pk)
    publishing.withdraw_post(post, REASON, by=city.people[BY])


def laid_in(seeds: Seeds) -> list[PostSeed]:
    """List the published posts that do not go the whole way, oldest first."""
    whole = {seed.key for seed in lived(seeds)}
    return [seed for seed in seeds.posts if seed.state == "published" and seed.key not in whole]
