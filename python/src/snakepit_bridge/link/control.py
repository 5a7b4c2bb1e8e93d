"""The control stream: what must get through while a tool is busy. Runs on side threads."""

import logging
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from ..codec import wire
from ..run import profiling
from ..run.context import Request
from ..run.failures import all_stacks
from ..run.interrupt import interrupt
from ..run.outcomes import Outcome
from ..run.tickets import Key, Ticket
from ..work.ledger import Ledger
from .outgoing import frame_of
from .progress import ProgressBoard

_LOG = logging.getLogger(__name__)

_READ_SECONDS = 0.5  # for the silo to read the last items

_WAKE = object()  # no item: tells the writer to look at the progress


class ControlOutbox:
    """Items for the silo. Any thread puts; the control stream's handler is the only writer."""

    def __init__(self) -> None:
        self._items: SimpleQueue[Any] = SimpleQueue()
        self._progress = ProgressBoard()
        self._wakes_itself = False  # the writer waits with a limit, after which it looks at the progress
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
        if not self._wakes_itself and self._items.empty():
            self._items.put(_WAKE)

    def profiled(self, nonce: int, profile: bytes, refusal: str = "") -> None:
        item = wire.FromWorkerItem()
        body = item.profile_taken
        body.nonce, body.speedscope, body.refusal = nonce, profile, refusal
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


class Droppable(Protocol):
    def drop(self, ticket: Ticket) -> bool:
        """Takes a waiting request out and answers it; False when it is no longer waiting."""


class Control:
    def __init__(
        self, ledger: Ledger, outbox: ControlOutbox, work: Droppable, leaving: Callable[[str], None]
    ) -> None:
        self._ledger = ledger
        self._leaving = leaving
        self._outbox = outbox
        self._work = work
        self._profiler = profiling.Profiler()

    def serve(self, frames: Iterable[Any]) -> Generator[Any, None, None]:
        self._outbox.stream_opens()
        threading.Thread(target=self._read, args=(frames,), name="snakepit-control", daemon=True).start()
        yield from self._outbox.frames()

    def _read(self, frames: Iterable[Any]) -> None:
        try:
            for frame in frames:
                for item in frame.items:
                    self._handle(item)
        except Exception:  # grpc ends a broken stream with a bare exception
            _LOG.debug("control stream ended", exc_info=True)
        self._outbox.close()

    def _handle(self, item: Any) -> None:
        kind = item.WhichOneof("item")
        try:
            if kind == "ping":
                self._ping(item.ping)
            elif kind == "cancel":
                body = item.cancel
                self.cancel((body.generation, body.request_id, body.attempt), body.reason)
            elif kind == "credit":
                body = item.credit
                self._ledger.grant((body.generation, body.request_id, body.attempt), body.chunks, body.taken_bytes)
            elif kind == "drain":
                self._leaving(item.drain.reason)
                self._ledger.drain(tell=True)
            elif kind == "profile":
                wish = item.profile
                self._profiler.begin(wish.milliseconds / 1000, wish.name, partial(self._outbox.profiled, wish.nonce))
            # Anything else belongs to capabilities that this worker does not offer.
        except Exception:  # an item that fails must not end the stream that cancels runaway tools
            _LOG.exception("control item '%s' failed", kind)

    def _ping(self, ping: Any) -> None:
        item = wire.FromWorkerItem()
        item.pong.nonce = ping.nonce
        item.pong.SetInParent()  # a nonce of 0 alone would leave the item unset
        self._outbox.put(item)

    def cancel(self, key: Key, reason: int) -> None:
        ticket = self._ledger.cancel(key, reason)
        if ticket is None:
            return
        if not self._work.drop(ticket):
            ticket.stacks = all_stacks()
            interrupt(ticket)
        self._ledger.acknowledge_if_settled(key)
