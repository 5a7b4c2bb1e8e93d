"""The tools that the bench calls."""

import ctypes
import time
from collections.abc import Iterator

from snakepit_bridge import tool


@tool
def echo(text: str) -> str:
    return text


@tool
def work(seconds: float) -> bool:
    """Takes its time without taking the processor, so that the load is the same on every machine."""
    time.sleep(seconds)
    return True


@tool(supports_streaming=True)
def count(to: int, text: str) -> Iterator[str]:
    for _ in range(to):
        yield text


@tool
def spin(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


@tool
def hold(seconds: int) -> int:
    """Sleeps in C without letting go of the interpreter lock."""
    return int(ctypes.PyDLL(None).sleep(seconds))


@tool
def stubborn(seconds: float, value: str) -> str:
    """Goes on past its deadline whatever it is told, and answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            time.sleep(max(0.0, end - time.monotonic()))
        except BaseException:  # the stop that it ignores
            pass
    return value
