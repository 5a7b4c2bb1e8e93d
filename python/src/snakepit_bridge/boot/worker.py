"""Puts a worker together and runs it on the main thread until it stops."""

import os
from collections.abc import Callable

from ..codec.encoding import Encoder
from ..end.leaving import leave
from ..end.stopping import Stopper, StopSteps
from ..link.attach import Attach, Attached, make_server
from ..link.control import Control
from ..link.endpoint import bind, bind_work
from ..link.framed import FramedWork
from ..link.framing import OVERHEAD_BYTES
from ..link.handshake import Handshake, Introduction
from ..link.outbox import ControlOutbox
from ..link.peer import SUPPORTED, Peer
from ..link.workstream import WorkStream
from ..run import telemetry
from ..run.interrupt import Interrupter, MainThreadInterrupter, ThreadInterrupter
from ..run.outcomes import Outcome
from ..run.sessions import DEFAULT_REASON, OpenSessions
from ..run.streaming import Streaming
from ..run.tools import ToolTable
from ..work.answers import Answers
from ..work.batched import BatchedWork
from ..work.held import HeldAnswers
from ..work.inline import InlineWork
from ..work.jobs import MainThreadFirst
from ..work.ledger import Ledger
from ..work.loop import WorkLoop
from ..work.queued import QueuedWork
from .startup import Place, Settings

_CLOSE_SECONDS = 0.5  # for streams of gRPC to end by themselves
_FRAME_BYTES = 64 << 10  # for what surrounds a value in its frame


class Worker:
    def __init__(self, place: Place, settings: Settings, table: ToolTable) -> None:
        self._place = place
        self._settings = settings
        self._table = table
        self._stopper = Stopper()
        self._outbox = ControlOutbox()
        telemetry.connect(self._outbox.report_event)
        self._ledger = Ledger(place.generation, self._outbox.acknowledge, self._outbox.drained)
        self._sessions = OpenSessions()
        self._main = MainThreadInterrupter()
        self._value_bytes = max(1, settings.max_message_bytes - _FRAME_BYTES)
        self._max_frame_bytes = settings.max_message_bytes + OVERHEAD_BYTES
        pooled = settings.threads > 1 or table.need_loop
        on_main = settings.capacity == 1 or not pooled
        self._jobs = MainThreadFirst(use_main=on_main)
        self._work: WorkLoop = self._inline() if settings.capacity == 1 else self._queued() if pooled else self._batched()
        self._stream = WorkStream(self._work, self._ledger)
        self._is_framed = settings.carrier == "framed" and SUPPORTED and place.endpoint.startswith("unix:")
        self._framed: FramedWork | None = None
        mine = Introduction(settings.silo_token, settings.worker_token, place.generation, settings.capacity)
        self._handshake = Handshake(mine, table, self._is_framed, self._ledger.begin_receiving)
        control = Control(self._ledger, self._outbox, self._work, self._leave_for)
        attach = Attach(
            self._handshake,
            Attached(self._stream, self._stopper.stop),
            Attached(control, self._outbox.stream_ended),
            on_main and not self._is_framed,
        )
        self._server = make_server(attach, self._jobs, self._max_frame_bytes)
        self._remove: list[Callable[[], None]] = []

    def _inline(self) -> InlineWork:
        return InlineWork(self._table, self._ledger, self._execution(self._main), self._jobs, self._answer_beside)

    def _batched(self) -> BatchedWork:
        held = HeldAnswers(self._answer_beside, self._value_bytes)
        return BatchedWork(self._table, self._ledger, self._execution(self._main), self._jobs, self._settings.capacity, held)

    def _queued(self) -> QueuedWork:
        settings, answers = self._settings, Answers(self._ledger, self._value_bytes)
        pool = [lambda: self._execution(ThreadInterrupter())] * (settings.threads if settings.threads > 1 else 0)
        return QueuedWork(self._table, self._ledger, answers, self._execution(self._main), pool, settings.capacity)

    def _execution(self, interrupter: Interrupter) -> Streaming:
        encoder = Encoder(self._settings.max_array_elements, self._value_bytes, self._table.dialect.convert)
        outbox = self._outbox
        return Streaming(self._table, encoder, interrupter, self._sessions, outbox.report_progress, outbox.ask_for_recycle)

    def listen(self) -> tuple[str, str | None]:
        """Raises CannotListen; returns where the silo should dial, and where for the work stream if it is framed."""
        address, remove = bind(self._server, self._place.endpoint)
        self._remove.append(remove)
        work_address = self._listen_for_frames() if self._is_framed else None
        self._server.start()
        self._main.install()
        self._stopper.install()
        steps = StopSteps(self._close_admission, self._ledger.finish, self._release, self.remove_endpoint)
        self._stopper.start(steps)
        return address, work_address

    def _listen_for_frames(self) -> str:
        listener, address, remove = bind_work(self._place.endpoint)
        self._remove.append(remove)
        silo = Peer(self._place.parent_pid, os.geteuid())
        self._framed = FramedWork(listener, silo, self._handshake, self._max_frame_bytes, self._stream)
        # The first job gets the main thread when tools run there.
        self._jobs.submit(self._framed.run, remove, self._stopper.stop)
        return address

    def remove_endpoint(self) -> None:
        for remove in self._remove:
            remove()

    def run(self) -> None:
        """Returns when the worker has stopped and the adapter was shut down."""
        self._work.run_main()
        try:
            leave(self._table.hooks, self._sessions, self._main, self._work.loop)
        finally:
            self.remove_endpoint()

    def _answer_beside(self, outcome: Outcome) -> None:
        """By the control stream, because the writer of the work stream may be running a tool."""
        self._outbox.answer(outcome)
        self._ledger.settle(outcome.ticket)

    def _leave_for(self, reason: str) -> None:
        self._sessions.reason = reason or DEFAULT_REASON

    def _close_admission(self) -> None:
        self._ledger.drain(tell=False)
        self._outbox.leaving()
        self._work.refuse_waiting()

    def _release(self) -> None:
        self._outbox.finish()
        # The silo ends the work stream when the control stream has ended. A stop without that time would drop what is not sent yet.
        self._server.stop(_CLOSE_SECONDS).wait(2 * _CLOSE_SECONDS)
        if self._framed is not None:
            self._framed.close()
        self._work.release()
