"""Tools that have to be stopped in different ways."""

import asyncio
import threading

import numpy
from basic import Basic
from snakepit_bridge import tool


class Stopping(Basic):
    @tool
    async def sleep_async(self) -> None:
        await asyncio.sleep(600)

    @tool
    def sort_for_ever(self) -> None:
        """Busy in short calls of a C library."""
        values = numpy.random.default_rng(1).random(100_000)
        while True:
            numpy.sort(values)

    @tool
    def wait_for_lock(self) -> None:
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()
