"""`weiting sandbox`: serve the fake channels, and the fake mail server beside them."""

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from weiting.sandbox import keeping, mail
from weiting.sandbox.app import CHANNELS, app

PORT = 8090


def main(arguments: Sequence[str]) -> int:
    """Serve until SIGINT or SIGTERM; only on this machine, whatever is asked."""
    parser = argparse.ArgumentParser(
        prog="weiting sandbox", description="Serve fake Weibo, WeChat and webhook receivers."
    )
    parser.add_argument("--port", type=int, default=PORT)
    help_smtp = "where the fake mail server listens; taken, a free port, which the page of mailboxes names"
    parser.add_argument("--smtp-port", type=int, default=mail.PORT, help=help_smtp)
    parser.add_argument("--keep", type=Path, help="file in which what was said is kept over a restart")
    options = parser.parse_args(list(arguments))
    # One process: what is said lies in its memory.
    Server(
        "weiting.sandbox.app:app",
        address="127.0.0.1",
        port=options.port,
        interface=Interfaces.ASGI,
        workers=1,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve(target_loader=partial(_loaded, options.smtp_port, options.keep), wrap_loader=False)
    return 0


def _loaded(smtp_port: int, keep: Path | None) -> Callable[..., Any]:
    """Return the application in the process that serves it, told where its mail server listens and what it keeps."""
    if keep is not None:
        keeping.begin(keep, CHANNELS)
    CHANNELS["mail"].port = smtp_port  # type: ignore[attr-defined]
    return app


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
