"""Adapters with coroutines, with threads, and with gates that a test opens."""

import asyncio
import os
import sys
import threading
import time

from saying import announce

from snakepit_bridge import BaseAdapter, ToolContext, current_context, tool


class Async(BaseAdapter):
    def __init__(self) -> None:
        self.gates: dict[str, asyncio.Event] = {}

    def _gate(self, name: str) -> asyncio.Event:
        return self.gates.setdefault(name, asyncio.Event())

    @tool
    async def double(self, number: int, context: ToolContext) -> int:
        await asyncio.sleep(0)
        assert current_context() is context
        return number * 2

    @tool
    async def sleep(self) -> None:
        announce("async sleep")
        await asyncio.sleep(60)

    @tool
    async def meet(self, mine: str, other: str) -> str:
        self._gate(mine).set()
        await self._gate(other).wait()
        return mine

    @tool
    async def fail(self) -> None:
        raise LookupError("async")

    @tool
    async def leave(self) -> None:
        sys.exit(1)

    @tool
    def on_main(self) -> bool:
        return threading.current_thread() is threading.main_thread()

    async def shutdown(self) -> None:
        announce("async shutdown")


class Threaded(BaseAdapter):
    __thread_safe__ = True

    def __init__(self) -> None:
        self.barrier = threading.Barrier(3)

    @tool
    def meet(self) -> bool:
        self.barrier.wait(10)
        return threading.current_thread() is threading.main_thread()

    @tool
    def loop(self) -> None:
        announce("thread loop")
        while True:
            pass

    @tool
    async def task(self) -> bool:
        return threading.current_thread() is threading.main_thread()


class Gated(BaseAdapter):
    """Tools that wait for a file; sys.argv names the folder."""

    @tool
    def gate(self, name: str) -> str:
        announce(f"gate {name}")
        with open(os.path.join(sys.argv[1], name)) as pipe:
            return pipe.read()

    @tool
    def name(self, name: str) -> str:
        return name

    def shutdown(self) -> None:
        announce("shutdown")


class SlowShutdown(Gated):
    def shutdown(self) -> None:
        announce("slow shutdown")
        time.sleep(60)
