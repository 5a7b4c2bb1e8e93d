"""What comes of a request: chunks while a stream runs, and one outcome at the end."""

import time

from ..codec import wire
from ..codec.encoding import Attachments
from .failures import FailureReport, internal
from .tickets import Ticket
from .tracebacks import formatted, type_name

_FAILURE_BYTES = 1 << 18  # every text of a failure is capped; their sum stays below


class Chunk:
    """One item of a stream."""

    __slots__ = ("ticket", "sequence", "value", "attachments")

    def __init__(self, ticket: Ticket, sequence: int, value: bytes, attachments: Attachments | None) -> None:
        self.ticket = ticket
        self.sequence = sequence
        self.value = value
        self.attachments = attachments


class Outcome:
    """The end of a request: a value, the end of a stream, or a failure."""

    __slots__ = ("ticket", "value", "attachments", "failure", "wait_us", "python_us", "chunks")

    def __init__(
        self,
        ticket: Ticket,
        value: bytes = b"",
        attachments: Attachments | None = None,
        failure: FailureReport | None = None,
        chunks: int = 0,
    ) -> None:
        self.ticket = ticket
        self.value = value
        self.attachments = attachments
        self.failure = failure
        self.chunks = chunks  # how many chunks of a stream were sent
        started = ticket.started
        if started:
            self.wait_us = (started - ticket.received) // 1000
            self.python_us = (time.monotonic_ns() - started) // 1000
        else:
            self.wait_us = (time.monotonic_ns() - ticket.received) // 1000
            self.python_us = 0


Part = Chunk | Outcome


def size_of(part: Part) -> int:
    """Bytes that the part adds to a frame, about."""
    if isinstance(part, Outcome) and part.failure is not None:
        return _FAILURE_BYTES
    size = len(part.value)
    if part.attachments:
        size += sum(len(content) for _, content in part.attachments)
    return size


def cancelled(ticket: Ticket, error: BaseException | None = None) -> FailureReport:
    """``error`` is what the tool raised when it was interrupted; None when the tool was not started."""
    reason = wire.CANCEL_REASONS.get(ticket.reason, "no reason given")
    message = f"Tool '{ticket.execute.tool}' was cancelled: {reason}."
    if error is None:
        return FailureReport(wire.CANCELLED, message)
    return FailureReport(wire.CANCELLED, message, type_name(type(error)), formatted(error), started=True, stacks=ticket.stacks)


def late(ticket: Ticket) -> FailureReport:
    waited = (ticket.started - ticket.received) // 1000
    return FailureReport(
        wire.DEADLINE,
        f"Tool '{ticket.execute.tool}' was not started: its budget of {ticket.execute.remaining_us} µs was used up "
        f"by {waited} µs of waiting in the worker.",
    )


def escaped(ticket: Ticket, error: BaseException) -> Outcome:
    """The outcome when an exception got past the handling around the tool.

    Two do: a second interruption in the microseconds after the first, and a SystemExit of a task that a tool left in the event loop.
    """
    return Outcome(ticket, failure=cancelled(ticket, error) if ticket.cancelled else internal(error, started=True))
