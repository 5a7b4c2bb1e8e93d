"""Work for capacity 1: the handler of the work stream runs on the main thread and calls the tools itself."""

import asyncio
import contextlib
import time
from collections.abc import Generator, Iterable
from typing import Any

from ..codec import wire
from ..link.outgoing import frame_of, write
from ..run.failures import internal
from ..run.streaming import Streaming
from ..run.tickets import Ledger, Outcome, Ticket
from ..run.tools import ToolTable
from .admission import admit
from .jobs import MainThreadFirst
from .pumping import Parts, one_by_one, pump, to_the_end

_monotonic_ns = time.monotonic_ns


class InlineWork:
    def __init__(self, table: ToolTable, ledger: Ledger, execution: Streaming, jobs: MainThreadFirst) -> None:
        self._table = table
        self._ledger = ledger
        self._execution = execution
        self._jobs = jobs
        self.loop = asyncio.new_event_loop() if table.need_loop else None

    def serve(self, frames: Iterable[Any]) -> Generator[Any, None, None]:
        """Body of the work stream. After each yield the answer is on the wire."""
        new_frame, settle, run = wire.FromWorker, self._ledger.settle, self._run
        for frame in frames:
            received = _monotonic_ns()
            for item in frame.items:
                if item.HasField("execute"):
                    ticket = Ticket(item.execute, received)
                    if ticket.credit is not None:
                        yield from self._stream(ticket)
                        continue
                    answer = new_frame()
                    write(answer, run(ticket))
                    try:
                        yield answer
                    finally:  # also when the stream is gone: a stop waits for what is not settled
                        settle(ticket)

    def _stream(self, ticket: Ticket) -> Generator[Any, None, None]:
        """A frame for each chunk, and one for the end."""
        ledger, key = self._ledger, ticket.key
        refusal = admit(ledger, ticket)
        try:
            if refusal is not None:
                yield frame_of((refusal,))
                return
            ledger.running[key] = ticket
            try:
                with contextlib.closing(to_the_end(ticket, self._parts(ticket))) as parts:
                    for part in parts:
                        yield frame_of(part)
            finally:
                del ledger.running[key]
        finally:
            ledger.settle(ticket)

    def _parts(self, ticket: Ticket) -> Parts:
        if self.loop is not None and needs_loop(self._table, ticket):
            return pump(self.loop, lambda emit: self._execution.stream_async(ticket, emit))
        return one_by_one(self._execution, ticket)

    def _run(self, ticket: Ticket) -> Outcome:
        ledger, key = self._ledger, ticket.key
        refusal = admit(ledger, ticket)
        if refusal is not None:
            return refusal
        ledger.running[key] = ticket
        try:
            if self.loop is None or not needs_loop(self._table, ticket):
                return self._execution.run(ticket)
            return self.loop.run_until_complete(self._execution.run_async(ticket))
        except BaseException as error:  # a task that the tool left behind can end the loop with SystemExit
            return Outcome(ticket, failure=internal(error, started=True))
        finally:
            del ledger.running[key]

    def run_main(self) -> None:
        self._jobs.run_main()

    def release(self) -> None:
        self._jobs.release()

    def refuse_waiting(self) -> None:
        """Nothing waits here: at capacity 1 a request runs as soon as it is read."""

    def drop(self, ticket: Ticket) -> bool:
        return False


def needs_loop(table: ToolTable, ticket: Ticket) -> bool:
    tool = table.tools.get(ticket.execute.tool)
    return table.hooks.need_loop or (table.dynamic_is_async if tool is None else tool.is_async)
