"""Keeps what was said on the fake channels over a restart, in one file that only this program writes and reads."""

import logging
import pickle
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from weiting.sandbox.state import Channel

logger = logging.getLogger(__name__)
EVERY = 2.0
# What belongs to the running process, not to what was said; faults are switched off by a restart.
PASSING = frozenset({"faults", "codes", "port"})


def begin(path: Path, channels: Mapping[str, Channel]) -> None:
    """Take over what the file holds, and from now on write it whenever something was said or called."""
    _take_over(path, channels)
    threading.Thread(target=_keep, args=(path, channels), name="sandbox-keep", daemon=True).start()


def _take_over(path: Path, channels: Mapping[str, Channel]) -> None:
    try:
        found = pickle.loads(path.read_bytes())  # noqa: S301 - written by this program only
    except FileNotFoundError:
        return
    except Exception as error:
        # Of another version, or cut off: the fakes begin anew, nobody's real words are lost.
        logger.warning("What the fake channels held could not be read: %s", error)
        return
    for name, held in found.items():
        if name in channels:
            vars(channels[name]).update(held)


def _keep(path: Path, channels: Mapping[str, Channel]) -> None:
    written = b""
    while True:
        threading.Event().wait(EVERY)
        try:
            made = pickle.dumps({name: _kept(channel) for name, channel in channels.items()})
        except RuntimeError:
            # Something was said this very moment.
            continue
        if made != written:
            new = path.with_suffix(".new")
            new.write_bytes(made)
            new.replace(path)
            written = made


def _kept(channel: Channel) -> dict[str, Any]:
    found = {}
    for name, value in vars(channel).items():
        if name in PASSING:
            continue
        try:
            pickle.dumps(value)
        except (TypeError, AttributeError, pickle.PicklingError):
            continue
        found[name] = value
    return found
