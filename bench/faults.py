"""Deliveries while workers and the database are killed and every fault is on: what is lost, doubled, out of order."""

import argparse
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psutil

from bench.delivery import (
    ACCOUNTS,
    NONE,
    SETTLE,
    cleared,
    connected,
    laid_down,
    released,
    still_open,
    undelivered,
    worker,
)
from bench.site import site
from bench.table import Result, give

# One account in seven is WeChat's: of 300, 42.
KINDS = ("weibo", "mastodon", "webhook", "weibo", "mastodon", "webhook", "wechat")
TEXTS, KILLS, CRASHES = 34, 100, 2
# The longest the sandbox is slow: well within the time after which a text never arrived.
SLOW = SETTLE / 2.5
FAULTS = {"drop": 0.08, "slow_rate": 0.04, "error": 0.05, "error_after": 0.05, "too_many": 0.04, "slow": SLOW}
# The longest wait of a worker here, in seconds. On the real platforms it is what their rules say: ten or sixty minutes
# after a lost submission to WeChat, half an hour between tries, until midnight where the day's calls are used up. It is
# longer than the slowest submission (five slow calls) and the publication after it.
LONGEST = 12.0
# A text for WeChat takes five calls and as many questions: at the rates of the others hardly one would get through.
FAULTS_OF_WECHAT = {name: rate / 2.5 for name, rate in FAULTS.items() if name != "slow"}
# After so many seconds the fake WeChat ends a publication.
PUBLISHED_AFTER = 1.0
TOKEN, AES_KEY = "bench1token", "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
BACKS = {"duplicate": 0.15, "disorder": 0.15, "wrong_signature": 0.1, "lost": 0.15}
# What is over for all accounts of WeChat for a while, and after which part of the kills.
SPELLS = ((0.2, "quota"), (0.35, "expired"), (0.5, "quota"), (0.65, "expired"))
SPELL = 2.0


def _crash() -> None:
    """Kill a process of the database, which then begins anew from its log, all connections lost."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0]).parent()
    connection.close()
    for each in server.children() if server else ():
        if "checkpointer" in " ".join(each.cmdline()):
            each.kill()
            return
    raise SystemExit("the database could not be killed")


def _patiently(act: Callable[[], Any]) -> Any:
    """Do something although the database may be away for a moment."""
    from django.db import Error, connection

    for _n in range(300):
        try:
            return act()
        except Error:
            connection.close()
            time.sleep(0.1)
    raise SystemExit("the database did not come back")


def _renew() -> None:
    """Do what a person does who authorises an account anew."""
    from django.db import transaction

    from weiting.channels.models import Connection
    from weiting.publishing.actions import lines

    with transaction.atomic():
        stopped = list(Connection.objects.exclude(needs="").values_list("pk", flat=True))
        if stopped:
            Connection.objects.filter(pk__in=stopped).update(needs="", needs_code="", needs_since=None)
            lines.wake(stopped)


def _expire_and_renew(server: Any, chance: random.Random, accounts: int, *, is_last: bool, now: bool) -> None:
    """Let an account's token expire; now and then all are authorised anew. Those of WeChat are all given new ones."""
    expired = [] if is_last or now else [f"a{chance.randrange(accounts):04}"]
    for channel, prefix in (("weibo", ""), ("mastodon", ""), ("wechat", "wx")):
        server.switch("tokens", channel=channel, expired=[prefix + each for each in expired])
    if not expired:
        _patiently(_renew)


def _worker() -> Any:
    return worker(24, SETTLE, f"--longest={LONGEST}")


@contextmanager
def _heard(server: Any, lines: Sequence[Any], seed: int) -> Iterator[None]:
    """Let the fake WeChat call a running hall, wrongly often enough, and heed what it says as every worker does."""
    from weiting.channels import vault
    from weiting.publishing.delivery import heeding

    with site() as hall:
        hooks = {}
        for line in lines:
            secrets = {"secret": "sandbox", "token": TOKEN, "aes_key": AES_KEY}
            line.sealed_with, line.sealed = vault.seal(secrets, line.public_id)
            line.save()
            url = f"http://127.0.0.1:{hall.env.port}/channels/{line.public_id}/hook"
            appid = f"wx{line.name}"
            hooks[appid] = {"url": url, "secret": TOKEN, "aes_key": AES_KEY, "appid": appid}
        server.switch("hooks", channel="wechat", hooks=hooks)
        server.switch("backs", channel="wechat", **BACKS, seed=seed)
        stop = threading.Event()
        heeds = threading.Thread(target=heeding.carry, args=(stop,))
        heeds.start()
        try:
            yield
        finally:
            stop.set()
            heeds.join()


def _faults(
    server: Any, seed: int, kills: int, minutes: float, accounts: int, texts: int
) -> Iterator[Result]:
    """Kill workers and the database at random while every fault is on; then count what arrived, and in what order."""
    chance = random.Random(seed)
    lines = connected(server.base, accounts, KINDS)
    releases = released(texts)
    with _heard(server, [each for each in lines if each.kind == "wechat"], seed):
        laid_down(releases, lines)
        server.switch("faults", **{**NONE, **FAULTS, "delay": 0.01, "seed": seed})
        server.switch("faults", channel="wechat", **FAULTS_OF_WECHAT, publish_after=PUBLISHED_AFTER)
        done, crashed, took = _run(server, chance, kills, minutes, accounts)
    yield from _counted(
        server, lines, releases, f"{done} kills, {crashed} crashes, seed {seed}, {took:.0f} s"
    )
    yield _of_wechat(server, lines)
    yield undelivered()


def _run(
    server: Any, chance: random.Random, kills: int, minutes: float, accounts: int
) -> tuple[int, int, float]:
    """Work until nothing is open, and disturb it as often as asked for; return kills, crashes and seconds."""
    running = [_worker(), _worker()]
    spells = [(int(part * kills), kind) for part, kind in SPELLS]
    done = crashed = 0
    began = time.perf_counter()
    try:
        while (done < kills or _patiently(still_open)) and time.perf_counter() - began < minutes * 60:
            time.sleep(chance.uniform(0.3, 1.2))
            if done < kills:
                # Whoever was told that the day's calls are used up waits for midnight; begun anew, it asks. Each goes
                # once more after the last spell.
                at = chance.randrange(2) if done < kills - 2 else done % 2
                running[at].kill()
                running[at].wait()
                running[at] = _worker()
                done += 1
            if spells and done >= spells[0][0]:
                _at, kind = spells.pop(0)
                server.switch("schedule", channel="wechat", list=[{"at": 0.0, "lasts": SPELL, "kind": kind}])
            if crashed < CRASHES and done >= (crashed + 1) * kills // (CRASHES + 1):
                _crash()
                crashed += 1
            _expire_and_renew(server, chance, accounts, is_last=done >= kills, now=done % 5 == 0)
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.wait(30)
    return done, crashed, time.perf_counter() - began


def _seen(state: Any, releases: Sequence[Any]) -> dict[tuple[str, str], list[str]]:
    """Return what followers see of each account, by kind of channel and name: the texts in the order they appeared."""
    from weiting.channels.wechat_article import rendered
    from weiting.publishing.delivery.texts import words_of
    from weiting.publishing.models import Delivery

    expected = [each.post.public_id for each in releases]
    keys = dict(Delivery.objects.values_list("public_id", "release__post__public_id"))
    # An article shows no address: its title names it.
    titles = {rendered(words_of(each, "wechat")).fields["title"]: each.post.public_id for each in releases}
    if len(titles) < len(releases):
        raise SystemExit("two texts have the same title: nobody could tell them apart")
    seen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for channel in set(KINDS):
        for row in state[channel]["said"]:
            found = next((pid for pid in expected if f"/p/{pid}/" in row["text"]), "")
            title = titles.get(row["text"].partition("\n")[0], "")
            name = row["account"].removeprefix("wx")
            seen[channel, name].append(found or keys.get(row["key"], "") or title or row["text"])
    return seen


def _counted(server: Any, lines: Sequence[Any], releases: Sequence[Any], about: str) -> Iterator[Result]:
    """Compare what followers see with what was to arrive, in all and of each kind of channel."""
    expected = [each.post.public_id for each in releases]
    seen = _seen(server.state(), releases)
    lost, doubled, disordered = Counter[str](), Counter[str](), Counter[str]()
    for line in lines:
        got = seen[line.kind, line.name]
        counts = Counter(got)
        lost[line.kind] += sum(1 for pid in expected if not counts[pid])
        doubled[line.kind] += sum(n - 1 for n in counts.values() if n > 1)
        known = [each for each in got if each in expected]
        disordered[line.kind] += known != sorted(known, key=expected.index) or known != got
    accounts = Counter(line.kind for line in lines)
    whose = ", ".join(f"{n} {kind}" for kind, n in sorted(accounts.items()))
    note = f"{len(lines) * len(expected):,} deliveries, {len(lines)} accounts: {whose}; {about}"
    for what, counted in (
        ("lost", lost),
        ("doubled", doubled),
        ("accounts whose order was broken", disordered),
    ):
        total = counted.total()
        found = ", ".join(f"{n} {kind}" for kind, n in sorted(counted.items()) if n)
        yield Result(what, str(total), aim="0", is_met=total == 0, note=note if what == "lost" else found)


def _of_wechat(server: Any, lines: Sequence[Any]) -> Result:
    """Say how much of what can go wrong with WeChat did, from the fake's own record, and how long was waited here."""
    from weiting.channels.models import Heard
    from weiting.channels.rules import rules
    from weiting.publishing.models import Receipt

    state = server.state()["wechat"]
    pks = [line.pk for line in lines if line.kind == "wechat"]
    calls, backs = state["calls"], state["backs"]
    submits, tokens = calls.get("/cgi-bin/freepublish/submit", 0), calls.get("/cgi-bin/stable_token", 0)
    looked_up = Receipt.objects.filter(delivery__connection__in=pks, way=Receipt.Way.LOOKED_UP).count()
    heard = Heard.objects.filter(connection__in=pks, kind="published").count()
    taken = Counter(
        "forged" if each["forged"] else "taken" if each["status"] == 200 else "failed" for each in backs
    )
    waits = rules("wechat").limits["lost"]
    note = (
        f"{submits:,} submissions, {looked_up:,} with a lost answer found by asking, {tokens:,} times a new token; "
        f"call-backs: {taken['taken']:,} taken, {taken['forged']:,} forged and refused, {taken['failed']:,} failed, "
        f"{heard:,} ends heard; a lost submission is waited for {LONGEST:.0f} s here, on the platform "
        f"{waits['with_draft'] // 60} or {waits['without_trace'] // 60} minutes"
    )
    return Result("articles on WeChat", f"{len(state['said']):,}", note=note)


def measure(
    *,
    seed: int = 7,
    kills: int = KILLS,
    minutes: float = 15.0,
    accounts: int = ACCOUNTS,
    texts: int = TEXTS,
) -> list[Result]:
    """Let everything go wrong at once; the same seed draws the same faults, though not at the same moments."""
    from weiting.sandbox.testing import sandbox

    cleared()
    with sandbox() as server:
        return list(_faults(server, seed, kills, minutes, accounts, texts))


if __name__ == "__main__":
    import django

    django.setup()
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--minutes", type=float, default=15.0, help="give up after so long")
    parser.add_argument("--accounts", type=int, default=ACCOUNTS)
    parser.add_argument("--texts", type=int, default=TEXTS, help="so many for each account")
    give(measure(**vars(parser.parse_args())))
