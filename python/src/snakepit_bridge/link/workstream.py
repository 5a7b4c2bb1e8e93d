"""The work stream between the carriers and the work loop: Execute items become tickets, answers become frames."""

import contextlib
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import Any, Protocol

from ..run.outcomes import Part
from ..run.tickets import Ticket
from ..work.ledger import Ledger
from .outgoing import frame_of


class Work(Protocol):
    def serve(self, arrivals: Iterable[list[Ticket]]) -> Generator[Sequence[Part], None, None]: ...


class WorkStream:
    """What a carrier serves as the work stream."""

    def __init__(self, work: Work, ledger: Ledger) -> None:
        self._work = work
        self._ledger = ledger

    def serve(self, frames: Iterable[Any]) -> Generator[Any, None, None]:
        with contextlib.closing(self._work.serve(tickets(frames, self._ledger))) as answers:
            for parts in answers:
                yield frame_of(parts)


def tickets(frames: Iterable[Any], ledger: Ledger) -> Iterator[list[Ticket]]:
    """Items of other kinds belong to capabilities that this worker does not offer."""
    monotonic_ns = time.monotonic_ns
    try:
        for frame in frames:
            received = monotonic_ns()
            yield [Ticket(item.execute, received) for item in frame.items if item.HasField("execute")]
            if ledger.draining and any(item.HasField("drain") for item in frame.items):
                ledger.end_receiving()
    finally:
        ledger.end_receiving()
