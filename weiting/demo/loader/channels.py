"""Connects the city's units to fake channels, with answers and menus, and lays their newest texts down to be sent."""

from datetime import timedelta

from weiting import jobs
from weiting.accounts.models import Person
from weiting.channels import actions as channels
from weiting.channels.actions.archiving import bring_archive
from weiting.channels.archive import Row
from weiting.channels.kinds import kind_of
from weiting.channels.models import Connection
from weiting.channels.opening import SANDBOX
from weiting.core import clock
from weiting.demo.content.channels import ANSWERS, ARCHIVE, CHANNELS, SHUT_OUT, WAITING, Channel
from weiting.demo.content.people import editor_of
from weiting.demo.loader.city import City
from weiting.demo.loader.diary import at
from weiting.fediverse import actions as fediverse
from weiting.posts.models import Post
from weiting.publishing import actions as publishing
from weiting.publishing.actions.delivering import lay_down
from weiting.publishing.models import Release
from weiting.units.flow import AccountState
from weiting.units.models import Account

# What the fake channels take; known to everybody.
SECRET = "sandbox"  # noqa: S105
AUTHORISED_FOR = timedelta(days=90)


def connect(city: City) -> None:
    """Make the connections, and lay down what waits for them."""
    _bring_archive(city)
    made: dict[str, list[Connection]] = {}
    for seed in CHANNELS:
        made.setdefault(seed.unit, []).append(_connected(city, seed))
    for unit, count in WAITING.items():
        newest = Post.objects.filter(unit=city.units[unit], state="published", live__isnull=False)
        for post in reversed(newest.select_related("live").order_by("-published_at", "-pk")[:count]):
            lay_down(_release_of(post), made[unit])
    fediverse.block(*SHUT_OUT, by=city.people["linzhiqiu"])
    # The fakes start after the city is there.
    jobs.defer("demo.menus")
    jobs.defer("demo.followers")


def _bring_archive(city: City) -> None:
    """Keep what stood on an account of a platform that has closed."""
    account = Account.objects.get(unit=city.units["fabu"], platform="tencent_weibo")
    rows = [Row(f"{number}", at(said_at), text) for number, (said_at, text) in enumerate(ARCHIVE, 1)]
    bring_archive(account, rows, by=city.people["zhuolin"])


def _release_of(post: Post) -> Release:
    """Return how a text went out; the history was laid in without."""
    found = Release.objects.filter(post=post, revision=post.live, state="released").first()
    if found is None:
        assert post.live is not None and post.published_at is not None
        found = Release.objects.create(
            post=post,
            revision=post.live,
            content_hash=post.live.content_hash,
            state="released",
            due_at=post.published_at,
            released_at=post.published_at,
        )
    return found


def _connected(city: City, seed: Channel) -> Connection:
    by, unit, kind = city.people["zhuolin"], city.units[seed.unit], kind_of(seed.kind)
    account = None
    if kind.platforms:
        own = Account.objects.filter(unit=unit, platform__in=kind.platforms, holder__isnull=True)
        account = own.get(state=AccountState.OPEN)
    owner = city.people.get(editor_of(seed.unit))
    made = channels.plan_connection(unit, seed.kind, seed.name, by=by, account=account, owner=owner)
    _set(made, seed, by)
    if seed.days_left:
        until = clock.now() + timedelta(days=seed.days_left)
        channels.authorise(made, by=by, token=f"token-{seed.unit}", expires_at=until, uid=seed.unit)
    publishing.open_connection(made, by=by)
    if seed.rests:
        publishing.rest_connection(made, seed.rests, by=by)
    return made


def _set(made: Connection, seed: Channel, by: Person) -> None:
    """Put in what the fakes want to know."""
    values = {
        # Any key will do: the fake lets whoever asks be authorised.
        "weibo": {"uid": seed.unit, "ip": "127.0.0.1", "app_key": "1234567890"},
        "wechat": {"appid": f"wx{seed.unit}", "kind": seed.sends or "subscription", "ip": "127.0.0.1",
                   **({"way": "mass"} if seed.sends else {})},
        "activitypub": {"handle": seed.unit},
    }.get(seed.kind, {})  # fmt: skip
    secrets = {
        "weibo": {"token": f"token-{seed.unit}", "app_secret": SECRET},
        "wechat": {"secret": SECRET},
        "webhook": {"secret": SECRET},
    }.get(seed.kind, {})
    base = {"webhook": f"{SANDBOX}webhook/{seed.unit}"}.get(
        seed.kind, f"{SANDBOX}{seed.kind}" if seed.kind in {"weibo", "wechat"} else ""
    )
    channels.save_connection(made, by=by, base=base, values=values, secrets_given=secrets)
    if seed.kind == "wechat":
        for word, answer in ANSWERS[seed.unit]:
            channels.save_answer(made, word, answer, by=by)
