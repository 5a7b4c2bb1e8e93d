"""How many chunks a stream may send. The reader grants credit; without any, the producer waits."""

import asyncio
from queue import Empty, SimpleQueue


class Credit:
    """One waits, others grant or wake. The wait is ended by a wake, so a cancel needs no signal to get through."""

    __slots__ = ("_left", "_granted", "_awaiting")

    def __init__(self, chunks: int) -> None:
        self._left = chunks  # the producer's own; nobody else touches it
        self._granted: SimpleQueue[int] = SimpleQueue()
        self._awaiting: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def grant(self, chunks: int) -> None:
        """Called from any thread."""
        self._granted.put(chunks)
        awaiting = self._awaiting
        if awaiting is not None:
            loop, event = awaiting
            loop.call_soon_threadsafe(event.set)

    def wake(self) -> None:
        """Ends the wait without credit."""
        self.grant(0)

    def take(self) -> bool:
        """Waits on this thread for one chunk's credit; False when woken without any."""
        if self._left == 0:
            self._left = self._granted.get()
        return self._take()

    async def take_async(self) -> bool:
        """The same without keeping the thread."""
        if self._left == 0 and self._granted.empty():
            event = asyncio.Event()
            self._awaiting = asyncio.get_running_loop(), event
            try:
                if self._granted.empty():  # else it came before anybody could see who waits
                    await event.wait()
            finally:
                self._awaiting = None
        return self._take()

    def _take(self) -> bool:
        while self._left == 0:
            try:
                self._left = self._granted.get_nowait()
            except Empty:
                return False
        self._left -= 1
        return True
