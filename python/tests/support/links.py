"""The silo's side of the streams, over either carrier."""

import contextlib
import json
import queue
import socket
import struct
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

import grpc
from lines import LIMIT

from snakepit_bridge.codec import wire

GENERATION = 3
SILO_TOKEN = "the silo's token"


class Link(ABC):
    """One stream from the silo's side."""

    def __init__(self) -> None:
        self.items: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.frames: list[int] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @abstractmethod
    def _received(self) -> Iterator[Any]: ...

    @abstractmethod
    def send(self, frame: Any) -> None: ...

    @abstractmethod
    def _hang_up(self) -> None: ...

    @abstractmethod
    def end(self) -> None:
        """Sends no more."""

    def _read(self) -> None:
        is_leaving = False
        try:
            for frame in self._received():
                self.frames.append(len(frame.items))
                for item in frame.items:
                    self.items.put(item)
                    is_leaving = is_leaving or item.HasField("leaving")
                    if is_leaving and item.HasField("drained"):
                        self.end()
        except (grpc.RpcError, OSError) as error:
            self.items.put(error)
        else:
            self.items.put(None)

    def next(self, expected: str) -> Any:
        """The next item, which must be of the expected kind; returns its body."""
        item = self.next_raw(expected)
        assert hasattr(item, "WhichOneof"), f"stream ended instead of {expected}: {item}"
        assert item.WhichOneof("item") == expected, f"expected {expected}, got {item}"
        return getattr(item, expected)

    def next_raw(self, expected: str) -> Any:
        try:
            return self.items.get(timeout=LIMIT)
        except queue.Empty:
            raise AssertionError(f"no {expected} within {LIMIT} s") from None

    def close(self) -> None:
        self._hang_up()
        self._thread.join(LIMIT)


class GrpcLink(Link):
    def __init__(self, channel: Any, hello: Any) -> None:
        self._outgoing: queue.SimpleQueue[Any] = queue.SimpleQueue()
        attach = channel.stream_stream(
            f"/{wire.SERVICE}/Attach",
            request_serializer=wire.ToWorker.SerializeToString,
            response_deserializer=wire.FromWorker.FromString,
        )
        self._outgoing.put(hello)
        self._call = attach(iter(self._outgoing.get, None))
        super().__init__()

    def _received(self) -> Iterator[Any]:
        yield from self._call

    def send(self, frame: Any) -> None:
        self._outgoing.put(frame)

    def end(self) -> None:
        self._outgoing.put(None)

    def _hang_up(self) -> None:
        self.end()
        self._call.cancel()


class FramedLink(Link):
    def __init__(self, path: str, hello: Any = None) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(path)
        super().__init__()
        if hello is not None:
            self.send(hello)

    def _received(self) -> Iterator[Any]:
        with self._socket.makefile("rb") as stream:
            while head := stream.read(4):
                (size,) = struct.unpack("<I", head)
                yield wire.FromWorker.FromString(stream.read(size))

    def send(self, frame: Any) -> None:
        self.send_bytes(framed(frame))

    def send_bytes(self, data: bytes) -> None:
        self._socket.sendall(data)

    def end(self) -> None:
        self._socket.shutdown(socket.SHUT_WR)

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):  # the worker may have done it
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def framed(frame: Any) -> bytes:
    data: bytes = frame.SerializeToString()
    return struct.pack("<I", len(data)) + data


def hello(stream: int, token: str = SILO_TOKEN, generation: int = GENERATION, protocol: int = 1) -> Any:
    frame = wire.ToWorker()
    body = frame.items.add().hello
    body.protocol, body.stream, body.silo_token, body.generation = protocol, stream, token, generation
    return frame


def execute(frame: Any, request_id: int, tool: str, arguments: Any = None, **fields: Any) -> None:
    body = frame.items.add().execute
    body.generation, body.request_id, body.attempt, body.tool = GENERATION, request_id, 1, tool
    body.arguments = arguments if isinstance(arguments, bytes) else json.dumps(arguments or {}).encode()
    for name, content in fields.pop("attachments", {}).items():
        body.attachments.add(name=name, inline=content)
    body.metadata.update(fields.pop("metadata", {}))
    for name, value in fields.items():
        setattr(body, name, value)
