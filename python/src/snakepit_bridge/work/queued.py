"""Work for capacity above 1 with an event loop or with several threads: tools end in any order.

A reader thread admits. The event loop on the main thread and the threads of the pool run. The stream's handler is the only writer and
takes every answer that waits into one frame. Tools that are ``thread_sensitive`` have one thread: the main thread, which is free without
an event loop, else a thread of their own, so that a slow one holds no coroutine up.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from queue import SimpleQueue

from ..run.failures import internal
from ..run.outcomes import Outcome, cancelled, escaped
from ..run.streaming import Streaming
from ..run.tickets import Ticket
from ..run.tools import ToolTable
from .answers import Answers
from .ledger import Ledger
from .loop import WorkLoop, needs_loop
from .pumping import Parts, in_own_context

_LOG = logging.getLogger(__name__)


class QueuedWork(WorkLoop):
    def __init__(
        self,
        table: ToolTable,
        ledger: Ledger,
        answers: Answers,
        main: Streaming,
        pool: Sequence[Callable[[], Streaming]],
        capacity: int,
    ) -> None:
        """``pool`` makes an execution on each thread of the pool; empty when all tools run on the main thread."""
        super().__init__(ledger, answers.put)
        self._answers = answers
        self._table = table
        self._main = main
        self._capacity = capacity
        self._inbox: SimpleQueue[Ticket | None] = SimpleQueue()
        self._sensitive: SimpleQueue[Ticket | None] = SimpleQueue()
        self._released = threading.Event()
        self._pooled = bool(pool)
        # The event loop runs on the main thread, because libraries expect user code there.
        self.loop = asyncio.new_event_loop() if table.need_loop else None
        self._tasks: set[asyncio.Task[None]] = set()  # the loop itself keeps only weak references
        for number, make_execution in enumerate(pool):
            self._run_beside(self._inbox, make_execution, f"snakepit-tool-{number}")
        if pool and self.loop is not None and any(tool.thread_sensitive for tool in table.tools.values()):
            self._run_beside(self._sensitive, pool[0], "snakepit-sensitive")

    def _run_beside(self, inbox: "SimpleQueue[Ticket | None]", make_execution: Callable[[], Streaming], name: str) -> None:
        threading.Thread(target=self._run_inbox, args=(inbox, make_execution), name=name, daemon=True).start()

    def serve(self, arrivals: Iterable[list[Ticket]]) -> Parts:
        self._read_beside(arrivals, self._take, self._answers.close)
        batches = self._answers.batches()
        try:
            yield from batches
        finally:
            batches.close()
            self._answers.abandon()

    def _take(self, tickets: list[Ticket]) -> None:
        for ticket in tickets:
            if not self._line_up(ticket, self._capacity):
                continue
            if self.loop is not None and (not self._pooled or needs_loop(self._table, ticket)):
                with contextlib.suppress(RuntimeError):  # the loop is closed: the worker is leaving
                    self.loop.call_soon_threadsafe(self._start, ticket)
            else:
                tool = self._table.tools.get(ticket.execute.tool)
                inbox = self._sensitive if tool is not None and tool.thread_sensitive else self._inbox
                inbox.put(ticket)

    def _run_inbox(self, inbox: "SimpleQueue[Ticket | None]", make_execution: Callable[[], Streaming]) -> None:
        """Body of a thread that runs plain tools, until it finds None."""
        execution = make_execution()
        while (ticket := inbox.get()) is not None:
            if self._claim(ticket):
                outcome = self._run(execution, ticket) if ticket.credit is None else self._run_stream(execution, ticket)
                self._answers.put(outcome)

    def _run_stream(self, execution: Streaming, ticket: Ticket) -> Outcome:
        try:
            with contextlib.closing(in_own_context(execution.stream(ticket))) as parts:
                for part in parts:
                    if isinstance(part, Outcome):
                        return part
                    if not self._answers.put(part):
                        break  # the link is gone
            return Outcome(ticket, failure=cancelled(ticket))
        except BaseException as error:
            return escaped(ticket, error)
        finally:
            del self._ledger.running[ticket.key]

    def _start(self, ticket: Ticket) -> None:
        """Runs on the event loop's thread."""
        if not self._claim(ticket):
            return
        # A plain tool runs at once. A stream becomes a task even when its tool is plain: while it waits for credit, the loop must go on.
        if ticket.credit is not None or needs_loop(self._table, ticket):
            task = asyncio.get_running_loop().create_task(self._run_task(ticket))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            self._answers.put(self._run(self._main, ticket))

    async def _run_task(self, ticket: Ticket) -> None:
        try:
            if ticket.credit is None:
                outcome = await self._main.run_async(ticket)
            else:
                outcome = await self._main.stream_async(ticket, self._answers.put)
        except BaseException as error:  # for example a task that was cancelled before its first step
            outcome = Outcome(ticket, failure=cancelled(ticket) if ticket.cancelled else internal(error, True))
        del self._ledger.running[ticket.key]
        self._answers.put(outcome)

    def run_main(self) -> None:
        if self.loop is None:
            self._run_inbox(self._sensitive, lambda: self._main)
            return
        asyncio.set_event_loop(self.loop)
        while not self._released.is_set():
            try:
                self.loop.run_forever()
            except BaseException:  # a task that a tool left behind raised SystemExit: not a reason to end the worker
                _LOG.exception("a task ended the event loop; it runs again")

    def release(self) -> None:
        self._released.set()
        self._sensitive.put(None)
        if self.loop is not None:
            with contextlib.suppress(RuntimeError):  # closed already
                self.loop.call_soon_threadsafe(self.loop.stop)
