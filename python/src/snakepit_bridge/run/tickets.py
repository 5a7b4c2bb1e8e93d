"""The ticket: one request that the silo has sent, from its receipt until its answer is on the wire."""

from typing import Any

from .credit import Credit
from .interrupt import Interruptible

Key = tuple[int, int, int]  # generation, request id, attempt: as in every item of the link


class Ticket(Interruptible):
    """Times are nanoseconds of the monotonic clock; 0 stands for "not yet" and for "no limit"."""

    __slots__ = ("key", "execute", "received", "started", "deadline", "reason", "stacks", "credit")

    def __init__(self, execute: Any, received: int) -> None:
        super().__init__()
        self.key: Key = (execute.generation, execute.request_id, execute.attempt)
        self.execute = execute
        self.received = received
        self.started = 0
        remaining = execute.remaining_us
        self.deadline = received + remaining * 1000 if remaining else 0
        self.reason = 0  # of the cancel, a CancelReason of the link
        self.stacks = ""  # of all threads, taken when the request was cancelled
        # Only a caller that reads chunks sends credit.
        self.credit = Credit(execute.credit, execute.credit_bytes) if execute.stream else None
