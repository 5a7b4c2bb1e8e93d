"""An adapter whose tools stand still where a test looks at their stacks."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

from saying import announce

from snakepit_bridge import BaseAdapter, tool


class Proxy:
    """Has every attribute, as stubs and proxies do, and is waited for without an end."""

    def __getattr__(self, name: str) -> "Proxy":
        return self

    def __await__(self) -> Any:
        return self

    def __iter__(self) -> "Proxy":
        return self

    def __next__(self) -> None:
        return None


class Plain(BaseAdapter):
    __thread_safe__ = True

    def __init__(self) -> None:
        self.gate = threading.Event()
        threading.Thread(target=self.in_background, name="my-poller", daemon=True).start()

    def in_background(self) -> None:
        self.gate.wait()

    @tool
    def stand(self, name: str) -> None:
        announce(f"the stand of {name}")
        self.gate.wait()

    @tool
    def run_own_loop(self) -> None:
        asyncio.run(self.outer("own loop"))

    async def outer(self, place: str) -> None:
        await self.inner(place)

    async def inner(self, place: str) -> None:
        announce(place)
        await asyncio.Event().wait()

    @tool(supports_streaming=True)
    def count(self) -> Iterator[int]:
        yield 1
        yield 2


class Async(Plain):
    @tool
    async def await_inner(self) -> None:
        other = asyncio.create_task(self.left_behind(), name="my-task")
        await self.outer("await")
        await other

    @tool
    async def await_proxy(self) -> None:
        announce("the proxy")
        await Proxy()

    @tool
    async def hold_loop(self) -> None:
        await self.holds_it()

    async def holds_it(self) -> None:
        announce("the held loop")
        self.gate.wait()

    async def left_behind(self) -> None:
        async for _ in self.items():
            pass

    async def items(self) -> AsyncIterator[int]:
        await asyncio.Event().wait()
        yield 1
