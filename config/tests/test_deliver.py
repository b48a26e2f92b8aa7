"""`weiting deliver` as a process of its own: it works until it is told to stop, and then ends."""

import signal
import subprocess
import sys
import time

import pytest

from config import connections, env as environment
from config.testing import scratch_database


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_by_itself_when_it_is_told_to(number: signal.Signals) -> None:
    with scratch_database() as env, connections.connect(env) as looking:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.cli", "deliver"],
            cwd=environment.ROOT,
            env=environment.as_environ(env),
        )
        try:
            # It listens for news once it is at work.
            deadline = time.monotonic() + 60
            while not looking.execute(
                "SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            ).rowcount:
                assert process.poll() is None and time.monotonic() < deadline, "it did not come to work"
                time.sleep(0.05)
                looking.rollback()
            process.send_signal(number)
            assert process.wait(30) == 0
        finally:
            process.kill()
            process.wait()
