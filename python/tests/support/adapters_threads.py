"""Adapters for workers with several threads."""

import asyncio
import threading
import time

from saying import announce

from snakepit_bridge import BaseAdapter, tool

PARTIES = 16


class Plain(BaseAdapter):
    __thread_safe__ = True

    def __init__(self) -> None:
        self._all_here = threading.Barrier(PARTIES)
        self._inside = self._most = 0
        self._gate = threading.Event()

    @tool
    def meet(self) -> int:
        """Returns when as many calls are in here as the worker has threads."""
        announce("the meeting")
        return self._all_here.wait(60)

    @tool
    def name(self) -> str:
        return threading.current_thread().name

    @tool
    def count(self, to: int) -> int:
        number = 0
        while number < to:
            number += 1
        return number

    @tool
    def open(self) -> None:
        self._gate.set()

    @tool(thread_sensitive=True)
    def alone(self) -> tuple[str, int]:
        """Its thread, and how many calls were in here at once at most."""
        self._inside += 1
        self._most = max(self._most, self._inside)
        announce("the gate")
        self._gate.wait(60)
        self._inside -= 1
        return threading.current_thread().name, self._most

    @tool(thread_sensitive=True)
    def sleep(self) -> None:
        announce("sleep")
        time.sleep(60)


class WithAsync(Plain):
    @tool
    async def double(self, number: int) -> int:
        await asyncio.sleep(0)
        return 2 * number

    @tool(thread_sensitive=True)
    async def where(self) -> str:
        return threading.current_thread().name


class AsyncHook(BaseAdapter):
    __thread_safe__ = True

    async def initialize(self) -> None:
        pass

    @tool
    def name(self) -> str:
        return "plain"


class AllAsync(BaseAdapter):
    __thread_safe__ = True

    async def initialize(self) -> None:
        pass

    @tool
    async def name(self) -> str:
        return "async"
