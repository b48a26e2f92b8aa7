"""Every list and form of the desk, as people in different roles open them, on the demo city."""

import time

from bench.table import Result, give, ms, share
from config.warm import warm

# So many that the slowest of them is not the p95 itself.
ROUNDS = 40
AIM = 0.150
PEOPLE = ("linzhiqiu", "chenyan", "zhaoli", "guoshuhua", "zhuolin")


def paths() -> list[str]:
    """List the desk's addresses without a number in them, and one of each kind of object."""
    from django.urls import NoReverseMatch, get_resolver, reverse

    from weiting.posts.models import Assignment, Issue, Post
    from weiting.publishing.models import Release
    from weiting.review.models import Round
    from weiting.units.models import Hall, Unit

    found = []
    for name in sorted(
        str(key) for key in get_resolver("weiting.desk.urls").reverse_dict if isinstance(key, str)
    ):
        try:
            found.append(reverse(f"desk:{name}"))
        except NoReverseMatch:
            continue
    some = {
        "unit": Unit.objects.get(slug="gongshui").public_id,
        "round": Round.objects.filter(state="open").order_by("pk")[0].public_id,
        "compose": Post.objects.filter(state="draft").order_by("pk")[0].public_id,
        "versions": Post.objects.filter(corrected_at__isnull=False).order_by("pk")[0].public_id,
        "issue": Issue.objects.get(state="draft").public_id,
        "assignment": Assignment.objects.order_by("-pk")[0].public_id,
        "release": Release.objects.filter(state="planned").order_by("pk")[0].public_id,
        "hall": Hall.objects.get(is_main=True).slug,
    }
    return found + [reverse(f"desk:{name}", args=[key]) for name, key in some.items()]


def measure() -> list[Result]:
    """Open each page as everybody who may, and keep the slowest person's p95."""
    from django.test import Client

    from weiting.accounts.models import Person

    warm()
    clients = []
    for username in PEOPLE:
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(Person.objects.get(username=username))
        clients.append(client)
    # Of somebody not signed in: others are led on to the desk at once.
    base = _p95(Client(HTTP_HOST="127.0.0.1"), "/account/login/")
    found: list[tuple[float, str, int]] = []
    for path in paths():
        able = [client for client in clients if client.get(path).status_code == 200]
        if able:
            found.append((max(_p95(client, path) for client in able[:2]), path, len(able)))
    found.sort(reverse=True)
    slow = [row for row in found if row[0] > AIM]
    results = [
        Result(
            f"p95 of the slowest of {len(found)} desk pages",
            ms(found[0][0]),
            f"sign-in page {ms(base)}",
            f"{found[0][0] / base:.1f} ×",
            f"≤ {AIM * 1000:.0f} ms",
            not slow,
            _shown(found[0][1]),
        ),
        Result("median of their p95", ms(share([row[0] for row in found], 0.5))),
    ]
    return results + [Result(f"next: {_shown(path)}", ms(took)) for took, path, _n in found[1:6]]


def _p95(client, path: str) -> float:  # type: ignore[no-untyped-def]
    times = []
    # The first opening makes templates ready; a process does that once, not for one reader in ten.
    client.get(path)
    for _n in range(ROUNDS):
        began = time.perf_counter()
        client.get(path)
        times.append(time.perf_counter() - began)
    return share(times, 0.95)


def _shown(path: str) -> str:
    """Write an address without the ids of this run."""
    return "/".join("…" if len(part) == 10 and part.isalnum() else part for part in path.split("/"))


if __name__ == "__main__":
    import django

    django.setup()
    give(measure())
