"""Work for capacity above 1: requests wait in an inbox, answers leave together.

A reader thread admits, the main thread (or the pool's threads) runs, the stream's handler is the only writer and takes
every answer that waits into one frame.
"""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Generator, Iterable
from queue import SimpleQueue
from typing import Any

from ..link.outgoing import frame_of
from ..run.failures import cancelled, internal
from ..run.streaming import Streaming
from ..run.tickets import Chunk, Ledger, Outcome, Ticket
from ..run.tools import ToolTable
from .admission import line_up, refused
from .answers import Answers
from .inline import needs_loop

_LOG = logging.getLogger(__name__)


class QueuedWork:
    def __init__(
        self,
        table: ToolTable,
        ledger: Ledger,
        make_execution: Callable[[], Streaming],
        main: Streaming,
        capacity: int,
        threads: int,
        max_frame_bytes: int,
    ) -> None:
        self._table = table
        self._ledger = ledger
        self._main = main
        self._capacity = capacity
        self._inbox: SimpleQueue[Ticket | None] = SimpleQueue()
        self._answers = Answers(ledger, max_frame_bytes)
        self._released = threading.Event()
        self._pooled = threads > 1
        # All user code stays on the main thread unless the pool asked for several: so the loop is there too.
        self.loop = asyncio.new_event_loop() if table.need_loop else None
        self._tasks: set[asyncio.Task[None]] = set()  # the loop itself keeps only weak references
        for number in range(threads if self._pooled else 0):
            threading.Thread(
                target=lambda: self._run_inbox(make_execution()), name=f"snakepit-tool-{number}", daemon=True
            ).start()

    def serve(self, frames: Iterable[Any]) -> Generator[Any, None, None]:
        """Body of the work stream."""
        threading.Thread(target=self._read, args=(frames,), name="snakepit-reader", daemon=True).start()
        batches = self._answers.batches()
        try:
            for batch in batches:
                yield frame_of(batch)
        finally:
            batches.close()
            self._answers.abandon()

    def _read(self, frames: Iterable[Any]) -> None:
        try:
            for frame in frames:
                received = time.monotonic_ns()
                for item in frame.items:
                    if item.HasField("execute"):
                        self._accept(Ticket(item.execute, received))
        except Exception:  # grpc ends a broken stream with a bare exception; the stream's callback stops the worker
            _LOG.debug("work stream ended", exc_info=True)
        self._answers.close()

    def _accept(self, ticket: Ticket) -> None:
        if not line_up(self._ledger, ticket, self._capacity, self._answers.put):
            return
        if self._ledger.draining:
            self.refuse_waiting()
        if self.loop is not None and (not self._pooled or needs_loop(self._table, ticket)):
            with contextlib.suppress(RuntimeError):  # closed: the worker is leaving
                self.loop.call_soon_threadsafe(self._start, ticket)
        else:
            self._inbox.put(ticket)

    def _claim(self, ticket: Ticket) -> bool:
        if self._ledger.waiting.pop(ticket.key, None) is None:
            return False  # dropped by a cancel
        self._ledger.running[ticket.key] = ticket
        return True

    def _finish(self, outcome: Outcome) -> None:
        del self._ledger.running[outcome.ticket.key]
        self._answers.put(outcome)

    def _run_inbox(self, execution: Streaming) -> None:
        while (ticket := self._inbox.get()) is not None:
            if self._claim(ticket):
                self._finish(_run(execution, ticket) if ticket.credit is None else self._stream(execution, ticket))

    def _stream(self, execution: Streaming, ticket: Ticket) -> Outcome:
        try:
            with contextlib.closing(execution.stream(ticket)) as parts:
                for part in parts:
                    if isinstance(part, Outcome):
                        return part
                    if not self._answers.put(part):
                        break  # nobody reads any more
            return Outcome(ticket, failure=cancelled(ticket))
        except BaseException as error:  # a second interruption in the microseconds after the first
            return Outcome(ticket, failure=cancelled(ticket, error) if ticket.cancelled else internal(error, True))

    def _start(self, ticket: Ticket) -> None:
        if not self._claim(ticket):
            return
        if ticket.credit is not None or needs_loop(self._table, ticket):  # a stream that waits must not stop the loop
            task = asyncio.get_running_loop().create_task(self._run_task(ticket))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            self._finish(_run(self._main, ticket))

    async def _run_task(self, ticket: Ticket) -> None:
        try:
            if ticket.credit is None:
                outcome = await self._main.run_async(ticket)
            else:
                outcome = await self._main.stream_async(ticket, self._answers.put)
        except BaseException as error:  # cancelled before its first step, for example
            outcome = Outcome(ticket, failure=cancelled(ticket) if ticket.cancelled else internal(error, True))
        self._finish(outcome)

    def run_main(self) -> None:
        if self.loop is not None:
            self._run_loop(self.loop)
        elif self._pooled:
            self._released.wait()
        else:
            self._run_inbox(self._main)

    def _run_loop(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        while not self._released.is_set():
            try:
                loop.run_forever()
            except BaseException:  # a task that a tool left behind raised SystemExit: not a reason to end the worker
                _LOG.exception("a task ended the event loop; it runs again")

    def release(self) -> None:
        self._released.set()
        self._inbox.put(None)
        if self.loop is not None:
            with contextlib.suppress(RuntimeError):
                self.loop.call_soon_threadsafe(self.loop.stop)

    def refuse_waiting(self) -> None:
        for ticket in self._ledger.claim_waiting():
            self._answers.put(refused(ticket, "The worker is stopping; the request was not started."))

    def drop(self, ticket: Ticket) -> bool:
        """Takes a waiting request out; False when it is already running or answered."""
        if self._ledger.waiting.pop(ticket.key, None) is None:
            return False
        if ticket.key in self._ledger.cancelling:
            self._ledger.cancelling[ticket.key] = False
        self._answers.put(Outcome(ticket, failure=cancelled(ticket)))
        return True


def _run(execution: Streaming, ticket: Ticket) -> Outcome:
    try:
        return execution.run(ticket)
    except BaseException as error:  # a second interruption in the microseconds after the first
        return Outcome(ticket, failure=cancelled(ticket, error) if ticket.cancelled else internal(error, True))
