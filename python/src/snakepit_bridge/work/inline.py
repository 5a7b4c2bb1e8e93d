"""Work for capacity 1: the main thread reads a request, calls the tool and answers, so that no call is handed to another thread."""

import asyncio
from collections.abc import Callable, Iterable

from ..run.outcomes import Outcome, escaped
from ..run.streaming import Streaming
from ..run.tickets import Ticket
from ..run.tools import ToolTable
from .admission import admit
from .jobs import MainThreadFirst
from .ledger import Ledger
from .loop import WorkLoop, needs_loop
from .pumping import Parts, one_by_one, pump


class InlineWork(WorkLoop):
    def __init__(
        self, table: ToolTable, ledger: Ledger, execution: Streaming, jobs: MainThreadFirst, answer: Callable[[Outcome], object]
    ) -> None:
        super().__init__(ledger, answer)
        self._table = table
        self._execution = execution
        self._jobs = jobs
        self.loop = asyncio.new_event_loop() if table.need_loop else None

    def serve(self, arrivals: Iterable[list[Ticket]]) -> Parts:
        ledger = self._ledger
        settle, running = ledger.settle, ledger.running
        for tickets in arrivals:
            for ticket in tickets:
                answer = admit(ledger, ticket)
                if answer is None:
                    running[ticket.key] = ticket
                    if ticket.credit is not None:
                        yield from self._stream(ticket, self._parts(ticket))
                        continue
                    answer = self._run_here(ticket)
                try:
                    yield (answer,)
                finally:  # also when the link is gone: a stop waits until every ticket is settled
                    settle(ticket)

    def _run_here(self, ticket: Ticket) -> Outcome:
        if self.loop is None or not needs_loop(self._table, ticket):
            return self._run(self._execution, ticket)
        return self._run_on(self.loop, ticket)

    def _run_on(self, loop: asyncio.AbstractEventLoop, ticket: Ticket) -> Outcome:
        try:
            return loop.run_until_complete(self._execution.run_async(ticket))
        except BaseException as error:
            return escaped(ticket, error)
        finally:
            del self._ledger.running[ticket.key]

    def _parts(self, ticket: Ticket) -> Parts:
        if self.loop is not None and needs_loop(self._table, ticket):
            return pump(self.loop, lambda emit: self._execution.stream_async(ticket, emit))
        return one_by_one(self._execution, ticket)

    def run_main(self) -> None:
        self._jobs.run_main()

    def release(self) -> None:
        self._jobs.release()
