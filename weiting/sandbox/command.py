"""`weiting sandbox`: serve the fake channels."""

import argparse
import sys
from collections.abc import Sequence

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

PORT = 8090


def main(arguments: Sequence[str]) -> int:
    """Serve until SIGINT or SIGTERM; only on this machine, whatever is asked."""
    parser = argparse.ArgumentParser(
        prog="weiting sandbox", description="Serve fake Weibo, WeChat and webhook receivers."
    )
    parser.add_argument("--port", type=int, default=PORT)
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
    ).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
