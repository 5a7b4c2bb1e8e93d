"""How far a stream may be ahead of its reader, in chunks and in bytes. The producer waits when it is that far ahead."""

import asyncio
import sys
from queue import Empty, SimpleQueue

_Granted = tuple[int, int]  # number of further chunks; bytes that the reader has taken since the stream began


class Credit:
    """One producer waits; other threads grant or wake. A wake ends the wait, so a cancel needs no signal."""

    __slots__ = ("_left", "_sent_bytes", "_taken_bytes", "_most_bytes", "_granted", "_awaiting")

    def __init__(self, chunks: int, most_bytes: int = 0) -> None:
        """A chunk may go while fewer than ``most_bytes`` bytes are sent and not taken: one chunk may exceed that. 0: no limit."""
        # Used by the producer's thread only.
        self._left = chunks
        self._sent_bytes = 0
        self._taken_bytes = 0
        self._most_bytes = most_bytes or sys.maxsize
        self._granted: SimpleQueue[_Granted | None] = SimpleQueue()  # None wakes
        self._awaiting: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def grant(self, chunks: int, taken_bytes: int = 0) -> None:
        """Called from any thread."""
        self._tell((chunks, taken_bytes))

    def wake(self) -> None:
        """Ends the wait without credit; called from any thread."""
        self._tell(None)

    def _tell(self, granted: _Granted | None) -> None:
        self._granted.put(granted)
        awaiting = self._awaiting
        if awaiting is not None:
            loop, event = awaiting
            loop.call_soon_threadsafe(event.set)

    def take(self, size: int) -> bool:
        """Waits on this thread until a chunk of ``size`` bytes may go; False when woken."""
        while self._left == 0 or self._sent_bytes - self._taken_bytes >= self._most_bytes:
            if not self._add(self._granted.get()):
                return False
        self._spend(size)
        return True

    async def take_async(self, size: int) -> bool:
        """The same without keeping the thread."""
        while self._left == 0 or self._sent_bytes - self._taken_bytes >= self._most_bytes:
            try:
                granted = self._granted.get_nowait()
            except Empty:
                await self._wait()
                continue
            if not self._add(granted):
                return False
        self._spend(size)
        return True

    async def _wait(self) -> None:
        event = asyncio.Event()
        self._awaiting = asyncio.get_running_loop(), event
        try:
            if self._granted.empty():  # else the grant came before _awaiting was set, and no thread would set the event
                await event.wait()
        finally:
            self._awaiting = None

    def _add(self, granted: _Granted | None) -> bool:
        if granted is None:
            return False
        chunks, taken_bytes = granted
        self._left += chunks
        self._taken_bytes = max(self._taken_bytes, taken_bytes)  # a grant of chunks alone says 0
        return True

    def _spend(self, size: int) -> None:
        self._left -= 1
        self._sent_bytes += size
