"""Puts a worker together and runs it on the main thread until it stops."""

import os
from collections.abc import Callable
from typing import Any

import grpc

from ..codec import wire
from ..codec.encoding import Encoder
from ..end.leaving import leave
from ..end.stopping import Stopper, StopSteps
from ..link.attach import Attach
from ..link.control import Control, ControlOutbox
from ..link.endpoint import bind, bind_work
from ..link.framed import FramedWork
from ..link.framing import OVERHEAD_BYTES
from ..link.handshake import Handshake
from ..link.peer import SUPPORTED, Peer
from ..run.interrupt import Interrupter, MainThreadInterrupter, ThreadInterrupter
from ..run.sessions import UNSAID, OpenSessions
from ..run.streaming import Streaming
from ..run.tickets import Ledger
from ..run.tools import ToolTable
from ..work.batched import BatchedWork
from ..work.inline import InlineWork
from ..work.jobs import MainThreadFirst
from ..work.queued import QueuedWork
from .startup import Place, Settings

# Two streams are used; a few more may knock at the same time with a wrong token.
_MAX_STREAMS = 8

_FRAME_BYTES = 64 << 10  # for what surrounds a value in its frame


class Worker:
    def __init__(self, place: Place, settings: Settings, table: ToolTable) -> None:
        self._place = place
        self._table = table
        self._stopper = Stopper()
        self._outbox = ControlOutbox()
        self._ledger = ledger = Ledger(place.generation, self._outbox.acknowledge, self._outbox.drained)
        self._sessions = sessions = OpenSessions()
        self._main = MainThreadInterrupter()
        batched = settings.capacity > 1 and settings.threads == 1 and not table.need_loop
        on_main = settings.capacity == 1 or batched
        value_bytes = max(1, settings.max_message_bytes - _FRAME_BYTES)

        def execution(interrupter: Interrupter) -> Streaming:
            encoder = Encoder(settings.max_array_elements, value_bytes)
            return Streaming(table, ledger, encoder, interrupter, self._outbox.ask_for_recycle, sessions)

        jobs = MainThreadFirst(use_main=on_main)
        self._work: InlineWork | BatchedWork | QueuedWork
        if batched:
            self._work = BatchedWork(
                ledger, execution(self._main), jobs, settings.capacity, value_bytes, self._outbox.put
            )
        elif on_main:
            self._work = InlineWork(table, ledger, execution(self._main), jobs)
        else:
            self._work = QueuedWork(
                table,
                ledger,
                lambda: execution(ThreadInterrupter()),
                execution(self._main),
                settings.capacity,
                settings.threads,
                value_bytes,
            )
        self._jobs = jobs
        self._is_framed = settings.carrier == "framed" and SUPPORTED and place.endpoint.startswith("unix:")
        self._framed: FramedWork | None = None
        self._max_frame_bytes = settings.max_message_bytes + OVERHEAD_BYTES
        self._handshake = Handshake(settings, place.generation, table, self._is_framed)
        attach = Attach(
            self._handshake,
            self._work,
            Control(ledger, self._outbox, self._work, self._leave_for),
            on_main and not self._is_framed,
            self._stopper.stop,
        )
        self._server = _server(attach, jobs, self._max_frame_bytes)
        self._remove: list[Callable[[], None]] = []

    def listen(self) -> tuple[str, str | None]:
        """Raises CannotListen; returns where the silo should dial, and where for the work stream if it is framed."""
        address, remove = bind(self._server, self._place.endpoint)
        self._remove.append(remove)
        work_address = self._listen_for_frames() if self._is_framed else None
        self._server.start()
        self._main.install()
        self._stopper.install()
        steps = StopSteps(self._close_admission, self._ledger.idle, self._release, self.remove_endpoint)
        self._stopper.start(steps)
        return address, work_address

    def _listen_for_frames(self) -> str:
        listener, address, remove = bind_work(self._place.endpoint)
        self._remove.append(remove)
        silo = Peer(self._place.parent_pid, os.geteuid())
        self._framed = FramedWork(listener, silo, self._handshake, self._max_frame_bytes, self._work)
        # The first job has the main thread, if tools belong there.
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

    def _leave_for(self, reason: str) -> None:
        self._sessions.reason = reason or UNSAID

    def _close_admission(self) -> None:
        self._ledger.drain(tell=False)
        self._work.refuse_waiting()

    def _release(self) -> None:
        self._outbox.close()
        self._server.stop(None)
        if self._framed is not None:
            self._framed.close()
        self._work.release()


def _server(attach: Attach, jobs: MainThreadFirst, max_message_bytes: int) -> Any:
    server = grpc.server(
        jobs,
        options=[
            ("grpc.max_receive_message_length", max_message_bytes),
            ("grpc.max_send_message_length", max_message_bytes),
            ("grpc.so_reuseport", 0),
        ],
        maximum_concurrent_rpcs=_MAX_STREAMS,
    )
    method = grpc.stream_stream_rpc_method_handler(
        attach, request_deserializer=wire.ToWorker.FromString, response_serializer=wire.FromWorker.SerializeToString
    )
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(wire.SERVICE, {"Attach": method}),))
    return server
