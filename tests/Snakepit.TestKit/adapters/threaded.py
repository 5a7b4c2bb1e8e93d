"""Tools of which several run at once in one process."""

import asyncio
import os
import threading
import time

from snakepit_bridge import BaseAdapter, tool

PARTIES = 16


class Threaded(BaseAdapter):
    __thread_safe__ = True

    def __init__(self) -> None:
        self._all_here = threading.Barrier(PARTIES)
        self._inside = self._most = 0

    @tool
    def pid(self) -> int:
        return os.getpid()

    @tool
    def meet(self) -> int:
        """Ends when sixteen calls are in here at the same time."""
        self._all_here.wait(60)
        time.sleep(0.1)
        return os.getpid()

    @tool
    def nap(self, seconds: float) -> int:
        time.sleep(seconds)
        return os.getpid()

    @tool
    def wait_for(self, path: str) -> int:
        """Runs until a file exists: a gate that the test opens."""
        while not os.path.exists(path):
            time.sleep(0.005)
        return os.getpid()

    @tool(idempotent=True)
    def wait_for_twice(self, path: str) -> int:
        return self.wait_for(path)

    @tool
    def spin(self) -> None:
        while True:
            pass

    @tool
    async def sleep_async(self) -> None:
        await asyncio.sleep(600)

    @tool
    def hang(self) -> None:
        """Never ends, in C, where no exception reaches a thread."""
        threading.Event().wait()

    @tool(thread_sensitive=True)
    def alone(self) -> tuple[str, int]:
        """Its thread, and how many calls have been in here at the same time."""
        self._inside += 1
        self._most = max(self._most, self._inside)
        time.sleep(0.02)
        self._inside -= 1
        return threading.current_thread().name, self._most
