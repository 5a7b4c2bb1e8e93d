"""Puts a worker together and runs it on the main thread until it stops."""

import asyncio
import inspect
import logging
from collections.abc import Callable
from typing import Any

import grpc

from . import wire
from .attach import Attach
from .batched import BatchedWork
from .control import Control, ControlOutbox
from .encoding import Encoder
from .endpoint import bind
from .execution import Execution
from .inline import InlineWork
from .interrupt import Interrupter, MainThreadInterrupter, ThreadInterrupter
from .jobs import MainThreadFirst
from .queued import QueuedWork
from .startup import Place, Settings
from .stopping import Stopper, StopSteps
from .tickets import Ledger
from .tools import ToolTable

# Two streams are used; a few more may knock at the same time with a wrong token.
_MAX_STREAMS = 8

_FRAME_BYTES = 64 << 10  # for what surrounds a value in its frame

_LOG = logging.getLogger(__name__)


class Worker:
    def __init__(self, place: Place, settings: Settings, table: ToolTable) -> None:
        self._place = place
        self._table = table
        self._stopper = Stopper()
        self._outbox = ControlOutbox()
        self._ledger = ledger = Ledger(place.generation, self._outbox.acknowledge, self._outbox.drained)
        self._main = MainThreadInterrupter()
        batched = settings.capacity > 1 and settings.threads == 1 and not table.need_loop
        on_main = settings.capacity == 1 or batched
        value_bytes = max(1, settings.max_message_bytes - _FRAME_BYTES)

        def execution(interrupter: Interrupter) -> Execution:
            encoder = Encoder(settings.max_array_elements, value_bytes)
            return Execution(table, ledger, encoder, interrupter, self._outbox.ask_for_recycle)

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
        attach = Attach(
            settings,
            place.generation,
            table,
            self._work,
            Control(ledger, self._outbox, self._work),
            on_main,
            self._stopper.stop,
        )
        self._server = _server(attach, jobs, settings.max_message_bytes)
        self._remove_endpoint: Callable[[], None] = lambda: None

    def listen(self) -> str:
        """Raises CannotListen; returns where the silo should dial."""
        address, self._remove_endpoint = bind(self._server, self._place.endpoint)
        self._server.start()
        self._main.install()
        self._stopper.install()
        steps = StopSteps(self._close_admission, self._ledger.idle, self._release, self.remove_endpoint)
        self._stopper.start(steps)
        return address

    def remove_endpoint(self) -> None:
        self._remove_endpoint()

    def run(self) -> None:
        """Returns when the worker has stopped and the adapter was shut down."""
        self._work.run_main()
        try:
            self._shut_down_adapter()
        finally:
            self.remove_endpoint()

    def _close_admission(self) -> None:
        self._ledger.drain(tell=False)
        self._work.refuse_waiting()

    def _release(self) -> None:
        self._outbox.close()
        self._server.stop(None)
        self._work.release()

    def _shut_down_adapter(self) -> None:
        shutdown = self._table.hooks.shutdown
        loop = self._work.loop
        try:
            if shutdown is not None:
                answer = shutdown()
                if inspect.iscoroutine(answer):
                    # On the loop that the tools used: what they opened belongs to it.
                    loop = loop or asyncio.new_event_loop()
                    loop.run_until_complete(answer)
        except BaseException:
            _LOG.exception("shutdown() of the adapter raised")
        finally:
            if loop is not None:
                loop.close()


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
