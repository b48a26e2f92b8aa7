"""Two halls on two ports, each with its own web, worker and database: one follows the other, passes its texts on, asks
and is answered, over HTTP as any two servers of the fediverse would."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from config import env as environment, testing
from config.testing import Site

pytestmark = pytest.mark.slow


@dataclass
class Hall:
    """One running hall, and the process in which its people act."""

    site: Site
    people: "subprocess.Popen[str]"

    def do(self, what: str, **said: Any) -> Any:
        """Have somebody do something; return what came of it."""
        assert self.people.stdin is not None and self.people.stdout is not None
        self.people.stdin.write(json.dumps({"do": what, **said}) + "\n")
        self.people.stdin.flush()
        answer = json.loads(self.people.stdout.readline() or '{"error": "nobody answers"}')
        assert "error" not in answer, answer["error"]
        return answer["is"]


@contextmanager
def hall(name: str) -> Iterator[Hall]:
    """Run a hall on a port and a database of its own."""
    here = environment.current()
    base = replace(here, var=here.var / name, undo_seconds=0, channels_private=True, port=testing.free_port())
    with testing.scratch_database() as scratch, ExitStack() as ends:
        env = replace(base, database_url=scratch.database_url)
        site = ends.enter_context(contextmanager(testing._run)(env))
        people = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.hall_acts"],
            cwd=environment.ROOT,
            env={**environment.as_environ(env), "DJANGO_SETTINGS_MODULE": "config.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield Hall(site, people)
        finally:
            people.terminate()
            people.wait(10)


def until(done: Callable[[], Any], most: float = 90.0) -> Any:
    """Wait until something is there, and return it."""
    deadline = time.monotonic() + most
    while not (found := done()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.2)
    return found


def test_two_halls_follow_relay_and_answer_one_another() -> None:
    with hall("hall_a") as a, hall("hall_b") as b:
        # A follows B, and B says yes.
        assert a.do("follow", address=b.do("address")) == "asked"
        until(lambda: a.do("followed") == ["accepted"])
        assert b.do("followers") == 1
        # B publishes, and it reaches A.
        post = b.do("publish", title="明天东园停水")
        (received,) = until(lambda: a.do("received"))
        assert "明天东园停水" in received["html"] and received["uri"].startswith(b.site.url)
        assert until(lambda: b.do("delivered")) == ["delivered"]
        # A passes it on, and B counts that.
        a.do("relay", uri=received["uri"])
        until(lambda: b.do("reactions") == {"announce": 1})
        # A asks, B hears it and answers, A hears the answer.
        a.do("ask", text="东园几点恢复？")
        (question,) = until(lambda: b.do("heard"))
        assert (question["kind"], question["text"]) == ("reply", "东园几点恢复？")
        assert question["by"].startswith(a.site.url)
        b.do("answer", text="预计 16 点。")
        answer = until(lambda: a.do("heard"))[0]
        assert (answer["kind"], answer["text"]) == ("reply", "预计 16 点。")
        # B takes the text back, and it is gone at A.
        b.do("withdraw", post=post)
        until(lambda: received["uri"] not in {each["uri"] for each in a.do("received")})
        assert a.do("refused") == b.do("refused") == {}
