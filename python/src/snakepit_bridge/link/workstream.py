"""The work stream between the carriers and the work loop: Execute items become tickets, answers become frames."""

import contextlib
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import Any, Protocol

from ..run.outcomes import Part
from ..run.tickets import Ticket
from .outgoing import frame_of


class Work(Protocol):
    def serve(self, arrivals: Iterable[list[Ticket]]) -> Generator[Sequence[Part], None, None]: ...


class WorkStream:
    """What a carrier serves as the work stream."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def serve(self, frames: Iterable[Any]) -> Generator[Any, None, None]:
        with contextlib.closing(self._work.serve(tickets(frames))) as answers:
            for parts in answers:
                yield frame_of(parts)


def tickets(frames: Iterable[Any]) -> Iterator[list[Ticket]]:
    """Items of other kinds belong to capabilities that this worker does not offer."""
    monotonic_ns = time.monotonic_ns
    for frame in frames:
        received = monotonic_ns()
        yield [Ticket(item.execute, received) for item in frame.items if item.HasField("execute")]
