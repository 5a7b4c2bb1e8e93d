"""Tools that stream."""

import os
import time
from collections.abc import Iterator
from typing import Any

from snakepit_bridge import BaseAdapter, tool


class Streaming(BaseAdapter):
    def __init__(self) -> None:
        self.made = 0

    @tool(supports_streaming=True)
    def count(self, to: int, size: int = 0) -> Iterator[Any]:
        for number in range(to):
            yield {"number": number, "text": "x" * size} if size else number

    @tool(supports_streaming=True)
    def produce(self, path: str, size: int = 0) -> Iterator[Any]:
        """Never ends; writes how many items were asked of it, and in the end that it was closed."""
        made = 0
        try:
            while True:
                made += 1
                with open(f"{path}.made", "w") as file:
                    file.write(str(made))
                yield {"number": made - 1, "text": "x" * size}
        finally:
            with open(f"{path}.closed", "w") as file:
                file.write(str(made))

    @tool(supports_streaming=True)
    def grow(self, path: str, small: int, large: int, size: int) -> Iterator[Any]:
        """Many small items, then large ones; writes how many of these were asked of it."""
        yield from range(small)
        for made in range(large):
            with open(f"{path}.made", "w") as file:
                file.write(str(made + 1))
            yield "x" * size

    @tool(supports_streaming=True)
    def pause(self, path: str, seconds: float) -> Iterator[str]:
        try:
            yield "before"
            time.sleep(seconds)
            yield "after"
        finally:
            open(f"{path}.closed", "w").close()

    @tool(supports_streaming=True)
    def gated(self, path: str) -> Iterator[int]:
        """Goes on from item to item as files appear: path.1, path.2, …; ends with path.end."""
        number = 0
        while True:
            yield number
            number += 1
            while not os.path.exists(f"{path}.{number}"):
                if os.path.exists(f"{path}.end"):
                    return
                time.sleep(0.005)

    @tool(supports_streaming=True)
    def break_off(self, after: int) -> Iterator[int]:
        yield from range(after)
        raise LookupError("no more")

    @tool(supports_streaming=True)
    def odd(self) -> Iterator[Any]:
        yield 1
        yield {"rows": [object()]}

    @tool(supports_streaming=True)
    def blobs(self) -> Iterator[Any]:
        yield b"one"
        yield {"name": "two", "content": b"two"}

    @tool(supports_streaming=True)
    def die(self, after: int, code: int = 3) -> Iterator[int]:
        yield from range(after)
        time.sleep(1)  # so that the items are on their way
        os._exit(code)

    @tool(idempotent=True, supports_streaming=True)
    def die_first(self, path: str) -> Iterator[int]:
        """Dies the first time it is called, before its first item."""
        if not os.path.exists(path):
            open(path, "w").close()
            os._exit(3)
        yield 1

    @tool
    def pid(self) -> int:
        return os.getpid()

    @tool
    def single(self) -> list[int]:
        return [1, 2]

    @tool
    def sleep(self, seconds: float) -> str:
        time.sleep(seconds)
        return "slept"
