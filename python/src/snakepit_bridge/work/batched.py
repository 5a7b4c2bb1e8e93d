"""Work for capacity above 1 and plain tools: what has come runs on the main thread, the answers leave in one frame.

Handing answers from thread to thread costs more than most tools; so the work stream's handler runs everything that
waits and answers once. What is done must not wait for what takes long, though: before a tool that is not known to be
brief, the answers so far are sent; and when a brief one takes long for once, a side thread sends them by way of the
control stream.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Generator, Iterable
from queue import SimpleQueue
from typing import Any

from ..codec import wire
from ..link.outgoing import frame_of, size_of
from ..run.failures import cancelled, internal
from ..run.streaming import Streaming
from ..run.tickets import Ledger, Outcome, Ticket
from .admission import line_up, refused
from .held import Rescue
from .jobs import MainThreadFirst
from .pumping import Parts, one_by_one, to_the_end

_BRIEF_US = 1000

# Callers of an adapter with execute_tool can make up names; the table starts anew when it is full, and learns in one call each.
_MOST_TOOLS = 1000

_LOG = logging.getLogger(__name__)

_monotonic_ns = time.monotonic_ns


class BatchedWork:
    loop = None

    def __init__(
        self,
        ledger: Ledger,
        execution: Streaming,
        jobs: MainThreadFirst,
        capacity: int,
        max_frame_bytes: int,
        send_beside: Callable[[Any], None],
    ) -> None:
        self._ledger = ledger
        self._execution = execution
        self._jobs = jobs
        self._capacity = capacity
        self._max_frame_bytes = max_frame_bytes
        self._send_beside = send_beside
        self._inbox: SimpleQueue[list[Ticket] | None] = SimpleQueue()
        self._lasted: dict[str, int] = {}  # microseconds that a tool took lately, at most
        self._rescue = Rescue(self._answer_beside)

    def serve(self, frames: Iterable[Any]) -> Generator[Any, None, None]:
        """Body of the work stream."""
        threading.Thread(target=self._read, args=(frames,), name="snakepit-reader", daemon=True).start()
        self._rescue.start()
        inbox = self._inbox
        while (tickets := inbox.get()) is not None:
            while not inbox.empty():
                more = inbox.get()
                if more is None:
                    return
                tickets += more
            with contextlib.closing(self._batches(tickets)) as batches:
                for answers in batches:
                    try:
                        yield frame_of(answers)
                    finally:  # also when the stream is gone: a stop waits for what is not settled
                        for part in answers:
                            if isinstance(part, Outcome):
                                self._ledger.settle(part.ticket)

    def _read(self, frames: Iterable[Any]) -> None:
        try:
            for frame in frames:
                received = _monotonic_ns()
                tickets = [Ticket(item.execute, received) for item in frame.items if item.HasField("execute")]
                self._inbox.put([ticket for ticket in tickets if self._register(ticket)])
        except Exception:  # grpc ends a broken stream with a bare exception; the stream's callback stops the worker
            _LOG.debug("work stream ended", exc_info=True)
        self._inbox.put(None)

    def _register(self, ticket: Ticket) -> bool:
        """Seen by a cancel or a drain from here on. False when it has been answered already."""
        if not line_up(self._ledger, ticket, self._capacity, self._answer_beside):
            return False
        if self._ledger.draining:
            self.refuse_waiting()
        return True

    def _batches(self, tickets: list[Ticket]) -> Parts:
        ledger, lasted, size = self._ledger, self._lasted, 0
        answers: list[Outcome] = []
        for ticket in tickets:
            if ledger.waiting.pop(ticket.key, None) is None:
                continue  # dropped by a cancel or refused by a stop
            tool = ticket.execute.tool
            if ticket.credit is not None:
                if answers:
                    yield answers
                    answers, size = [], 0
                yield from self._stream(ticket)
                continue
            if answers:
                if lasted.get(tool, _BRIEF_US) >= _BRIEF_US:
                    yield answers
                    answers, size = [], 0
                else:
                    held = self._rescue.hold(answers)
            outcome = self._run(ticket)
            if answers and not held.take():
                answers, size = [], 0  # rescued in the meantime
            self._note(tool, outcome)
            size += size_of(outcome)
            if answers and size > self._max_frame_bytes:
                yield answers
                answers, size = [], size_of(outcome)
            answers.append(outcome)
        if answers:
            yield answers

    def _stream(self, ticket: Ticket) -> Parts:
        ledger, key = self._ledger, ticket.key
        ledger.running[key] = ticket
        try:
            yield from to_the_end(ticket, one_by_one(self._execution, ticket))
        except GeneratorExit:
            ledger.settle(ticket)
            raise
        finally:
            del ledger.running[key]

    def _note(self, tool: str, outcome: Outcome) -> None:
        lasted = self._lasted
        if tool not in lasted and len(lasted) >= _MOST_TOOLS:
            lasted.clear()
        lasted[tool] = max(outcome.python_us, lasted.get(tool, 0) * 7 // 8)

    def _run(self, ticket: Ticket) -> Outcome:
        ledger, key = self._ledger, ticket.key
        ledger.running[key] = ticket
        try:
            return self._execution.run(ticket)
        except BaseException as error:  # a second interruption in the microseconds after the first
            return Outcome(ticket, failure=cancelled(ticket, error) if ticket.cancelled else internal(error, True))
        finally:
            del ledger.running[key]

    def _answer_beside(self, outcome: Outcome) -> None:
        frame = frame_of((outcome,))
        self._send_beside(frame.items[0])
        self._ledger.settle(outcome.ticket)

    def run_main(self) -> None:
        self._jobs.run_main()

    def release(self) -> None:
        self._rescue.release()
        self._inbox.put(None)
        self._jobs.release()

    def refuse_waiting(self) -> None:
        for ticket in self._ledger.claim_waiting():
            self._answer_beside(refused(ticket, "The worker is stopping; the request was not started."))

    def drop(self, ticket: Ticket) -> bool:
        """Takes a waiting request out; False when it is already running or answered."""
        if self._ledger.waiting.pop(ticket.key, None) is None:
            return False
        if ticket.key in self._ledger.cancelling:
            self._ledger.cancelling[ticket.key] = False
        self._answer_beside(Outcome(ticket, failure=cancelled(ticket)))
        return True
