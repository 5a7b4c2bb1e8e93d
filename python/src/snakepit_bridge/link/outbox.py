"""What goes to the silo on the control stream."""

import threading
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from typing import Any

from ..codec import wire
from ..run.context import Request
from ..run.outcomes import Outcome
from ..run.telemetry import Event, EventQueue
from ..run.tickets import Key
from .outgoing import frame_of
from .progress import ProgressBoard

_READ_SECONDS = 0.5  # for the silo to read the last items

_WAKE = object()  # no item: tells the writer to look at progress and events


class ControlOutbox:
    """Items for the silo. Any thread puts; the control stream's handler is the only writer."""

    def __init__(self) -> None:
        self._items: SimpleQueue[Any] = SimpleQueue()
        self._progress = ProgressBoard()
        self._events = EventQueue()
        self._wakes_itself = False  # the writer waits with a limit, after which it looks at progress and events
        self._ended = threading.Event()  # there is no control stream, or it has ended
        self._ended.set()

    def put(self, item: Any) -> None:
        self._items.put(item)

    def close(self) -> None:
        self._items.put(None)

    def finish(self) -> None:
        """Ends the stream. The silo ends its side when it has read everything; it is waited for, for a limited time."""
        self.drained()
        self._ended.wait(_READ_SECONDS)
        self.close()

    def stream_opens(self) -> None:
        self._ended.clear()

    def stream_ended(self) -> None:
        self._ended.set()

    def answer(self, outcome: Outcome) -> None:
        self.put(frame_of((outcome,)).items[0])

    def acknowledge(self, key: Key, was_running: bool) -> None:
        item = wire.FromWorkerItem()
        body = item.cancel_acknowledged
        body.generation, body.request_id, body.attempt = key
        body.was_running = was_running
        self.put(item)

    def drained(self) -> None:
        item = wire.FromWorkerItem()
        item.drained.unfinished = 0
        item.drained.SetInParent()  # a zero alone would leave the item unset
        self.put(item)

    def leaving(self) -> None:
        item = wire.FromWorkerItem()
        item.leaving.SetInParent()
        self.put(item)

    def ask_for_recycle(self, reason: str) -> None:
        item = wire.FromWorkerItem()
        item.recycle_request.reason = reason
        item.recycle_request.SetInParent()
        self.put(item)

    def report_progress(self, request: Request, fraction: float | None, message: str) -> None:
        """Without a lock, because an interruption of the tool may hit anywhere in here."""
        self._progress.note(request, fraction, message)
        self._wake()

    def report_event(self, event: Event) -> None:
        """Without a lock, as progress."""
        if self._events.add(event):
            self._wake()

    def _wake(self) -> None:
        if not self._wakes_itself and self._items.empty():
            self._items.put(_WAKE)

    def profiled(self, nonce: int, profile: bytes, refusal: str = "") -> None:
        item = wire.FromWorkerItem()
        body = item.profile_taken
        body.nonce, body.speedscope, body.refusal = nonce, profile, refusal
        self.put(item)

    def stacks(self, nonce: int, text: str) -> None:
        item = wire.FromWorkerItem()
        item.stacks_taken.nonce, item.stacks_taken.text = nonce, text
        self.put(item)

    def frames(self) -> Iterator[Any]:
        """Everything that waits in one frame, until ``close``."""
        while True:
            frame = wire.FromWorker()
            item = self._next()
            while item is not None:
                if item is not _WAKE:
                    frame.items.append(item)
                if self._items.empty():
                    break
                item = self._items.get()
            self._progress.write(frame)
            if self._events.write(frame) and self._items.empty():
                self._items.put(_WAKE)  # the rest goes into the next frame, behind what came meanwhile
            if frame.items:
                yield frame
            if item is None:
                return

    def _next(self) -> Any:
        pause = self._progress.pause()
        # A report that is noted from here on is followed by a look: at the end of the pause, or because it wakes the writer.
        self._wakes_itself = pause is not None
        try:
            return self._items.get(timeout=pause)
        except Empty:
            return _WAKE
        finally:
            self._wakes_itself = False
