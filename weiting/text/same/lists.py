"""Flat arrays that grow, and lists by number in two of them: what an index of a million messages is made of."""

from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

Kind = TypeVar("Kind", bound=np.generic)
Wide = npt.NDArray[np.int64]


class Flat(Generic[Kind]):
    """Numbers one after another; room is made by half when it runs out."""

    def __init__(self, kind: type[Kind]) -> None:
        self._room: npt.NDArray[Kind] = np.zeros(1024, kind)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def extend(self, more: npt.NDArray[Kind]) -> None:
        """Add numbers at the end."""
        size = self._size + len(more)
        if size > len(self._room):
            room = np.empty(max(size, len(self._room) * 3 // 2), self._room.dtype)
            room[: self._size] = self._room[: self._size]
            self._room = room
        self._room[self._size : size] = more
        self._size = size

    @property
    def all(self) -> npt.NDArray[Kind]:
        """All numbers; for looking, and only until more are added."""
        return self._room[: self._size]


class Lists:
    """Lists by number, newest first: `heads` names the newest entry of each, `before` the one before an entry."""

    def __init__(self, bits: int) -> None:
        self._heads = np.full(1 << bits, -1, np.int32)
        self._before: Flat[np.int32] = Flat(np.int32)
        self._holders: Flat[np.int32] = Flat(np.int32)

    def add(self, keys: Wide, holders: Wide) -> None:
        """Put each holder at the head of the list of its key; holders ascend."""
        if not len(keys):
            return
        order = np.argsort(keys, kind="stable")
        keys, at = keys[order], np.arange(len(keys)) + len(self._holders)
        is_first = np.append(True, keys[1:] != keys[:-1])
        before = np.where(is_first, self._heads[keys], at - 1)
        self._heads[keys[np.append(is_first[1:], True)]] = at[np.append(is_first[1:], True)]
        self._before.extend(before.astype(np.int32))
        self._holders.extend(holders[order].astype(np.int32))

    def newest(self, keys: Wide, most: int) -> tuple[Wide, Wide]:
        """The newest holders of all keys, at most `most` of each, and of each the place of its key in `keys`."""
        at, which = self._heads[keys], np.arange(len(keys))
        before, holders = self._before.all, self._holders.all
        found, whose = [], []
        for _step in range(most):
            there = at >= 0
            if not there.all():
                at, which = at[there], which[there]
            if not len(at):
                break
            found.append(holders[at])
            whose.append(which)
            at = before[at]
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        return np.concatenate(found).astype(np.int64), np.concatenate(whose)
