"""Shows that work grows no faster than its size, on machines of any speed."""

import time
from collections.abc import Callable


def assert_grows_in_step(work: Callable[[int], object], small: int, times: int = 8) -> None:
    """Fail when `times` as much work takes far more than `times` as long as `small` does.

    Both are taken in the same run and count this process's time only, so that a slow or busy machine changes nothing;
    work that grows with the square of its size takes 64 times as long for 8 times as much.
    """

    def seconds(size: int) -> float:
        began = time.process_time()
        work(size)
        return time.process_time() - began

    unit = min(seconds(small) for _ in range(3))
    # A twentieth of a second is no time in which anybody is kept waiting.
    most = 3 * times * unit + 0.05
    whole = seconds(times * small)
    if whole > most:
        whole = seconds(times * small)
    assert whole <= most, f"{times} times as much took {whole / unit:.0f} times as long"
