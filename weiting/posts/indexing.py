"""Makes search documents ahead in processes of their own, while the database writes: an import's longest work."""

import os
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from types import TracebackType
from typing import Self

from weiting.text.search import to_tsvector_literal

PIECE = 100
Parts = Mapping[str, str]


def _documents(parts: list[Parts]) -> list[str]:
    return [to_tsvector_literal(each) for each in parts]


def _leave_with_parent() -> None:
    """Watch the import: a killed one must not leave helpers behind."""
    threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class Indexer:
    """Helpers that make documents; they are started on first use and leave with the block."""

    def __init__(self) -> None:
        self.pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)

    def begin(self, parts: Sequence[Parts]) -> list[Future[list[str]]]:
        """Begin to make documents; ask `done` for them."""
        if self.pool is None:
            # Not forked: the database connection must not be shared.
            self.pool = ProcessPoolExecutor(
                max_workers=min(2, os.cpu_count() or 1),
                mp_context=get_context("spawn"),
                initializer=_leave_with_parent,
            )
        return [
            self.pool.submit(_documents, list(parts[at : at + PIECE])) for at in range(0, len(parts), PIECE)
        ]


def done(begun: Sequence[Future[list[str]]]) -> list[str]:
    """Wait for documents begun and return them in order."""
    return [document for future in begun for document in future.result()]
