"""Adapters whose tools stream, in every style."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from saying import announce

from snakepit_bridge import BaseAdapter, ToolContext, current_context, tool


class _Plain(BaseAdapter):
    def cleanup(self) -> None:
        announce("cleanup")

    @tool(supports_streaming=True)
    def count(self, to: int) -> Iterator[int]:
        try:
            yield from range(to)
        finally:
            announce("count closed")

    @tool(supports_streaming=True)
    def announced(self) -> Iterator[int]:
        try:
            for number in range(1000):
                announce(f"item {number}.")
                yield number
        finally:
            announce("announced closed")

    @tool(supports_streaming=True)
    def grow(self) -> Iterator[str]:
        for number in range(1000):
            announce(f"grown {number}.")
            yield "x" * (1 if number < 300 else 1000)

    @tool(supports_streaming=True)
    def stall(self) -> Iterator[str]:
        yield "first"
        announce("the stall")
        try:
            time.sleep(60)
        finally:
            announce("stall closed")

    @tool(supports_streaming=True)
    def break_off(self, after: int) -> Iterator[int]:
        yield from range(after)
        raise LookupError("no more")

    @tool(supports_streaming=True)
    def odd(self) -> Iterator[Any]:
        try:
            yield 1
            yield {"rows": [1, object()]}
        finally:
            announce("odd closed")

    @tool(supports_streaming=True)
    def nested(self) -> Iterator[Any]:
        yield iter_twice()

    @tool(supports_streaming=True)
    def blobs(self) -> Iterator[Any]:
        yield b"one"
        yield {"name": "two", "content": b"two"}

    @tool(supports_streaming=True)
    def big(self, size: int) -> Iterator[str]:
        yield "small"
        yield "x" * size

    @tool
    def single(self) -> list[int]:
        return [1, 2]

    @tool
    def returned(self) -> Iterator[int]:
        return iter((7, 8))

    @tool(supports_streaming=True)
    def bad_close(self) -> Iterator[int]:
        try:
            yield 1
            yield 2
        finally:
            raise RuntimeError("while closing")

    @tool(supports_streaming=True)
    def about(self, context: ToolContext) -> Iterator[Any]:
        same = current_context() is context
        yield same
        yield threading.current_thread() is threading.main_thread()

    @tool
    def add(self, a: int, b: int) -> int:
        return a + b


def iter_twice() -> Iterator[int]:
    yield 1
    yield 1


class Plain(_Plain):
    @tool
    def disguised(self) -> Any:
        async def items() -> AsyncIterator[int]:
            yield 1

        return items()


class Threaded(_Plain):
    __thread_safe__ = True


class Async(_Plain):
    @tool(supports_streaming=True)
    async def count(self, to: int) -> AsyncIterator[int]:  # type: ignore[override]
        try:
            for number in range(to):
                yield number
        finally:
            await asyncio.sleep(0)
            announce("count closed")

    @tool(supports_streaming=True)
    async def announced(self) -> AsyncIterator[int]:  # type: ignore[override]
        try:
            for number in range(1000):
                announce(f"item {number}.")
                yield number
        finally:
            announce("announced closed")

    @tool(supports_streaming=True)
    async def stall(self) -> AsyncIterator[str]:  # type: ignore[override]
        yield "first"
        announce("the stall")
        try:
            await asyncio.sleep(60)
        finally:
            announce("stall closed")

    @tool(supports_streaming=True)
    async def break_off(self, after: int) -> AsyncIterator[int]:  # type: ignore[override]
        for number in range(after):
            yield number
        raise LookupError("no more")

    @tool
    async def handed_over(self) -> AsyncIterator[int]:
        return self.count(2)

    @tool(supports_streaming=True)
    def plain_announced(self) -> Iterator[int]:
        for number in range(1000):
            announce(f"plain item {number}.")
            yield number
