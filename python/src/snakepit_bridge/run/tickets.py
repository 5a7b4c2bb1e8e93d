"""One accepted request, what became of it, and the ledger of everything between receipt and answer.

Threads share the ledger without locks: each step that two of them could take is one dict operation, and whoever
pops the entry owns the step. That holds with and without a global interpreter lock.
"""

import itertools
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from .credit import Credit

if TYPE_CHECKING:
    import asyncio

    from .failures import FailureReport
    from .interrupt import Interrupter
    from .sessions import News

Key = tuple[int, int, int]  # generation, request_id, attempt

_EARLY_CANCELS = 1024


class Ticket:
    __slots__ = (
        *("key", "execute", "received", "started", "deadline"),
        *("cancelled", "reason", "pending", "runner", "task", "stacks", "credit", "news", "session_moved"),
    )

    def __init__(self, execute: Any, received: int) -> None:
        self.key: Key = (execute.generation, execute.request_id, execute.attempt)
        self.execute = execute
        self.received = received  # monotonic nanoseconds, as all times here
        self.started = 0
        remaining = execute.remaining_us
        self.deadline = received + remaining * 1000 if remaining else 0
        self.cancelled = False
        self.reason = 0
        self.pending = False  # an interruption has been asked for and not been delivered
        self.runner: Interrupter | None = None
        self.task: asyncio.Task[Any] | None = None
        self.stacks = ""
        self.news: News | None = None  # what its tool asked for
        self.session_moved = ""  # what that said then
        # The caller reads chunks.
        self.credit = Credit(execute.credit, execute.credit_bytes) if execute.stream else None


class Chunk:
    """One item of a stream. The outcome follows the last one."""

    __slots__ = ("ticket", "sequence", "value", "attachments")

    def __init__(self, ticket: Ticket, sequence: int, value: bytes, attachments: list[tuple[str, bytes]] | None) -> None:
        self.ticket = ticket
        self.sequence = sequence
        self.value = value
        self.attachments = attachments


class Outcome:
    __slots__ = ("ticket", "value", "attachments", "failure", "wait_us", "python_us", "chunks")

    def __init__(
        self,
        ticket: Ticket,
        value: bytes = b"",
        attachments: list[tuple[str, bytes]] | None = None,
        failure: "FailureReport | None" = None,
        chunks: int = 0,
    ) -> None:
        self.ticket = ticket
        self.value = value
        self.attachments = attachments
        self.failure = failure
        self.chunks = chunks  # of a stream: how many were sent
        started = ticket.started
        if started:
            self.wait_us = (started - ticket.received) // 1000
            self.python_us = (time.monotonic_ns() - started) // 1000
        else:
            self.wait_us = (time.monotonic_ns() - ticket.received) // 1000
            self.python_us = 0


class Ledger:
    def __init__(self, generation: int, acknowledge: Callable[[Key, bool], None], drained: Callable[[], None]) -> None:
        self.generation = generation
        self.tickets: dict[Key, Ticket] = {}  # from receipt until the answer has been written
        self.waiting: dict[Key, Ticket] = {}  # popped by whoever starts or drops it
        self.running: dict[Key, Ticket] = {}
        self.cancelling: dict[Key, bool] = {}  # value: was running; popped by whoever acknowledges
        self.early_cancels: dict[Key, int] = {}  # a cancel can overtake its request, they use different streams
        self.draining = False
        self.idle = threading.Event()  # only meaningful while draining
        self.served = 0
        self.progress = 0
        self._progress = itertools.count(1)
        self._acknowledge = acknowledge
        self._drained = drained
        self._drain_asked: list[bool] = []

    def in_flight(self) -> int:
        return len(self.waiting) + len(self.running)

    def grant(self, key: Key, chunks: int, taken_bytes: int) -> None:
        """Credit for a stream; one that has ended meanwhile needs none."""
        ticket = self.tickets.get(key)
        if ticket is not None and ticket.credit is not None:
            ticket.credit.grant(chunks, taken_bytes)

    def count_progress(self) -> None:
        self.progress = next(self._progress)

    def settle(self, ticket: Ticket) -> None:
        """The answer is on the wire. Called by the single writer of the work stream."""
        self.tickets.pop(ticket.key, None)
        if ticket.started:
            self.served += 1
        if self.cancelling:
            was_running = self.cancelling.pop(ticket.key, None)
            if was_running is not None:
                self._acknowledge(ticket.key, was_running)
        if self.draining:
            self._tell_when_idle()

    def remember_early_cancel(self, key: Key, reason: int) -> None:
        self.early_cancels[key] = reason
        while len(self.early_cancels) > _EARLY_CANCELS:
            self.early_cancels.pop(next(iter(self.early_cancels)), None)

    def cancel(self, key: Key, reason: int) -> Ticket | None:
        """Marks the request; returns it when somebody still has to be interrupted or told."""
        # Remembered before looking: a request that registers itself right now sees one of the two.
        self.remember_early_cancel(key, reason)
        ticket = self.tickets.get(key)
        if ticket is None:
            self._acknowledge(key, False)
            return None
        self.early_cancels.pop(key, None)
        self.cancelling[key] = True
        ticket.reason = reason
        ticket.cancelled = True
        if ticket.credit is not None:
            ticket.credit.wake()
        return ticket

    def acknowledge_if_settled(self, key: Key) -> None:
        """The request may have been settled while it was being cancelled; then nobody else acknowledges."""
        if key not in self.tickets:
            was_running = self.cancelling.pop(key, None)
            if was_running is not None:
                self._acknowledge(key, was_running)

    def claim_waiting(self) -> Iterable[Ticket]:
        for key in list(self.waiting):
            ticket = self.waiting.pop(key, None)
            if ticket is not None:
                yield ticket

    def drain(self, tell: bool) -> None:
        """Takes nothing new from now on; ``tell`` asks for one Drained item once nothing is in flight."""
        if tell:
            self._drain_asked.append(True)
        self.draining = True
        self._tell_when_idle()

    def _tell_when_idle(self) -> None:
        if self.tickets:
            return
        self.idle.set()
        try:
            self._drain_asked.pop()
        except IndexError:
            return
        self._drained()
