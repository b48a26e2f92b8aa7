"""How long a hall with its data in place takes until it answers, and until one Ctrl-C has stopped all of it."""

import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

from bench.table import Result, give
from config import database, env as environment, prepare
from config.env import Env
from config.testing import free_port

TIMES = 5
AIM_S = 5


def _django(env: Env) -> float:
    """Return how long a Python takes that does no more than set Django up with the same settings."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        env={**environment.as_environ(env), "DJANGO_SETTINGS_MODULE": "config.settings"},
        cwd=environment.ROOT,
        check=True,
    )
    return time.perf_counter() - began


def _once(env: Env) -> tuple[float, float]:
    """Start the hall and stop it; return how long each took, by this process's clock."""
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "config.cli", "up"],
        cwd=environment.ROOT,
        env=environment.as_environ(replace(env, port=free_port())),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as hall:
        said = ""
        while not re.search(r"ready in [\d.]+ s", said):
            line = hall.stdout.readline() if hall.stdout else ""
            if not line:
                raise RuntimeError(f"the hall did not start: {said}")
            said += line
        ready = time.perf_counter()
        hall.send_signal(signal.SIGINT)
        hall.communicate()
        if hall.returncode or not database.is_gone(env):
            raise RuntimeError(f"the hall did not stop as it should: {hall.returncode}")
    return ready - began, time.perf_counter() - ready


def measure() -> list[Result]:
    """Start and stop a hall whose tables are made, several times, beside the mere setting up of Django."""
    with tempfile.TemporaryDirectory(prefix="weiting-bench-") as folder:
        Path(folder).chmod(0o755)
        env = environment.read({"WEITING_VAR": f"{folder}/var", "WEITING_DEMO": "no"})
        with database.ensure(env) as hold:
            prepare.run_aside(env, prepare.waiting(env))
        hold.release(wait=30)
        runs = [(*_once(env), _django(env)) for _ in range(TIMES)]
    started, stopped, bare = (median(each) for each in zip(*runs, strict=True))
    baseline = f"Django set up {bare:.1f} s"
    return [
        Result(
            name, f"{seconds:.1f} s", baseline, f"{seconds / bare:.1f} ×", f"≤ {AIM_S} s", seconds <= AIM_S
        )
        for name, seconds in (
            (f"a start until the hall answers, median of {TIMES}", started),
            ("one Ctrl-C until everything has ended", stopped),
        )
    ]


if __name__ == "__main__":
    give(measure())
