"""The hot home page of the real web process, against nginx that serves the same bytes from a file."""

import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.site import installed, site
from bench.table import Result, give
from config.testing import free_port

CONNECTIONS, SECONDS = 32, 6
AIM = 0.5
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_P99 = re.compile(r"99%\s+(\S+)")
_NGINX = """
worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{ access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  types {{ text/html html; }} sendfile on; keepalive_requests 1000000;
  server {{ listen 127.0.0.1:{port}; root {folder}/www; charset utf-8; }} }}
"""


@contextmanager
def nginx(body: bytes) -> Iterator[int]:
    """Serve one page as a file with one worker; yields the port."""
    with tempfile.TemporaryDirectory(prefix="weiting-nginx-") as name:
        folder, port = Path(name), free_port()
        (folder / "www").mkdir()
        (folder / "www" / "index.html").write_bytes(body)
        for path in (folder, folder / "www"):
            path.chmod(0o755)
        (folder / "conf").write_text(_NGINX.format(folder=folder, port=port))
        process = subprocess.Popen(["nginx", "-p", name, "-c", str(folder / "conf")])
        try:
            time.sleep(0.5)
            yield port
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(5)


def _load(port: int) -> tuple[float, str]:
    done = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", f"http://127.0.0.1:{port}/"],
        capture_output=True,
        text=True,
        check=True,
    )
    rate, p99 = _RATE.search(done.stdout), _P99.search(done.stdout)
    assert rate and "Non-2xx" not in done.stdout, done.stdout
    return float(rate[1]), p99[1] if p99 else ""


def measure() -> list[Result]:
    """Load both in turn, twice, and keep the better of each."""
    if not installed("wrk", "nginx"):
        return [Result("hot home page", "not measured: wrk and nginx are needed (apt-get install wrk nginx)")]
    with site() as hall:
        status, body, _headers = hall.get("/")
        assert status == 200
        with nginx(body) as port:
            for warm in (hall.env.port, port):
                _load(warm)
            ours = max(_load(hall.env.port) for _n in range(2))
            theirs = max(_load(port) for _n in range(2))
    ratio = ours[0] / theirs[0]
    return [
        Result(
            "hot home page, requests a second",
            f"{ours[0]:,.0f}",
            f"nginx {theirs[0]:,.0f}",
            f"{ratio:.2f}",
            f"≥ {AIM}",
            ratio >= AIM,
            f"{len(body) / 1024:.0f} KB, {CONNECTIONS} connections, one worker each",
        ),
        Result("hot home page, p99", ours[1], f"nginx {theirs[1]}"),
    ]


if __name__ == "__main__":
    give(measure())
