"""The silo's side of the Attach streams."""

import json
import queue
import threading
from typing import Any

import grpc
from lines import LIMIT

from snakepit_bridge import wire

GENERATION = 3
SILO_TOKEN = "the silo's token"


class Link:
    """One Attach stream from the silo's side."""

    def __init__(self, channel: Any, hello: Any) -> None:
        self._outgoing: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.items: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.frames: list[int] = []
        attach = channel.stream_stream(
            f"/{wire.SERVICE}/Attach",
            request_serializer=wire.ToWorker.SerializeToString,
            response_deserializer=wire.FromWorker.FromString,
        )
        self._outgoing.put(hello)
        self._call = attach(iter(self._outgoing.get, None))
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            for frame in self._call:
                self.frames.append(len(frame.items))
                for item in frame.items:
                    self.items.put(item)
        except grpc.RpcError as error:
            self.items.put(error)
        else:
            self.items.put(None)

    def send(self, frame: Any) -> None:
        self._outgoing.put(frame)

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
        self._outgoing.put(None)
        self._call.cancel()
        self._thread.join(LIMIT)


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
    for name, value in fields.items():
        setattr(body, name, value)
