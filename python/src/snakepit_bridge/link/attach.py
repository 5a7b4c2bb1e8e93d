"""The gRPC carrier: handler of the Attach streams."""

import itertools
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor
from typing import Any, NamedTuple, Protocol

import grpc

from ..codec import wire
from .handshake import HELLO_SECONDS, NO_HELLO, Handshake, Refusal

# The silo opens two streams. A few more may try at the same time with a wrong token.
_MAX_STREAMS = 8


class Stream(Protocol):
    def serve(self, frames: Iterable[Any]) -> Generator[Any, None, None]: ...


class Attached(NamedTuple):
    """A stream, and what is called once its last message has been sent or it is broken off."""

    stream: Stream
    ended: Callable[[], None]


class Attach:
    def __init__(
        self, handshake: Handshake, work: Attached, control: Attached, work_on_main: bool
    ) -> None:
        self._handshake = handshake
        self._streams = {wire.STREAM_WORK: work, wire.STREAM_CONTROL: control}
        self._work_on_main = work_on_main

    def __call__(self, frames: Iterator[Any], context: Any) -> Iterator[Any]:
        first = self._first(frames, context)
        kind = self._enter(first.items[0].hello, context)
        stream, ended = self._streams[kind]
        if not context.add_callback(ended):
            ended()
            return
        yield self._handshake.welcome(kind)
        # Items after Hello in the same frame count; Hello itself is ignored there.
        rest = itertools.chain([first], frames) if len(first.items) > 1 else frames
        yield from stream.serve(rest)

    def _first(self, frames: Iterator[Any], context: Any) -> Any:
        timer = threading.Timer(HELLO_SECONDS, context.cancel)
        timer.daemon = True
        timer.start()
        try:
            first = next(frames, None)
        finally:
            timer.cancel()
        if first is None or not first.items or not first.items[0].HasField("hello"):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, NO_HELLO)
        return first

    def _enter(self, hello: Any, context: Any) -> int:
        """Returns the stream's kind, or aborts."""
        kind: int = hello.stream
        handshake, refusal = self._handshake, None
        off_main = self._work_on_main and threading.current_thread() is not threading.main_thread()
        if kind == wire.STREAM_WORK and off_main and handshake.is_free(kind):
            refusal = handshake.reason(hello, handshake.by_grpc) or Refusal(
                "UNAVAILABLE", "Another stream is in its handshake; attach again."
            )
        else:
            refusal = handshake.enter(hello, handshake.by_grpc)
        if refusal is not None:
            context.abort(grpc.StatusCode[refusal.code], refusal.message)
        return kind


def make_server(attach: Attach, executor: Executor, max_message_bytes: int) -> Any:
    """A gRPC server, not started. Its handlers run where the executor puts them."""
    server = grpc.server(
        executor,
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
