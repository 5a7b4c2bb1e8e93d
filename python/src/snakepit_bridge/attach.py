"""The handshake: who may attach, to which stream, and how often."""

import hmac
import itertools
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import grpc

from . import wire
from .outgoing import welcome
from .startup import Settings
from .tools import ToolTable

HELLO_SECONDS = 10.0

_LOG = logging.getLogger(__name__)


class Stream(Protocol):
    def serve(self, frames: Iterable[Any]) -> Iterator[Any]: ...


class Attach:
    def __init__(
        self,
        settings: Settings,
        generation: int,
        table: ToolTable,
        work: Stream,
        control: Stream,
        work_on_main: bool,
        work_ended: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._generation = generation
        self._table = table
        self._streams = {wire.STREAM_WORK: work, wire.STREAM_CONTROL: control}
        self._free = dict.fromkeys(self._streams, True)  # popped by the one stream of each kind
        self._work_on_main = work_on_main
        self._work_ended = work_ended

    def __call__(self, frames: Iterator[Any], context: Any) -> Iterator[Any]:
        first = self._first(frames, context)
        kind = self._check(first.items[0].hello, context)
        is_work = kind == wire.STREAM_WORK
        if is_work and not context.add_callback(self._work_ended):
            self._work_ended()
            return
        settings = self._settings
        yield welcome(settings.worker_token, self._generation, settings.capacity, self._table if is_work else None)
        # Items after Hello in the same frame count; Hello itself is ignored there.
        rest = itertools.chain([first], frames) if len(first.items) > 1 else frames
        yield from self._streams[kind].serve(rest)

    def _first(self, frames: Iterator[Any], context: Any) -> Any:
        timer = threading.Timer(HELLO_SECONDS, context.cancel)
        timer.daemon = True
        timer.start()
        try:
            first = next(frames, None)
        finally:
            timer.cancel()
        if first is None or not first.items or not first.items[0].HasField("hello"):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "The first item of a stream must be Hello.")
        return first

    def _check(self, hello: Any, context: Any) -> int:
        """Returns the stream's kind, or aborts."""
        code = grpc.StatusCode
        if not hmac.compare_digest(hello.silo_token.encode(), self._settings.silo_token.encode()):
            _LOG.warning("a stream with a wrong token was turned away")
            context.abort(code.UNAUTHENTICATED, "The token is not the one that this worker was started with.")
        if hello.protocol < 1:
            context.abort(code.FAILED_PRECONDITION, "Hello names no protocol; this worker speaks version 1.")
        if hello.generation != self._generation:
            context.abort(
                code.FAILED_PRECONDITION,
                f"This worker is of generation {self._generation}, Hello is for {hello.generation}.",
            )
        kind: int = hello.stream
        if kind not in self._streams:
            context.abort(code.INVALID_ARGUMENT, f"Stream kind {kind} is neither WORK nor CONTROL.")
        if kind == wire.STREAM_CONTROL and wire.STREAM_WORK in self._free:
            context.abort(code.FAILED_PRECONDITION, "The WORK stream attaches before CONTROL.")
        off_main = self._work_on_main and threading.current_thread() is not threading.main_thread()
        if kind == wire.STREAM_WORK and off_main and kind in self._free:
            context.abort(code.UNAVAILABLE, "Another stream is in its handshake; attach again.")
        if self._free.pop(kind, None) is None:
            context.abort(code.ALREADY_EXISTS, "This stream is attached already; a token opens each kind once.")
        return kind
