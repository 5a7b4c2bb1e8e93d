"""The ledger: every request between its receipt and its answer.

Threads share the ledger without locks. Each step that two threads could take is one operation of a dict, and the thread that pops the
entry owns the step. That holds with and without a global interpreter lock.
"""

import threading
from collections.abc import Callable, Iterable

from ..run.tickets import Key, Ticket

_EARLY_CANCELS = 1024
_SILENT_SECONDS = 1.5  # for a silo that does not say that it sends no more


class Ledger:
    def __init__(self, generation: int, acknowledge: Callable[[Key, bool], None], drained: Callable[[], None]) -> None:
        self.generation = generation
        self.tickets: dict[Key, Ticket] = {}  # from receipt until the answer has been written
        self.waiting: dict[Key, Ticket] = {}  # popped by the thread that starts or drops the request
        self.running: dict[Key, Ticket] = {}
        self.cancelling: dict[Key, bool] = {}  # value: was running; popped by the thread that acknowledges the cancel
        self.early_cancels: dict[Key, int] = {}  # a cancel can overtake its request: the two use different streams
        self.draining = False
        self._receiving = False  # the work stream is open, and the silo has not said that it sends no more
        self._empty = threading.Event()  # set once a draining worker has had nothing in flight
        self._idle = threading.Event()  # the same, and nothing more can come
        self._acknowledge = acknowledge
        self._drained = drained
        self._drain_asked: list[bool] = []

    def in_flight(self) -> int:
        return len(self.waiting) + len(self.running)

    def grant(self, key: Key, chunks: int, taken_bytes: int) -> None:
        """Gives credit to a stream. A stream that has ended in the meantime needs none."""
        ticket = self.tickets.get(key)
        if ticket is not None and ticket.credit is not None:
            ticket.credit.grant(chunks, taken_bytes)

    def settle(self, ticket: Ticket) -> None:
        """Closes a request whose answer is on the wire. Called by the single writer of the work stream."""
        self.tickets.pop(ticket.key, None)
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
        """Marks the request as cancelled; returns it when its tool has to be interrupted or its caller has to be told."""
        # The cancel is remembered before the look: a request that is being admitted at this moment is either found here, or finds it.
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
        """Acknowledges the cancel of a request that was settled before ``cancel`` had marked it: ``settle`` did not see the mark."""
        if key not in self.tickets:
            was_running = self.cancelling.pop(key, None)
            if was_running is not None:
                self._acknowledge(key, was_running)

    def claim_waiting(self) -> Iterable[Ticket]:
        """Takes out every request that waits and that no other thread takes first."""
        for key in list(self.waiting):
            ticket = self.waiting.pop(key, None)
            if ticket is not None:
                yield ticket

    def drain(self, tell: bool) -> None:
        """Lets admission refuse every new request; ``tell`` asks for one Drained item once nothing is in flight.

        Without it the worker stops, and its last item is a Drained of its own.
        """
        self._drain_asked[:] = [True] if tell else []
        self.draining = True
        self._tell_when_idle()

    def begin_receiving(self) -> None:
        self._receiving = True

    def end_receiving(self) -> None:
        """No request comes any more. Every earlier one has been registered."""
        self._receiving = False
        if self.draining:
            self._tell_when_idle()

    def finish(self, limit: float) -> bool:
        """Waits, after ``drain``, until nothing is in flight and nothing more can come; False when a request still runs after ``limit`` s.

        A silo that does not say that it sends no more is not waited for as long: it is paused, or gone.
        """
        if not self._empty.wait(limit):
            return False
        self._idle.wait(_SILENT_SECONDS)
        return True

    def _tell_when_idle(self) -> None:
        if self.tickets:
            return
        self._empty.set()
        if not self._receiving:
            self._idle.set()
        try:
            self._drain_asked.pop()
        except IndexError:
            return
        self._drained()
