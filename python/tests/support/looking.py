"""Waits for what other processes do, which gives a test no event to wait for."""

import time
from collections.abc import Callable

from lines import LIMIT


def until(holds: Callable[[], bool]) -> None:
    """Looks again and again, until it holds or the limit is over."""
    limit = time.monotonic() + LIMIT
    while not holds():
        assert time.monotonic() < limit, "it does not hold within the limit"
        time.sleep(0.005)
