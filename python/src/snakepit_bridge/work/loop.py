"""What every work loop does with requests and the ledger. The subclasses decide which thread reads, runs and answers."""

import asyncio
import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable, Sequence
from contextvars import copy_context

from ..run.outcomes import Outcome, Part, cancelled, escaped
from ..run.streaming import Streaming
from ..run.tickets import Ticket
from ..run.tools import ToolTable
from .admission import line_up, refused
from .ledger import Ledger
from .pumping import Parts, to_the_end

_LOG = logging.getLogger(__name__)


class WorkLoop(ABC):
    """Body of the work stream: tickets in, answers out. A yielded answer is on the wire when the generator is resumed."""

    loop: asyncio.AbstractEventLoop | None = None  # on which ``async`` tools run; None where the adapter has none

    def __init__(self, ledger: Ledger, answer: Callable[[Outcome], object]) -> None:
        """``answer`` sends the outcome of a request that was never started; any thread calls it."""
        self._ledger = ledger
        self._answer = answer

    @abstractmethod
    def serve(self, arrivals: Iterable[list[Ticket]]) -> Generator[Sequence[Part], None, None]:
        """Runs on the thread that writes the answers."""

    @abstractmethod
    def run_main(self) -> None:
        """Keeps the main thread until ``release``."""

    @abstractmethod
    def release(self) -> None: ...

    def drop(self, ticket: Ticket) -> bool:
        """Takes a cancelled request out of those that wait and answers it; False when it is running or answered."""
        if self._ledger.waiting.pop(ticket.key, None) is None:
            return False
        if ticket.key in self._ledger.cancelling:
            self._ledger.cancelling[ticket.key] = False
        self._answer(Outcome(ticket, failure=cancelled(ticket)))
        return True

    def refuse_waiting(self) -> None:
        for ticket in self._ledger.claim_waiting():
            self._answer(refused(ticket, "The worker is stopping; the request was not started."))

    def _read_beside(
        self, arrivals: Iterable[list[Ticket]], take: Callable[[list[Ticket]], None], ended: Callable[[], None]
    ) -> None:
        """Reads on a thread of its own, so that a cancel or a drain finds requests that wait behind a tool."""

        def read() -> None:
            try:
                for tickets in arrivals:
                    take(tickets)
            except Exception:  # grpc ends a broken stream with a bare exception; the carrier stops the worker
                _LOG.debug("work stream ended", exc_info=True)
            ended()

        threading.Thread(target=read, name="snakepit-reader", daemon=True).start()

    def _line_up(self, ticket: Ticket, capacity: int) -> bool:
        """Lets the request wait, where a cancel or a drain finds it. False when it was answered instead."""
        if not line_up(self._ledger, ticket, capacity, self._answer):
            return False
        if self._ledger.draining:  # the drain may have refused what waited just before this request did
            self.refuse_waiting()
        return True

    def _claim(self, ticket: Ticket) -> bool:
        """Moves the request from waiting to running; False when a cancel or a stop was faster and has answered it."""
        if self._ledger.waiting.pop(ticket.key, None) is None:
            return False
        self._ledger.running[ticket.key] = ticket
        return True

    def _run(self, execution: Streaming, ticket: Ticket) -> Outcome:
        """Runs a claimed request on the calling thread, in a context of its own: what a tool sets by ``contextvars`` is gone with it."""
        try:
            return copy_context().run(execution.run, ticket)
        except BaseException as error:
            return escaped(ticket, error)
        finally:
            del self._ledger.running[ticket.key]

    def _send(self, answers: Sequence[Outcome]) -> Parts:
        """Yields answers and settles them, also when the stream is gone: a stop waits until every ticket is settled."""
        try:
            yield answers
        finally:
            for answer in answers:
                self._ledger.settle(answer.ticket)

    def _stream(self, ticket: Ticket, parts: Parts) -> Parts:
        """Yields what a claimed request produces, and settles it."""
        try:
            try:
                yield from to_the_end(ticket, parts)
            finally:
                del self._ledger.running[ticket.key]
        finally:
            self._ledger.settle(ticket)


def needs_loop(table: ToolTable, ticket: Ticket) -> bool:
    return table.needs_loop(ticket.execute.tool)
